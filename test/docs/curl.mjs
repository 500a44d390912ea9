// As much of curl as the documents use, for machines that have none: the tests need Node and npm only.
const args = process.argv.slice(2)
const headers = {}
const fields = []
let url = ''
while (args.length > 0) {
  const arg = args.shift()
  if (arg === '-s') continue
  if (arg === '-H') headers[args[0].slice(0, args[0].indexOf(':'))] = args.shift().replace(/^[^:]*:\s*/, '')
  else if (arg === '-d') fields.push(args.shift())
  else if (arg === '--data-urlencode') fields.push(args.shift().replace(/(?<==).*$/s, encodeURIComponent))
  else url = arg
}
const type = {'content-type': 'application/x-www-form-urlencoded'}
const form = fields.length > 0 ? {method: 'POST', body: fields.join('&'), headers: {...type, ...headers}} : {headers}
process.stdout.write(await (await fetch(url, form)).text())
