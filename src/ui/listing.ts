import {count, counted} from '../core/format-number.js'
import type {CsvColumn} from './csv.js'
import type {Paper} from './paper.js'
import {type Cell, pad, roomyTable, width} from './table.js'

/** A column of a listing: what files and pipes get of it, and how a table shows it, if it does. */
export interface Column<V> extends CsvColumn<V> {
  header?: string
  /** Its value, as text, when left out. */
  cell?: (row: V, paper: Paper) => Cell
  right?: boolean
  /** Left out of a table that would not fit: the highest first. Without it, never. */
  spare?: number
}

/** A column that is a field of the row under the same name. */
export function column<V>(name: keyof V & string, rest: Omit<Column<V>, 'name' | 'value'> = {}): Column<V> {
  return {
    name,
    value: (row) => {
      const value = row[name]
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
    },
    ...rest,
  }
}

/** What of it was asked for. */
export interface Asked {
  /** Not all, so that there being none of these says nothing of others. */
  some: boolean
}

export interface ListingOptions extends Asked {
  /** In one word: `order`. */
  noun: string
  /** Of all that fit. */
  total: number
  /** What to say when there is nothing at all. */
  none: string
}

export function renderListing<V>(
  rows: readonly V[],
  columns: ReadonlyArray<Column<V>>,
  {noun, total, some, none}: ListingOptions,
  paper: Paper,
): string {
  if (rows.length === 0) return some ? `No ${noun} fits.` : none
  const shown = columns.filter(({header}) => header !== undefined)
  const cells = shown.map((each) => aligned(rows, each, paper))
  const headers = shown.map(({header = ''}) => header)
  const spare = shown
    .filter((each) => each.spare !== undefined)
    .sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0))
    .map(({header = ''}) => header)
  const lines = rows.map((_, at) => cells.map((each) => each[at] ?? ''))
  const drawn = roomyTable(headers, lines, spare, paper)
  if (rows.length >= total) return drawn
  return `${drawn}\n\n${paper.style.dim(`${count(rows.length)} of ${counted(total, noun)}: --limit shows more`)}`
}

function aligned<V>(rows: readonly V[], {cell, value, right = false}: Column<V>, paper: Paper): Cell[] {
  const cells = rows.map((row) => cell?.(row, paper) ?? String(value(row) ?? '-'))
  if (!right) return cells
  const widest = Math.max(...cells.map((each) => width(textOf(each))))
  return cells.map((each) => {
    const text = pad('', widest - width(textOf(each))) + textOf(each)
    return typeof each === 'string' ? text : {...each, text}
  })
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}
