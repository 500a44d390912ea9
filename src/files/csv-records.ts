import {pipeline, Readable} from 'node:stream'
import type {CellSeparator, FileRecord} from '../services/ports/index.js'
import {BrokenText} from './broken-text.js'
import {openQuote} from './open-quote.js'

const separators = [',', ';', '\t'] as const
/** Lines with one cell above the header, such as the title of a report. */
const mostTitles = 10
/** Longer than any line that is meant: a quote that is never closed swallows all that follows. */
const longestRecord = 1024 * 1024

type Parsed = {record: string[]; info: {lines: number}}

/** What the library calls faults of quoting, in words of our own. */
const faults: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quote',
  INVALID_OPENING_QUOTE: 'has a quote inside a cell that is not quoted',
}

const endless: ReadonlySet<string> = new Set(['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'])

/**
 * A table as spreadsheets write it: comma, semicolon or tab, told by the first line that has any; quotes as in RFC 4180. Lines
 * without any text are left out, and so are titles of one cell above the header. Where quoting breaks down nobody can tell what
 * belongs to which line: BrokenText.
 * @param open begins the text anew, with line feeds only
 */
export async function* csvRecords(open: () => AsyncIterable<string>): AsyncGenerator<FileRecord> {
  const {parse} = await import('csv-parse')
  const {separator, skipped, rest} = await beginning(open())
  const parser = parse({
    delimiter: separator,
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
  })
  // It destroys both ends with what goes wrong in either.
  pipeline(Readable.from(rest), parser, () => undefined)
  const table = new Table()
  let last = skipped
  try {
    for await (const {record, info} of parser as AsyncIterable<Parsed>) {
      const end = info.lines + skipped
      const line = end - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
      last = end
      if (record.every((cell) => cell.trim() === '')) continue
      yield* table.take(line, record)
    }
    yield* table.end()
  } catch (error) {
    const code = codeOf(error)
    if (endless.has(code)) throw await endlessIn(open(), last + 1)
    const fault = faults[code]
    if (fault === undefined) throw error
    const line = Math.max(last + 1, lineOf(error) + skipped)
    throw new BrokenText(`${fault} in line ${line}`, 'quote the whole cell, and write each quote inside it twice')
  }
}

/** Why the record that begins in this line, or behind blank ones, is longer than any. */
async function endlessIn(text: AsyncIterable<string>, line: number): Promise<BrokenText> {
  const quote = await openQuote(text, line, longestRecord)
  if (quote === undefined) return new BrokenText(`has a line longer than a megabyte: line ${line}`)
  const where = `line ${quote.line}, column ${quote.column}`
  return new BrokenText(
    `has a quote at ${where} that is never closed`,
    'close it, or write it twice inside a cell in quotes',
  )
}

/** Tells the header from titles above it, and gives the records below it. */
class Table {
  private names: readonly string[] | undefined
  private titles: Array<[line: number, record: string[]]> = []

  take(line: number, record: string[]): FileRecord[] {
    if (this.names !== undefined) return [recordOf(line, this.names, record)]
    const isSingle = trimmed(record).length === 1
    if (isSingle && this.titles.length < mostTitles) this.titles.push([line, record])
    // Values below a single name are no header, and no table has so many titles.
    else if (this.titles.length > 0 && (isSingle || record.some(isNumber)))
      return [...this.end(), ...this.take(line, record)]
    else this.begin(record)
    return []
  }

  /** Without a header of several cells the first title is the name of the only column. */
  end(): FileRecord[] {
    const [first, ...rest] = this.titles
    if (first !== undefined) this.begin(first[1])
    return first === undefined ? [] : rest.flatMap(([line, record]) => this.take(line, record))
  }

  private begin(record: string[]): void {
    this.names = trimmed(record)
    this.titles = []
  }
}

function isNumber(cell: string): boolean {
  return /^\d[\d.,]*$/.test(cell.trim())
}

/** Cells behind the last column are no fault while they are empty. */
function recordOf(line: number, names: readonly string[], record: string[]): FileRecord {
  const cells = record.length > names.length ? trimmed(record, names.length) : record
  if (cells.length === names.length) return {line, names, cells}
  const fault = `there are ${cells.length} cells, and ${names.length} columns; is a cell with a separator in it not quoted?`
  return {line, fault}
}

/** Without empty cells at the end, down to so many. */
function trimmed(cells: readonly string[], least = 0): string[] {
  let length = cells.length
  while (length > least && cells[length - 1]?.trim() === '') length -= 1
  return cells.slice(0, length)
}

interface Beginning {
  separator: CellSeparator
  /** Lines that are no part of the table. */
  skipped: number
  rest: AsyncIterable<string>
}

async function beginning(text: AsyncIterable<string>): Promise<Beginning> {
  const chunks = text[Symbol.asyncIterator]()
  let head = ''
  while (!hasSeparator(head) && head.length < longestRecord) {
    const {value, done} = await chunks.next()
    if (done === true) break
    head += value
  }
  const told = toldIn(head)
  const from = head.slice(told?.[0].length ?? 0)
  const rest = async function* () {
    yield from
    yield* {[Symbol.asyncIterator]: () => chunks}
  }
  return {separator: separatorIn(head), skipped: told === null ? 0 : 1, rest: rest()}
}

/** Of a table that begins so. */
export function separatorIn(head: string): CellSeparator {
  const told = separators.find((each) => each === toldIn(head)?.[1])
  return told ?? separatorOf(head)
}

/** Spreadsheets are told the separator by such a line. */
function toldIn(head: string): RegExpExecArray | null {
  return /^sep=([,;\t])\n/i.exec(head)
}

/** Whether a whole line shows how the table is separated. */
function hasSeparator(head: string): boolean {
  const text = unquoted(head)
  const first = text.search(/[,;\t]/)
  return first >= 0 && text.includes('\n', first)
}

/** The one that stands most often in the first line with any, quoted cells aside. */
function separatorOf(head: string): CellSeparator {
  const lines = unquoted(head).split('\n')
  const first = lines.find((line) => separators.some((each) => line.includes(each))) ?? ''
  const counts = separators.map((each) => first.split(each).length)
  return separators[counts.indexOf(Math.max(...counts))] ?? ','
}

function unquoted(head: string): string {
  return head.replace(/"[^"]*"/g, '')
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

function lineOf(error: unknown): number {
  return typeof error === 'object' && error !== null && 'lines' in error ? Number(error.lines) : 0
}
