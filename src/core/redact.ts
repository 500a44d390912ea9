const mask = '[redacted]'

/**
 * A name whose value is secret, up to and including the sign between the two: JSON, form, query, header and
 * `util.inspect` notation, JSON within JSON (escaped quotes) and percent-encoding.
 */
const secretName =
  /(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2}))(?:(?:proxy-)?authorization|(?:access|refresh)_?token|client_?secret|code_?verifier|(?<!_)code|password)(?:\\*["'`]|%22|%27)?\s*(?:[:=]|%3D|%3A)\s*/gi

const scheme = /\b(Bearer|Basic)(\s+|%20|\+)[\w.~+/=%-]+/gi
const token = /(?:APP_USR|TG)-[\w-]{4,}/g
const wholeToken = /^(?:APP_USR|TG)-[\w-]{4,}$/
/** `https://user:password@proxy`. */
const userInfo = /(:\/\/)[^/\s@"'<>]+@/g

/** The kind of a token, `APP_USR` or `TG`, is no secret; the rest of it is. */
const tokenStart = /(APP_USR|TG)-[\w-]+/g

const formEnd = /[&\s"'`<>#\\]|%26/
const wordEnd = /[\s,;&}\]"'`<>\\]/
const lineEnd = /[\r\n,"'`}\\]/

/** Shorter values would be found in ordinary words. */
const fewestLetters = 8
/** The shortest part of a secret that gives it away. */
const longBeginning = 16
/** Enough for the tokens that a server with many accounts uses at one time. */
const mostSecrets = 2000

/** The forms of each secret that this process has met, in the order in which it met them last. */
const met = new Map<string, readonly string[]>()
/** The same by their first letters. */
const byStart = new Map<string, string[]>()

/** Registers a secret, so that `redact` and `maskSecrets` remove it from every text. */
export function rememberSecret(...values: readonly (string | undefined)[]): void {
  for (const value of values) {
    // A token is removed by its shape. All tokens of an application begin alike: they would be compared one by one.
    if (value === undefined || value.length < fewestLetters || wholeToken.test(value)) continue
    const forms = met.get(value)
    met.delete(value)
    met.set(value, forms ?? learn(value))
    const [oldest] = met.keys()
    if (met.size > mostSecrets && oldest !== undefined) forget(oldest)
  }
}

function learn(value: string): readonly string[] {
  // Half of a surrogate pair cannot be encoded as it is.
  const wellFormed = Buffer.from(value).toString()
  const forms = [...new Set([value, encodeURIComponent(wellFormed), JSON.stringify(value).slice(1, -1)])]
  for (const form of forms) {
    const start = form.slice(0, fewestLetters)
    byStart.set(start, [...(byStart.get(start) ?? []), form])
  }
  return forms
}

function forget(value: string): void {
  for (const form of met.get(value) ?? []) {
    const start = form.slice(0, fewestLetters)
    const left = (byStart.get(start) ?? []).filter((each) => each !== form)
    if (left.length === 0) byStart.delete(start)
    else byStart.set(start, left)
  }
  met.delete(value)
}

/** By the first letters, so that it takes the same time however many are known. */
function hideMet(text: string): string {
  if (met.size === 0) return text
  let [result, done] = ['', 0]
  for (let at = 0; at + fewestLetters <= text.length; at += 1) {
    const forms = byStart.get(text.slice(at, at + fewestLetters)) ?? []
    const length = Math.max(0, ...forms.map((form) => lengthIn(text, at, form)))
    if (length === 0) continue
    result += text.slice(done, at) + mask
    done = at + length
    at = done - 1
  }
  return result + text.slice(done)
}

/** How much of this form stands here. Messages are cut: a long beginning counts as well. */
function lengthIn(text: string, at: number, form: string): number {
  let length = fewestLetters
  while (length < form.length && text[at + length] === form[length]) length += 1
  return length >= Math.min(form.length, longBeginning) ? length : 0
}

/**
 * For words that a person reads: takes out the secrets that this process has met and the rest of whatever begins as a
 * token, and leaves all else as it is.
 */
export function maskSecrets(text: string): string {
  return hideMet(text).replace(tokenStart, '$1-***')
}

/** The same in everything that a document says, its names aside. */
export function maskAll<T>(value: T): T {
  if (typeof value === 'string') return maskSecrets(value) as T
  if (Array.isArray(value)) return value.map(maskAll) as T
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, maskAll(each)])) as T
}

/**
 * Whether a word that somebody typed may be a secret: it begins as a token, or has a long run of random letters. Paths,
 * dates, SKUs and names of files have words in them.
 */
export function looksSecret(word: string): boolean {
  if (word.search(tokenStart) >= 0 || /\bTEST-\d{10,}-/.test(word)) return true
  if (!/^[\w~+=.-]+$/.test(word) || /\.[a-z]{2,5}$/i.test(word)) return false
  return word.split(/[-_.~+=]/).some(isRandom)
}

/** Random letters change between small, capital and digit at almost every second place; words joined as inCamelCase do not. */
function isRandom(run: string): boolean {
  const has = (...kinds: RegExp[]) => kinds.every((kind) => kind.test(run))
  if (/^[0-9a-f]{32,}$/i.test(run)) return has(/\d/, /[a-f]/i)
  const changes = run.match(/(?<=[a-z])[A-Z\d]|(?<=[A-Z])\d|(?<=\d)[A-Za-z]/g) ?? []
  return run.length >= 20 && has(/[a-z]/, /[A-Z]/, /\d/) && changes.length * 4 >= run.length
}

/**
 * Registers what may be a secret among the words of a command line and the values of its flags. For the report of an error,
 * which may repeat them: a result or the log of writes needs each word as it is.
 */
export function rememberTyped(argv: readonly string[]): void {
  for (const word of argv) rememberSecret(...[word, word.replace(/^[^=]*=/s, '')].filter(looksSecret))
}

/**
 * Takes out whatever is secret by its name or by its shape (Authorization values, tokens, codes, verifiers, the client
 * secret and passwords) and every secret that this process has met. What it cannot tell apart it hides: a machine code in
 * `"code":"..."` goes too.
 */
export function redact(text: string): string {
  let result = hideMet(text)
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
