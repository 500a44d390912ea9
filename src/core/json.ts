const quote = 34
const backslash = 92

/** No document that is meant has a tenth of them, and what goes down level by level, such as JSON.stringify, runs out of stack. */
const mostLevels = 500

export type ReadJson = {value: unknown} | {why: string}

/** JSON from outside; otherwise why it is not taken, as words behind the name of what it stands in. Nothing of it is repeated. */
export function readJson(text: string): ReadJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return {why: 'is not valid JSON'}
  }
  return isTooDeep(text) ? {why: `is JSON of more than ${mostLevels} levels`} : {value}
}

/** Whether lists and objects stand in each other on more levels than are taken. */
function isTooDeep(json: string): boolean {
  if (json.length <= 2 * mostLevels) return false
  let levels = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = stringEnd(json, at) - 1
    else levels += nesting(code)
    if (levels > mostLevels) return true
  }
  return false
}

/** The strings of a JSON text, quotes included, and what stands between them, in order. No regular expression bears strings of any length. */
export function* jsonPieces(json: string): Generator<string> {
  let done = 0
  while (done < json.length) {
    const start = json.indexOf('"', done)
    if (start !== done) yield json.slice(done, start < 0 ? json.length : start)
    if (start < 0) return
    done = stringEnd(json, start)
    yield json.slice(start, done)
  }
}

/** The index after the closing quote of the string that starts at `start`. */
export function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (end > 0) {
    let run = 0
    while (json.charCodeAt(end - 1 - run) === backslash) run++
    if (run % 2 === 0) return end + 1
    end = json.indexOf('"', end + 1)
  }
  return json.length
}

/** `[` and `{` open, `]` and `}` close: their codes differ by two, and by the bit 0x20 from each other. */
export function nesting(code: number): number {
  const folded = code | 0x20
  return folded === 0x7b ? 1 : folded === 0x7d ? -1 : 0
}
