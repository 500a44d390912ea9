import {MeliError} from '../../errors.js'
import type {FileRecord, PushLine, RecordFile} from '../ports.js'
import {ColumnJudge, type DecimalMark, type Example} from './amounts.js'
import {type Columns, columnsOf} from './columns.js'
import {type BadLine, judge, type Marks, textOf} from './judge.js'

export interface ReadingOptions {
  /** How numbers of a table are written; judged by its columns when left out. */
  decimal?: DecimalMark | undefined
  signal?: AbortSignal | undefined
}

/** What the whole of a file tells, before its lines are judged one by one. */
export interface Reading {
  marks: Marks
  /** Columns that say nothing here; in the order met. */
  ignored: readonly string[]
  /** Records with text in them, good or bad. */
  records: number
}

/** Of names that mean nothing here; lines of JSON may each have others. */
const mostIgnored = 100

type Table = Extract<FileRecord, {names: readonly string[]}>

/**
 * Looks at all of it, since one cell alone does not say how its column is written.
 * MELI_FILE_UNREADABLE without a column to go by, or when the numbers of a column can be read in two ways.
 */
export async function inspect(file: RecordFile, {decimal, signal}: ReadingOptions): Promise<Reading> {
  const survey = new Survey()
  for await (const record of file.records(signal)) survey.look(record)
  return survey.reading(file, decimal)
}

class Survey {
  private readonly judges = {price: new ColumnJudge(), quantity: new ColumnJudge()}
  private readonly columns = columnReader()
  private readonly met = new Set<string>()
  private readonly ignored = new Set<string>()
  private records = 0
  private tables = 0

  look(record: FileRecord): void {
    this.records += 1
    if ('fault' in record) return
    this.tables += 1
    const {at, ignored} = this.columns(record)
    for (const name of ignored) if (this.ignored.size < mostIgnored) this.ignored.add(name)
    for (const [field, index] of at) {
      this.met.add(field)
      const text = textOf(record.cells[index])
      if (text !== '' && (field === 'price' || field === 'quantity')) this.judges[field].look(record.line, text)
    }
  }

  reading(file: RecordFile, decimal: DecimalMark | undefined): Reading {
    if (this.records === 0) throw unreadable(file, 'has no line below its header')
    // Where no line could be read, what is wrong with them says more than columns that nobody has seen.
    if (this.tables > 0) assertColumns(file, this.met)
    const known = decimal ?? (file.format === 'jsonl' ? 'point' : undefined)
    const mark = (field: keyof Marks) => known ?? markOf(file, field, this.judges[field])
    const {ignored, records} = this
    return {marks: {price: mark('price'), quantity: mark('quantity')}, ignored: [...ignored], records}
  }
}

/** Every line, good or bad, in order. Two lines about the same are bad, the second one. */
export async function* judged(
  file: RecordFile,
  {marks}: Pick<Reading, 'marks'>,
  signal?: AbortSignal,
): AsyncGenerator<{line: PushLine} | {bad: BadLine; fatal: boolean}> {
  const columns = columnReader()
  const firsts = new Map<string, number>()
  for await (const record of file.records(signal)) {
    if ('fault' in record) {
      yield {bad: {line: record.line, message: record.fault}, fatal: record.fatal}
      continue
    }
    const verdict = judge(record.line, columns(record), record.cells, marks)
    if ('bad' in verdict) {
      yield {...verdict, fatal: false}
      continue
    }
    const key = keyOf(verdict.line)
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, record.line)
    yield first === undefined ? verdict : {bad: {line: record.line, message: doubleOf(first)}, fatal: false}
  }
}

export function doubleOf(first: number): string {
  return `the same listing is in line ${first}`
}

function keyOf({itemId, sellerSku, variationId}: PushLine): string {
  return `${itemId ?? `sku ${sellerSku}`} ${variationId ?? ''}`
}

/** All lines of a table have one header. */
function columnReader(): (record: Table) => Columns {
  let last: {names: readonly string[]; columns: Columns} | undefined
  return ({names}) => {
    if (last?.names !== names) last = {names, columns: columnsOf(names)}
    return last.columns
  }
}

function assertColumns(file: RecordFile, met: ReadonlySet<string>): void {
  if (!met.has('itemId') && !met.has('sku')) {
    throw unreadable(file, 'has no column with the item id or the SKU', ['call it id or sku in the first line'])
  }
  if (!['price', 'quantity', 'status'].some((field) => met.has(field))) {
    throw unreadable(file, 'has no column with anything to change', [
      'call it price, stock or status in the first line',
    ])
  }
}

function markOf(file: RecordFile, field: string, column: ColumnJudge): DecimalMark {
  const verdict = column.verdict()
  if ('mark' in verdict) return verdict.mark
  if ('unclear' in verdict) {
    const {line, text} = verdict.unclear
    const why =
      verdict.beside === undefined
        ? 'and no other line decides it'
        : `since ${said(verdict.beside)} has other decimals than it would have`
    throw unclear(file, `may mean two things by ${text} (${field}, line ${line}), ${why}`)
  }
  const [comma, point] = verdict.mixed.map(said)
  throw unclear(file, `has decimal commas and decimal points in one column (${field}): ${comma}, ${point}`)
}

function said({line, text}: Example): string {
  return `${text} in line ${line}`
}

function unclear(file: RecordFile, why: string): MeliError {
  return unreadable(file, why, [
    '--decimal comma, when 1.500 is fifteen hundred',
    '--decimal point, when it is one and a half',
  ])
}

function unreadable({name}: RecordFile, why: string, suggestions: readonly string[] = []): MeliError {
  return new MeliError('MELI_FILE_UNREADABLE', `${name === '-' ? 'standard input' : name} ${why}`, {try: suggestions})
}
