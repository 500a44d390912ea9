/** Longer ones are no page of ours. */
const longest = 1000

/**
 * A path of this site to send a browser to, or undefined. Refused is all that a browser could read as another site or
 * as more than a path: other origins, `//`, backslashes, control characters, and each of these in any number of percent
 * encodings.
 */
export function localPath(text: string | undefined): string | undefined {
  if (text === undefined || text.length > longest || !text.startsWith('/')) return undefined
  for (const reading of readings(text)) {
    if (reading === undefined || isSuspicious(reading)) return undefined
  }
  const base = 'http://local.invalid'
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  if (url === undefined || url.origin !== base) return undefined
  // `/./` before another slash ends as `//`.
  return url.pathname.startsWith('//') ? undefined : url.pathname + url.search
}

/** The text, and what it decodes to until that changes nothing more; undefined for what does not decode. */
function* readings(text: string): Generator<string | undefined> {
  let current = text.split('?', 1)[0] ?? ''
  yield text
  for (let depth = 0; depth < 5; depth++) {
    let decoded: string
    try {
      decoded = decodeURIComponent(current)
    } catch {
      return yield undefined
    }
    if (decoded === current) return
    yield decoded
    current = decoded
  }
  yield undefined
}

function isSuspicious(text: string): boolean {
  const path = text.split('?', 1)[0] ?? ''
  return /[\\\p{Cc}\u2028\u2029\ufeff]/u.test(text) || path.includes('//')
}
