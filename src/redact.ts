const mask = '[redacted]'

/**
 * A name whose value is secret, up to and including the sign between the two: JSON, form, query, header and
 * `util.inspect` notation, JSON within JSON (escaped quotes) and percent-encoding.
 */
const secretName =
  /(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))(?:(?:proxy-)?authorization|(?:access|refresh)_?token|client_?secret|code_?verifier|(?<!_)code|password)(?:\\*["'`]|%22|%27)?\s*(?:[:=]|%3D|%3A)\s*/gi

const scheme = /\b(Bearer|Basic)(\s+|%20|\+)[\w.~+/=%-]+/gi
const token = /(?:APP_USR|TG)-[\w-]{4,}/g
/** `https://user:password@proxy`. */
const userInfo = /(:\/\/)[^/\s@"'<>]+@/g

const formEnd = /[&\s"'`<>#\\]|%26/
const wordEnd = /[\s,;&}\]"'`<>\\]/
const lineEnd = /[\r\n,"'`}\\]/

/**
 * Takes out whatever is secret by its name or by its shape: Authorization values, tokens, codes, verifiers, the client
 * secret and passwords. `known` are values that must not come out wherever they stand. What it cannot tell apart it
 * hides: a machine code in `"code":"..."` goes too.
 */
export function redact(text: string, known: readonly string[] = []): string {
  let result = text
  for (const secret of known) {
    // Shorter ones would be found in every other word.
    if (secret.length < 3) continue
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      result = result.replaceAll(form, mask)
  }
  result = result.replace(scheme, `$1 ${mask}`).replace(token, mask).replace(userInfo, `$1${mask}@`)
  return hideNamed(result)
}

function hideNamed(text: string): string {
  let result = ''
  let done = 0
  secretName.lastIndex = 0
  for (let match = secretName.exec(text); match !== null; match = secretName.exec(text)) {
    const start = secretName.lastIndex
    const [from, to] = valueBounds(text, start, match[0])
    result += text.slice(done, from) + (to > from ? mask : '')
    done = to
    // The closing quote may belong to the next name's pair: search on from the value's end, never inside it.
    secretName.lastIndex = Math.max(to, start)
  }
  return result + text.slice(done)
}

function valueBounds(text: string, start: number, name: string): [number, number] {
  const opening = /^(\\*)(["'`])/.exec(text.slice(start, start + 64))
  if (opening) {
    const from = start + opening[0].length
    return [from, closingQuote(text, from, opening[2] ?? '"', (opening[1] ?? '').length)]
  }
  const end = /authorization/i.test(name) ? lineEnd : /(?:=|%3D)\s*$/i.test(name) ? formEnd : wordEnd
  const length = text.slice(start).search(end)
  return [start, length < 0 ? text.length : start + length]
}

/**
 * The end of a quoted value whose quotes carry `depth` backslashes. One level of escaping turns n backslashes before a
 * quote into 2n + 1, so that a run closes the value only when it equals `depth` modulo 2 (depth + 1).
 */
function closingQuote(text: string, from: number, quote: string, depth: number): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let run = 0
    while (at - 1 - run >= from && text[at - 1 - run] === '\\') run++
    if (run % (2 * (depth + 1)) === depth) return at - depth
  }
  return text.length
}
