/** Begins at the first zero of a run alone: tried at each of them, a long run would take its square. */
const zerosAtEnd = /(?<!0)0+$/

const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * The one spelling of an amount: `50000` for `50000.0`, `50000.00` and `5e4`. The service writes one value differently by
 * route. Text that is no decimal number is given back as it is.
 */
export function canonicalAmount(text: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] = decimal.exec(text) ?? []
  if (whole === undefined) return text
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const units =
    digits
      .slice(0, Math.max(point, 0))
      .padEnd(point, '0')
      .replace(/^0+(?=\d)/, '') || '0'
  const rest = (point < 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(zerosAtEnd, '')
  const value = rest === '' ? units : `${units}.${rest}`
  return value === '0' ? value : sign + value
}

/** Whether two amounts are the same, however they are written. False when one is not known. */
export function isSameAmount(one: string | null | undefined, other: string | null | undefined): boolean {
  if (one === null || one === undefined || other === null || other === undefined) return false
  return canonicalAmount(one) === canonicalAmount(other)
}
