import {zerosAtEnd} from '../../../records/amount.js'

/** What parts the whole from the fraction. */
export type DecimalMark = 'point' | 'comma'

/** What a cell tells of its column; `unclear` is two different numbers, `neither` is none. */
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
  if (whole === undefined) return undefined
  const digits = whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '')
  const rest = fraction.replace(zerosAtEnd, '')
  return rest === '' ? digits : `${digits}.${rest}`
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

/** What all cells of a column tell together: one alone, such as 1.500, may be two numbers. */
export class ColumnJudge {
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
