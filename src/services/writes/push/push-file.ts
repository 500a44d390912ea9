import {MeliError} from '../../../core/errors.js'
import type {FileRecord, PushLine, RecordFile} from '../../ports/index.js'
import {type Columns, columnsOf} from './columns.js'
import {
  type BadLine,
  type DecimalMark,
  DecimalMarkDetector,
  type DecimalMarks,
  type Example,
  type Note,
  noteIn,
  parseLine,
  shortened,
  textOf,
} from './push-line.js'

export interface ReadingOptions {
  /** How numbers of a table are written; judged by its columns when left out. */
  decimal?: DecimalMark | undefined
  signal?: AbortSignal | undefined
}

/** The findings of the first reading of the whole file, before each line is parsed. */
export interface Reading {
  marks: DecimalMarks
  /** Columns that say nothing here; in the order met. */
  ignored: readonly string[]
  /** Ignored columns that no known sheet has. */
  unknown: readonly string[]
  /** Rows below the header that are no lines. */
  notes: readonly Note[]
  /** Records with text in them, good or bad. */
  records: number
}

/** The most ignored columns that are listed; each line of JSON may name others. */
const mostIgnored = 100
/** Rows of notes; more of them are lines that somebody got wrong. */
const mostNotes = 5

type Table = Extract<FileRecord, {names: readonly string[]}>
type Fault = Extract<FileRecord, {fault: string}>
type Row = {fault: Fault} | {note: Note} | {table: Table; columns: Columns}

/**
 * Looks at all of it, since one cell alone does not say how its column is written.
 * MELI_FILE_UNREADABLE without a column to go by, or when the numbers of a column can be read in two ways.
 */
export async function inspectFile(file: RecordFile, {decimal, signal}: ReadingOptions): Promise<Reading> {
  const survey = new FileInspection()
  for await (const row of rowsOf(file, signal)) survey.add(row)
  return survey.reading(file, decimal)
}

class FileInspection {
  private readonly judges = {price: new DecimalMarkDetector(), quantity: new DecimalMarkDetector()}
  private readonly met = new Set<string>()
  private readonly ignored = new Set<string>()
  private readonly unknown = new Set<string>()
  private readonly notes: Note[] = []
  private records = 0
  private tables = 0

  add(row: Row): void {
    if ('note' in row) {
      this.notes.push(row.note)
      return
    }
    this.records += 1
    if ('fault' in row) return
    this.tables += 1
    const {at, ignored, unknown} = row.columns
    for (const name of ignored) if (this.ignored.size < mostIgnored) this.ignored.add(name)
    for (const name of unknown) if (this.ignored.has(name)) this.unknown.add(name)
    for (const [field, index] of at) {
      this.met.add(field)
      const text = textOf(row.table.cells[index])
      if (text !== '' && (field === 'price' || field === 'quantity')) this.judges[field].look(row.table.line, text)
    }
  }

  reading(file: RecordFile, decimal: DecimalMark | undefined): Reading {
    if (this.records === 0) throw unreadable(file, 'has no line below its header')
    // Where no line could be read, what is wrong with them says more than columns that nobody has seen.
    if (this.tables > 0) assertColumns(file, this.met, this.unknown)
    const known = decimal ?? (file.format === 'jsonl' ? 'point' : undefined)
    const mark = (field: keyof DecimalMarks) => known ?? markOf(file, field, this.judges[field])
    const {ignored, unknown, notes, records} = this
    const marks = {price: mark('price'), quantity: mark('quantity')}
    return {marks, ignored: [...ignored], unknown: [...unknown], notes, records}
  }
}

/** Every line, good or bad, in order. Two lines about the same are bad, the second one. */
export async function* readLines(
  file: RecordFile,
  {marks}: Reading,
  signal?: AbortSignal,
): AsyncGenerator<{line: PushLine} | {bad: BadLine}> {
  const firsts = new Map<string, number>()
  for await (const row of rowsOf(file, signal)) {
    if ('note' in row) continue
    if ('fault' in row) {
      yield {bad: {line: row.fault.line, message: row.fault.fault}}
      continue
    }
    const {table: record, columns} = row
    const verdict = parseLine(record.line, columns, record.cells, marks)
    if ('bad' in verdict) {
      yield verdict
      continue
    }
    const key = keyOf(verdict.line)
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, record.line)
    yield first === undefined ? verdict : {bad: {line: record.line, message: sameListingAs(first)}}
  }
}

