import {width} from './table.js'

/** At spaces only: an address or a command that is too long for a line is left whole. */
export function wrap(text: string, columns: number): string[] {
  if (columns < 20 || width(text) <= columns) return [text]
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (width(line) + 1 + width(word) <= columns) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
