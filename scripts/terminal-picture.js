// Writes docs/images/terminal.png: what the program really prints in a terminal, against an emulator of its own.
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {chromium} from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = `'${process.execPath}' '${join(root, 'bin/run.js')}'`

const connect = [
  `url=$(meli auth login --no-wait --json | node -p 'JSON.parse(fs.readFileSync(0)).authorization_url')`,
  `back=$(curl -s "$MELI_API_URL/_emulator/consent" --data-urlencode "authorization_url=$url" | node -p 'JSON.parse(fs.readFileSync(0)).redirect_to')`,
  `meli auth complete "$back" >/dev/null`,
]
const shown = ['meli verify-handshake', 'meli sync products', 'meli sync products', 'meli products list --limit 5']

const script = [
  `meli() { ${program} "$@"; }`,
  ...connect,
  ...shown.flatMap((command) => [`printf '\\033[32m$\\033[0m \\033[1m%s\\033[0m\\n' '${command}'`, command, 'echo']),
]

const folder = mkdtempSync(join(tmpdir(), 'meli-picture-'))
const file = join(folder, 'session.sh')
writeFileSync(file, script.join('\n'))
const printed = execFileSync(
  process.execPath,
  [join(root, 'bin/run.js'), 'emulator', 'exec', '--items', '1250', '--', 'sh', '-c', `sh '${file}' 2>&1`],
  {encoding: 'utf8', env: {...process.env, FORCE_COLOR: '1', COLUMNS: '88'}},
)

// What chalk writes: a style, or the end of one.
const styles = {
  1: {weight: 'font-weight:bold'},
  2: {weight: 'opacity:0.65'},
  22: {weight: ''},
  31: {colour: 'color:#f47067'},
  32: {colour: 'color:#6bc46d'},
  33: {colour: 'color:#d9a54a'},
  36: {colour: 'color:#76e3ea'},
  90: {colour: 'color:#848d97'},
  39: {colour: ''},
  0: {weight: '', colour: ''},
}

function html(text) {
  const style = {weight: '', colour: ''}
  const [first, ...rest] = text.trimEnd().replaceAll('&', '&amp;').replaceAll('<', '&lt;').split('\u001b[')
  const spans = rest.map((part) => {
    const [, codes, content] = /^([\d;]*)m(.*)$/s.exec(part)
    for (const code of codes.split(';')) Object.assign(style, styles[code])
    return `<span style="${style.weight};${style.colour}">${content}</span>`
  })
  return first + spans.join('')
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const page = await browser.newPage({viewport: {width: 860, height: 100}, deviceScaleFactor: 1.5})
await page.setContent(
  `<body style="margin:0;background:transparent"><pre style="display:inline-block;margin:0;padding:20px 24px;border-radius:10px;` +
    `background:#22272e;color:#d7dde4;font:14px/1.45 'DejaVu Sans Mono',monospace">${html(printed)}</pre></body>`,
)
await page.locator('pre').screenshot({path: join(root, 'docs/images/terminal.png'), omitBackground: true})
await browser.close()
rmSync(folder, {recursive: true, force: true})
