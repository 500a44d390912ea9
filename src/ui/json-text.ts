import {jsonPieces, readJson} from '../core/json.js'

const opening = new Set(['{', '['])
const closing = new Set(['}', ']'])
const token = /[{}[\],:]|[^\s{}[\],:]+/g

/** JSON over several lines, two spaces a level, every number and string as it was written; other text unchanged. */
export function indentJson(text: string): string {
  if ('why' in readJson(text)) return text
  const parts: string[] = []
  let depth = 0
  const newLine = () => `\n${'  '.repeat(depth)}`
  let isEmpty = false
  for (const each of tokensOf(text)) {
    if (closing.has(each)) {
      depth -= 1
      if (!isEmpty) parts.push(newLine())
    } else if (isEmpty) parts.push(newLine())
    isEmpty = opening.has(each)
    if (isEmpty) depth += 1
    parts.push(each === ':' ? ': ' : each)
    if (each === ',') parts.push(newLine())
  }
  return parts.join('')
}

function* tokensOf(json: string): Generator<string> {
  for (const piece of jsonPieces(json)) {
    if (piece.startsWith('"')) yield piece
    else for (const [each] of piece.matchAll(token)) yield each
  }
}
