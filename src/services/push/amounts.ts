/** What parts the whole from the fraction. */
export type DecimalMark = 'point' | 'comma'

/** What a cell tells of its column; `unclear` is two different numbers, `neither` is none. */
export type Sign = DecimalMark | 'either' | 'unclear' | 'neither'

const patterns: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^(\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?$/,
  comma: /^(\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?$/,
}

/** Before or behind an amount in a cell: `$ 10`, `R$10`, `US$ 10`, `S/ 10`, `10 USD`. */
const currency = /^(?:[A-Z]{0,3}\$|S\/\.?|Bs\.?|[A-Z]{3}(?=\s))\s*|\s+[A-Z]{3}$/g

/** The exact amount, without what an equal one may lack: no sign, no leading zeros, no zeros behind the last digit. */
export function amountAs(mark: DecimalMark, text: string): string | undefined {
  const [, whole, fraction = ''] = patterns[mark].exec(text.trim().replace(currency, '').trim()) ?? []
  if (whole === undefined) return undefined
  const digits = whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '')
  const rest = fraction.replace(/0+$/, '')
  return rest === '' ? digits : `${digits}.${rest}`
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

/** What all cells of a column tell together: one alone, such as 1.500, may be two numbers. */
export class ColumnJudge {
  private readonly first = new Map<Sign, Example>()

  look(line: number, text: string): void {
    const sign = signOf(text)
    if (!this.first.has(sign)) this.first.set(sign, {line, text})
  }

  /** The mark, or the cells that leave it open: two that contradict each other, or one that nothing decides. */
  verdict(): {mark: DecimalMark} | {mixed: readonly [comma: Example, point: Example]} | {unclear: Example} {
    const [comma, point, unclear] = [this.first.get('comma'), this.first.get('point'), this.first.get('unclear')]
    if (comma !== undefined && point !== undefined) return {mixed: [comma, point]}
    if (comma !== undefined) return {mark: 'comma'}
    if (point === undefined && unclear !== undefined) return {unclear}
    return {mark: 'point'}
  }
}
