export const separators = {',': ',', ';': ';', tab: '\t'} as const
export type Separator = keyof typeof separators

export type CsvValue = string | number | boolean | null

export interface CsvColumn<V> {
  name: string
  value: (row: V) => CsvValue
  /** Decimal text, which is written as it is. */
  number?: boolean
}

/** Spreadsheets take a file without it for one of the local code page. */
const byteOrderMark = '\ufeff'
/** What makes a spreadsheet run a cell as a formula; in full width too. */
const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** RFC 4180, as spreadsheets read it: header, CRLF. Prices stay exact decimal text. */
export async function* csvLines<V>(
  rows: AsyncIterable<V>,
  columns: ReadonlyArray<CsvColumn<V>>,
  separator: Separator,
): AsyncGenerator<string> {
  const between = separators[separator]
  yield `${byteOrderMark}${columns.map(({name}) => name).join(between)}\r\n`
  for await (const row of rows) yield `${columns.map((column) => cell(column, row)).join(between)}\r\n`
}

export async function* jsonLines(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

function cell<V>({value: read, number = false}: CsvColumn<V>, row: V): string {
  const value = read(row)
  if (value === null) return ''
  const text = String(value)
  return quoted(number || typeof value !== 'string' ? text : harmless(text))
}

/** An apostrophe before it: taken off again by who reads it, also where the text began with one itself. */
function harmless(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
