import {canonicalAmount} from '../../../records/amount.js'
import {readItemName} from '../../../records/item-name.js'
import type {Cell, PushLine} from '../../ports/index.js'
import type {Columns, Field} from './columns.js'

export interface BadLine {
  line: number
  /** Everything that is wrong with it. */
  message: string
}

/** A row below the header that explains the columns and names no listing. */
export interface Note {
  line: number
  /** Its first words. */
  text: string
}

export type DecimalMarks = Readonly<Record<'price' | 'quantity', DecimalMark>>

const mostDigits = 15
const mostDecimals = 2
/** Nine digits: more of anything nobody has in stock. */
const mostInStock = 999_999_999

type Status = NonNullable<PushLine['status']>

const statusNames: ReadonlyMap<string, Status> = new Map([
  ...named('active', ['active', 'activa', 'activo', 'ativa', 'ativo']),
  ...named('paused', ['paused', 'pausada', 'pausado', 'pausa', 'inactiva', 'inactivo', 'inativa', 'inativo']),
  ...named('closed', ['closed', 'cerrada', 'cerrado', 'finalizada', 'finalizado']),
  ...named('closed', ['encerrada', 'encerrado', 'fechada', 'fechado']),
])

function named(status: Status, names: readonly string[]): Array<[string, Status]> {
  return names.map((name) => [name, status])
}

/** The service sets these by itself. They stand in exports; whoever sends one back asks for no change. */
const statusesOfService: ReadonlySet<string> = new Set([
  ...['under_review', 'inactive', 'pending', 'not_yet_active', 'programmed', 'payment_required'],
])

/** A cell that would run as a formula is exported with an apostrophe before it. */
const escaped = /^'(?='*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])/

/** Text of a cell as it was before a spreadsheet had to be kept from running it. */
export function textOf(cell: Cell | undefined): string {
  return String(cell ?? '')
    .replace(escaped, '')
    .trim()
}

/** A line as it is to be carried out, or what is wrong with it. */
export function parseLine(
  line: number,
  {at, doubled}: Columns,
  cells: readonly Cell[],
  marks: DecimalMarks,
): {line: PushLine} | {bad: BadLine} {
  const wrong: string[] = doubled === undefined ? [] : [`${doubled.join(' and ')} mean the same`]
  /** Undefined when there is nothing to read. */
  const read = <T>(field: Field, parse: (text: string) => T | undefined, why: (text: string) => string): T | null => {
    const text = cellOf(field, at, cells)
    if (text === '') return null
    const value = /[\n\t]/.test(text) ? undefined : parse(text)
    if (value === undefined) wrong.push(why(shortened(text)))
    return value ?? null
  }
  const found: PushLine = {
    line,
    itemId: read('itemId', itemIdOf, (text) => `${text} is no item id such as MEC123456789`),
    sellerSku: read(
      'sku',
      (text) => text,
      (text) => `${text} is not a SKU`,
    ),
    variationId: read('variationId', variationOf, (text) => `${text} is not a variation id; all its digits are needed`),
    price: read(
      'price',
      (text) => priceOf(text, marks.price),
      (text) => `${text} is no price such as 1499.90`,
    ),
    quantity: read(
      'quantity',
      (text) => quantityOf(text, marks.quantity),
      (text) => `${text} is no number of pieces`,
    ),
    status: statusOf(read('status', knownStatus, (text) => `${text} is no status: active, paused or closed`)),
  }
  if (wrong.length === 0 && found.itemId === null && found.sellerSku === null)
    wrong.push('neither an item id nor a SKU')
  return wrong.length === 0 ? {line: found} : {bad: {line, message: wrong.join('; ')}}
}

/** Mercado Libre's bulk sheet writes a hyphen where an item has no variation. */
function cellOf(field: Field, at: Columns['at'], cells: readonly Cell[]): string {
  const index = at.get(field)
  const text = index === undefined ? '' : textOf(cells[index])
  return field === 'variationId' && text === '-' ? '' : text
}

/**
 * Whether a row above all lines explains the columns, as in Mercado Libre's bulk sheet: it has text and no number where a
 * listing, a price or a stock belongs, so that no line is taken for a note because of a typing error.
 */
export function noteIn(line: number, {at}: Columns, cells: readonly Cell[]): Note | undefined {
  if (!at.has('itemId')) return undefined
  const [item, sku, ...values] = noteFields.map((field) => cellOf(field, at, cells))
  const isStatus = knownStatus(cellOf('status', at, cells)) !== undefined
  if (isStatus || [item, sku, ...values].some((text) => /\d/.test(text ?? ''))) return undefined
  const isNamed = item !== '' || (sku === '' && values.some((text) => text !== ''))
  return isNamed ? {line, text: shortened(cells.map(textOf).find((text) => text !== '') ?? '')} : undefined
}

const noteFields = ['itemId', 'sku', 'variationId', 'price', 'quantity'] as const

