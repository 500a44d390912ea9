/**
 * Finds the source text of parts of a JSON document, so that numbers keep their digits and documents their bytes. The
 * text must be valid JSON (JSON.parse accepted it): nothing is checked here, only brackets and strings are counted.
 */

const quote = 34
const comma = 44
const backslash = 92

/** The source text of each element of an array; empty when the text is not an array. */
export function elementTexts(text: string): string[] {
  return parts(text, '[').map(([from, to]) => text.slice(from, to).trim())
}

/** The source text of an object's own property, the last of that name as JSON.parse has it; undefined when there is none. */
export function propertyText(text: string, name: string): string | undefined {
  let found: string | undefined
  for (const [from, to] of parts(text, '{')) {
    const start = text.indexOf('"', from)
    const end = stringEnd(text, start)
    if (keyOf(text.slice(start, end)) === name) found = text.slice(text.indexOf(':', end) + 1, to).trim()
  }
  return found
}

function keyOf(source: string): string {
  return source.includes('\\') ? String(JSON.parse(source)) : source.slice(1, -1)
}

/** Bounds of what the commas of the outermost bracket separate. */
function parts(text: string, opening: '[' | '{'): [number, number][] {
  const open = text.search(/\S/)
  if (open < 0 || text[open] !== opening) return []
  const found: [number, number][] = []
  let from = open + 1
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = stringEnd(text, at) - 1
    else if (code === comma && depth === 1) {
      found.push([from, at])
      from = at + 1
    } else depth += nesting(code)
    if (depth === 0) {
      if (found.length > 0 || /\S/.test(text.slice(from, at))) found.push([from, at])
      break
    }
  }
  return found
}

/** `[` and `{` open, `]` and `}` close: their codes differ by two, and by the bit 0x20 from each other. */
function nesting(code: number): number {
  const folded = code | 0x20
  return folded === 0x7b ? 1 : folded === 0x7d ? -1 : 0
}

/** The index after the closing quote of the string that starts at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let run = 0
    while (text.charCodeAt(end - 1 - run) === backslash) run++
    if (run % 2 === 0) return end + 1
    end = text.indexOf('"', end + 1)
  }
  return text.length
}
