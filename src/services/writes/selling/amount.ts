import {MeliError} from '../../../core/errors.js'

/** More digits than these a number of JSON cannot be relied on to keep. */
const mostDigits = 15

/**
 * A price as people write it, `19.90` or `19,90`, as exact decimal text with a point. Undefined when it is none: not
 * above 0, more than two decimals, or with thousands marked, where `1.234` could be either.
 */
export function readAmount(given: string): string | undefined {
  const [, whole, decimals = ''] = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(given.trim()) ?? []
  if (whole === undefined) return undefined
  const units = whole.replace(/^0+(?=\d)/, '')
  const text = decimals === '' ? units : `${units}.${decimals}`
  return units.length + decimals.length <= mostDigits && Number(text) > 0 ? text : undefined
}

/** MELI_USAGE when it is no price. */
export function amountOf(given: string): string {
  const amount = readAmount(given)
  if (amount !== undefined) return amount
  throw new MeliError('MELI_USAGE', `${given} is no price such as 1499.90`, {
    try: ['write it without a currency and without marks between thousands: 1499.90 or 1499,90'],
  })
}
