import {jsonPieces, nesting, stringEnd} from '../../core/json.js'

/**
 * Finds the source text of parts of a JSON document, so that numbers keep their digits and documents their bytes. The
 * text must be valid JSON (JSON.parse accepted it): nothing is checked here, only brackets and strings are counted.
 */

const quote = 34
const comma = 44

/** Bounds of a value in the text. */
export type Span = readonly [from: number, to: number]

/** Called with the name of a property and where its value begins; returns where the value ends. */
export type OnProperty = (name: string, at: number) => number

/** Calls for each element of the array at `at`, which must return where the element ends. Nothing when there is no array. */
export function eachElement(text: string, at: number, onElement: (at: number) => number): void {
  let next = inside(text, at, '[')
  while (next >= 0) next = afterComma(text, onElement(next))
}

/** Calls for each property of the object at `at`; returns where the object ends, or where another value there does. */
export function eachProperty(text: string, at: number, onProperty: OnProperty): number {
  if (text.charCodeAt(at) !== 0x7b) return valueEnd(text, at)
  let end = at + 1
  let next = inside(text, at, '{')
  while (next >= 0) {
    const nameEnd = stringEnd(text, next)
    const value = skipSpace(text, text.indexOf(':', nameEnd) + 1 || text.length)
    // A text that is no JSON must not hold us up.
    end = Math.max(onProperty(nameAt(text, next, nameEnd), value), nameEnd)
    next = afterComma(text, end)
  }
  return Math.min(skipSpace(text, end) + 1, text.length)
}

/** Where the value that begins at `at` ends. */
export function valueEnd(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code === quote) return stringEnd(text, at)
  return nesting(code) > 0 ? closing(text, at) : wordEnd(text, at)
}

/** After the bracket that closes the one at `at`. */
function closing(text: string, at: number): number {
  let depth = 0
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === quote) end = stringEnd(text, end) - 1
    else depth += nesting(code)
    if (depth === 0) return end + 1
  }
  return text.length
}

/** After a number, true, false or null. */
function wordEnd(text: string, at: number): number {
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code <= 32 || code === comma || nesting(code) < 0) return end
  }
  return text.length
}

export function skipSpace(text: string, at: number): number {
  let next = at
  while (text.charCodeAt(next) <= 32) next++
  return next
}

/** The first thing within a bracket; negative when there is no such bracket or nothing in it. */
function inside(text: string, at: number, opening: '[' | '{'): number {
  if (text[at] !== opening) return -1
  const first = skipSpace(text, at + 1)
  const code = text.charCodeAt(first)
  return first >= text.length || nesting(code) < 0 ? -1 : first
}

/** What follows the comma after `end`; negative when a bracket closes there. */
function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end)
  if (text.charCodeAt(at) !== comma) return -1
  const next = skipSpace(text, at + 1)
  return next < text.length ? next : -1
}

function nameAt(text: string, from: number, to: number): string {
  const source = text.slice(from, to)
  if (!source.includes('\\')) return source.slice(1, -1)
  try {
    return String(JSON.parse(source))
  } catch {
    return source
  }
}

const numbers = /-?\d[\d.eE+-]*/g

/**
 * JSON whose numbers become text, with the digits that were sent: amounts stay exact, and so do ids beyond 2^53. For
 * small documents that are read in full; the functions above find single values in large ones.
 */
export function readExact(json: string): unknown {
  let exact = ''
  for (const piece of jsonPieces(json)) exact += piece.startsWith('"') ? piece : piece.replace(numbers, '"$&"')
  return JSON.parse(exact)
}