export function sameListingAs(first: number): string {
  return `the same listing is in line ${first}`
}

function keyOf({itemId, sellerSku, variationId}: PushLine): string {
  return `${itemId ?? `sku ${sellerSku}`} ${variationId ?? ''}`
}

/** Notes stand below the header and above all lines. */
async function* rowsOf(file: RecordFile, signal: AbortSignal | undefined): AsyncGenerator<Row> {
  const columnsOfTable = columnReader()
  let notes = 0
  let mayBeNote = file.format === 'csv'
  for await (const record of file.records(signal)) {
    if ('fault' in record) {
      yield {fault: record}
      continue
    }
    const columns = columnsOfTable(record)
    const note = mayBeNote && notes < mostNotes ? noteIn(record.line, columns, record.cells) : undefined
    mayBeNote &&= note !== undefined
    if (note === undefined) yield {table: record, columns}
    else {
      notes += 1
      yield {note}
    }
  }
}

/** All lines of a table have one header. */
function columnReader(): (record: Table) => Columns {
  let last: {names: readonly string[]; columns: Columns} | undefined
  return ({names}) => {
    if (last?.names !== names) last = {names, columns: columnsOf(names)}
    return last.columns
  }
}

function assertColumns(file: RecordFile, met: ReadonlySet<string>, unknown: ReadonlySet<string>): void {
  const [first, ...more] = unknown
  const rest = more.length === 0 ? '' : ` and ${more.length} more`
  const named = first === undefined ? '' : `; ${shortened(first)}${rest} is not a known column`
  if (!met.has('itemId') && !met.has('sku')) {
    throw unreadable(file, `has no column with the item id or the SKU${named}`, ['call it id or sku in the first line'])
  }
  if (!['price', 'quantity', 'status'].some((field) => met.has(field))) {
    throw unreadable(file, `has no column with anything to change${named}`, [
      'call it price, stock or status in the first line',
    ])
  }
}

function markOf(file: RecordFile, field: string, column: DecimalMarkDetector): DecimalMark {
  const verdict = column.verdict()
  if ('mark' in verdict) return verdict.mark
  if ('unclear' in verdict) {
    const {line, text} = verdict.unclear
    const why =
      verdict.beside === undefined
        ? 'no other line shows which decimal separator the file uses'
        : `since ${said(verdict.beside)} has other decimals than it would have`
    throw unclear(file, `may mean two things by ${text} (${field}, line ${line}), ${why}`)
  }
  const [comma, point] = verdict.mixed.map(said)
  throw unclear(file, `has decimal commas and decimal points in the same column (${field}): ${comma}, ${point}`)
}

function said({line, text}: Example): string {
  return `${text} in line ${line}`
}

function unclear(file: RecordFile, why: string): MeliError {
  return unreadable(file, why, [
    'use --decimal comma if 1.500 is fifteen hundred',
    'use --decimal point if it is one and a half',
  ])
}

function unreadable({name}: RecordFile, why: string, suggestions: readonly string[] = []): MeliError {
  return new MeliError('MELI_FILE_UNREADABLE', `${name === '-' ? 'standard input' : name} ${why}`, {try: suggestions})
}

export interface CheckedFile {
  reading: Reading
  bad: BadLine[]
  /** SKUs of lines without an item id. */
  skus: ReadonlySet<string>
}

/** All bad lines that can be told without the service. */
export async function checkFile(file: RecordFile, {decimal, signal}: ReadingOptions): Promise<CheckedFile> {
  const reading = await inspectFile(file, {decimal, signal})
  const skus = new Set<string>()
  const checked: CheckedFile = {reading, bad: [], skus}
  for await (const each of readLines(file, reading, signal)) {
    if ('bad' in each) checked.bad.push(each.bad)
    else if (each.line.itemId === null && each.line.sellerSku !== null) skus.add(each.line.sellerSku)
  }
  return checked
}

export function isBlocked(bad: readonly BadLine[], {skipBad}: {skipBad: boolean}): boolean {
  return bad.length > 0 && !skipBad
}
