import stringWidth from 'string-width'
import type {Paper} from './paper.js'
import {printable} from './style.js'

/** Text of one line; painted after it was cut and padded, so that colours do not count as width. */
export type Cell = string | {text: string; paint: (text: string) => string}

const gap = '  '
/** A column is never cut below this: what is left would say nothing. */
const narrowest = 8

/** Columns without borders, which grep and awk can read. The widest give way where the screen is too narrow. */
export function table(headers: readonly string[], rows: readonly (readonly Cell[])[], paper: Paper): string {
  const widths = headers.map((header, at) => Math.max(width(header), ...rows.map((row) => width(textOf(row[at])))))
  squeeze(widths, paper.columns)
  const head = headers.map((text) => ({text, paint: paper.style.dim}))
  return [head, ...rows].map((row) => line(row, widths)).join('\n')
}

/** Where not all fits, columns are left out before anything is cut: those of `spare`, in this order. */
export function roomyTable(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  spare: readonly string[],
  paper: Paper,
): string {
  const widths = headers.map((header, at) => Math.max(width(header), ...rows.map((row) => width(textOf(row[at])))))
  const kept = new Set(headers.keys())
  const total = () => [...kept].reduce((sum, at) => sum + (widths[at] ?? 0) + gap.length, -gap.length)
  for (const header of spare) {
    if (total() <= paper.columns) break
    kept.delete(headers.indexOf(header))
  }
  const pick = <T>(cells: readonly T[]) => cells.filter((_, at) => kept.has(at))
  return table(pick(headers), rows.map(pick), paper)
}

/** Names on the left, values on the right, two spaces in. */
export function fields(pairs: readonly (readonly [string, Cell])[], paper: Paper): string {
  const widest = Math.max(...pairs.map(([name]) => width(name)))
  return pairs.map(([name, value]) => `  ${paper.style.dim(pad(name, widest))}  ${draw(value)}`).join('\n')
}

/** Each takes one column. Most text is of these alone, and the tables of `stringWidth` take 20 ms to load. */
const narrowLetters = /^[\x20-\x7e\u00c0-\u024f]*$/

/** Telling letters apart takes the square of a text. What is longer fits on no line, and may count a letter at a seam twice. */
const pieceLength = 1000

/** Columns that a text takes on a terminal, colours aside. */
export function width(text: string): number {
  if (narrowLetters.test(text)) return text.length
  let columns = 0
  for (let at = 0; at < text.length; at += pieceLength) columns += stringWidth(text.slice(at, at + pieceLength))
  return columns
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** The first column stays whole: it is the name by which the row is asked for, and half of it is of no use. */
function squeeze(widths: number[], columns: number): void {
  const total = () => widths.reduce((sum, each) => sum + each + gap.length, -gap.length)
  while (total() > columns) {
    const widest = Math.max(...widths.slice(1))
    if (widest <= narrowest) return
    const excess = total() - columns
    widths[widths.indexOf(widest, 1)] = Math.max(narrowest, widest - excess)
  }
}

function line(row: readonly Cell[], widths: readonly number[]): string {
  const drawn = row.map((cell, at) => {
    const columns = widths[at] ?? 0
    const text = pad(cut(textOf(cell), columns), at === row.length - 1 ? 0 : columns)
    return typeof cell === 'string' ? text : cell.paint(text)
  })
  return drawn.join(gap).trimEnd()
}

export function draw(cell: Cell): string {
  return typeof cell === 'string' ? oneLine(cell) : cell.paint(oneLine(cell.text))
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  return oneLine(typeof cell === 'string' ? cell : cell.text)
}

function oneLine(text: string): string {
  return printable(text).replace(/[\t\n]+/g, ' ')
}

/** Cuts between letters as people see them: an accent or the parts of an emoji stay together. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  let left = columns - 1
  for (const {segment} of new Intl.Segmenter().segment(text.slice(0, Math.max(pieceLength, columns * 4)))) {
    left -= width(segment)
    if (left < 0) break
    kept += segment
  }
  return `${kept}…`
}
