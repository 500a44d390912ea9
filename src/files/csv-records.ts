import {pipeline, Readable} from 'node:stream'
import type {CellSeparator, FileRecord} from '../services/ports/index.js'
import {UnreadableText} from './text.js'

const separators = [',', ';', '\t'] as const
/** Lines with one cell above the header, such as the title of a report. */
const mostTitles = 10
/** The longest line: a quote that is never closed would swallow all that follows. */
const longestRecord = 1024 * 1024

type Parsed = {record: string[]; info: {lines: number}}

/** Messages for the library's codes of quoting errors. */
const faults: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quote',
  INVALID_OPENING_QUOTE: 'has a quote inside a cell that is not quoted',
}

const unclosed: ReadonlySet<string> = new Set(['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'])

/**
 * Reads a table as spreadsheets write it: separated by comma, semicolon or tab, whichever the first line with one has; quotes as
 * in RFC 4180. Lines without text and titles of one cell above the header are left out. Throws UnreadableText for a quoting error,
 * because the lines behind it cannot be told apart.
 * @param open starts reading the text again, with line feeds only
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
  // The pipeline destroys both ends when either fails.
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
    if (unclosed.has(code)) throw await unclosedQuote(open(), last + 1)
    const fault = faults[code]
    if (fault === undefined) throw error
    const line = Math.max(last + 1, lineOf(error) + skipped)
    throw new UnreadableText(`${fault} in line ${line}`, 'quote the whole cell, and write each quote inside it twice')
  }
}

/** Why the record that begins in this line, or behind blank ones, is longer than any. */
async function unclosedQuote(text: AsyncIterable<string>, line: number): Promise<UnreadableText> {
  const quote = await openQuote(text, line, longestRecord)
  if (quote === undefined) return new UnreadableText(`has a line longer than a megabyte: line ${line}`)
  const where = `line ${quote.line}, column ${quote.column}`
  return new UnreadableText(
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

  /** A table without a header of several cells has one column, named by the first title. */
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

/** Empty cells behind the last column are allowed. */
function recordOf(line: number, names: readonly string[], record: string[]): FileRecord {
  const cells = record.length > names.length ? trimmed(record, names.length) : record
  if (cells.length === names.length) return {line, names, cells}
  const fault = `there are ${cells.length} cells, and ${names.length} columns; is a cell with a separator in it not quoted?`
  return {line, fault}
}

/** Removes empty cells at the end, but keeps at least `least` cells. */
function trimmed(cells: readonly string[], least = 0): string[] {
  let length = cells.length
  while (length > least && cells[length - 1]?.trim() === '') length -= 1
  return cells.slice(0, length)
}

interface Beginning {
  separator: CellSeparator
  /** Lines before the table. */
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
  const named = separatorLine(head)
  const from = head.slice(named?.[0].length ?? 0)
  const rest = async function* () {
    yield from
    yield* {[Symbol.asyncIterator]: () => chunks}
  }
  return {separator: separatorIn(head), skipped: named === null ? 0 : 1, rest: rest()}
}

/** The separator of a table that begins with this text. */
export function separatorIn(head: string): CellSeparator {
  const named = separators.find((each) => each === separatorLine(head)?.[1])
  return named ?? separatorOf(head)
}

/** A first line `sep=;` names the separator for spreadsheets. */
function separatorLine(head: string): RegExpExecArray | null {
  return /^sep=([,;\t])\n/i.exec(head)
}

/** True when a complete line shows the separator. */
function hasSeparator(head: string): boolean {
  const text = unquoted(head)
  const first = text.search(/[,;\t]/)
  return first >= 0 && text.includes('\n', first)
}

/** The most frequent separator in the first line with any, outside quoted cells. */
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

/** A place in a text as editors show it: both count from 1. */
interface Place {
  line: number
  column: number
}

/**
 * Finds the quote that is still open at the end of the text, or `most` characters after the start of `fromLine`.
 * Undefined when every quote is closed. Quotes are as in RFC 4180.
 */
async function openQuote(text: AsyncIterable<string>, fromLine: number, most: number): Promise<Place | undefined> {
  const quotes = new Quotes(fromLine)
  let left = most
  for await (const part of afterLines(text, fromLine - 1)) {
    for (const character of part.slice(0, left)) quotes.take(character)
    left -= part.length
    if (left <= 0) break
  }
  return quotes.open
}

/** Skips lines at the beginning of a text. */
async function* afterLines(text: AsyncIterable<string>, lines: number): AsyncGenerator<string> {
  let left = lines
  for await (const chunk of text) {
    let from = 0
    while (left > 0 && chunk.includes('\n', from)) {
      from = chunk.indexOf('\n', from) + 1
      left -= 1
    }
    if (left === 0) yield chunk.slice(from)
  }
}

class Quotes {
  private column = 0
  private isOpen = false
  private isBehindQuote = false
  private opened: Place | undefined

  constructor(private line: number) {}

  get open(): Place | undefined {
    return this.isOpen ? this.opened : undefined
  }

  take(character: string): void {
    this.column += character.length
    const isQuote = character === '"'
    if (isQuote) {
      // A quote directly after a closing one continues the same cell.
      if (!this.isOpen && !this.isBehindQuote) this.opened = {line: this.line, column: this.column}
      this.isOpen = !this.isOpen
    }
    this.isBehindQuote = isQuote
    if (character !== '\n') return
    this.line += 1
    this.column = 0
  }
}