function itemIdOf(text: string): string | undefined {
  const name = readItemName(text)
  return name.kind === 'item' ? name.id : undefined
}

function variationOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : undefined
}

function priceOf(text: string, mark: DecimalMark): string | undefined {
  const amount = amountAs(mark, text)
  if (amount === undefined || amount === '0') return undefined
  const [units = '', decimals = ''] = amount.split('.')
  return units.length + decimals.length <= mostDigits && decimals.length <= mostDecimals ? amount : undefined
}

function quantityOf(text: string, mark: DecimalMark): number | undefined {
  const amount = amountAs(mark, text)
  return amount !== undefined && /^\d+$/.test(amount) && Number(amount) <= mostInStock ? Number(amount) : undefined
}

function knownStatus(text: string): string | undefined {
  const name = text.toLowerCase().replace(/\s+/g, '_')
  return statusNames.has(name) || statusesOfService.has(name) ? name : undefined
}

function statusOf(name: string | null): PushLine['status'] {
  return statusNames.get(name ?? '') ?? null
}

/** For a message of one line. */
export function shortened(text: string): string {
  const line = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
  return /[\s"\\]/.test(text) ? line : line.slice(1, -1)
}

/** The decimal separator. */
export type DecimalMark = 'point' | 'comma'

/** The evidence of one cell about its column: `unclear` can be two different numbers, `neither` is no number. */
export type Sign = DecimalMark | 'either' | 'unclear' | 'neither'

/** Thousands also stand apart by a space that does not break, as spreadsheets of some countries put it. */
const patterns: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^(\d+|[1-9]\d{0,2}(?:(?:,\d{3})+|(?:[\u00a0\u202f]\d{3})+))(?:\.(\d+))?$/,
  comma: /^(\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:[\u00a0\u202f]\d{3})+))(?:,(\d+))?$/,
}

/** Before or behind an amount in a cell: `$ 10`, `R$10`, `US$ 10`, `S/ 10`, `10 USD`. */
const currency = /^(?:[A-Z]{0,3}\$|S\/\.?|Bs\.?|[A-Z]{3}(?=\s))\s*|(?<!\s)\s+[A-Z]{3}$/g

/** The exact amount, without what an equal one may lack: no sign, no leading zeros, no zeros behind the last digit. */
export function amountAs(mark: DecimalMark, text: string): string | undefined {
  const {whole, fraction = ''} = partsAs(mark, text)
  return whole === undefined ? undefined : canonicalAmount(`${whole.replace(/\D/g, '')}.${fraction || '0'}`)
}

function partsAs(mark: DecimalMark, text: string): {whole?: string | undefined; fraction?: string | undefined} {
  const [, whole, fraction] = patterns[mark].exec(text.trim().replace(currency, '').trim()) ?? []
  return {whole, fraction}
}

export function signOf(text: string): Sign {
  const [point, comma] = [amountAs('point', text), amountAs('comma', text)]
  if (point === comma) return point === undefined ? 'neither' : 'either'
  if (point === undefined) return 'comma'
  return comma === undefined ? 'point' : 'unclear'
}

export interface Example {
  line: number
  text: string
}

type Verdict =
  | {mark: DecimalMark}
  /** Two cells that contradict each other. */
  | {mixed: readonly [comma: Example, point: Example]}
  /** A cell that nothing decides, or that would have more decimals than the cell that does. */
  | {unclear: Example; beside?: Example}

/** Detects the decimal mark of a column from all its cells, because one alone, such as 1.500, is ambiguous. */
export class DecimalMarkDetector {
  private readonly first = new Map<Sign, Example>()
  /** The first that is unclear, by the mark that stands in it. */
  private readonly unclear = new Map<DecimalMark, Example>()
  private hasThousandths = false

  look(line: number, text: string): void {
    const sign = signOf(text)
    if (!this.first.has(sign)) this.first.set(sign, {line, text})
    if (sign === 'unclear') {
      const mark = text.includes('.') ? 'point' : 'comma'
      if (!this.unclear.has(mark)) this.unclear.set(mark, {line, text})
    }
    if (sign === 'point' || sign === 'comma') this.hasThousandths ||= partsAs(sign, text).fraction?.length === 3
  }

  verdict(): Verdict {
    const [comma, point, unclear] = [this.first.get('comma'), this.first.get('point'), this.first.get('unclear')]
    if (comma !== undefined && point !== undefined) return {mixed: [comma, point]}
    const decided = comma ?? point
    if (decided === undefined) return unclear === undefined ? {mark: 'point'} : {unclear}
    const mark = comma === undefined ? 'point' : 'comma'
    const odd = this.unclear.get(mark)
    // 1.500 beside 19.90 is hardly one and a half: no spreadsheet shows a column so.
    return odd === undefined || this.hasThousandths ? {mark} : {unclear: odd, beside: decided}
  }
}
