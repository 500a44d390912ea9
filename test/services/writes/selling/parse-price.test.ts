import {describe, expect, it} from '@jest/globals'
import {parsePrice, requirePrice} from '../../../../src/services/writes/selling/change-item.js'
import fc from '../../../support/properties.js'
import {refusal} from '../../../support/toolkit.js'

describe('an amount', () => {
  it.each([
    ['19.90', '19.90'],
    ['19,90', '19.90'],
    [' 19 ', '19'],
    ['0.5', '0.5'],
    ['007', '7'],
    ['9999999999999.99', '9999999999999.99'],
  ])('of %p is %p', (given, text) => {
    expect(parsePrice(given)).toBe(text)
  })

  it.each([
    ...['', '0', '0,00', '-1', '+1', '1.234', '1,234', '1.234,50', '1 234', '19.', '.5', '1e3', '0x10', 'USD 5', '$5'],
    ...['NaN', '99999999999999.99', '١٢'],
  ])('is none in %p', (given) => {
    expect(parsePrice(given)).toBeUndefined()
  })

  it('says how to write one', async () => {
    expect(await refusal(Promise.resolve().then(() => requirePrice('1.234,50')))).toMatchObject({
      code: 'MELI_USAGE',
      suggestions: [expect.stringContaining('1499.90')],
    })
  })

  it('keeps its value as a number of JSON, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 999_999_999_999_999}), (cents) => {
        const digits = String(cents).padStart(3, '0')
        const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`
        const exact = parsePrice(text)
        expect(exact).toBe(text)
        expect(Math.round(Number(JSON.stringify({price: Number(exact)}).slice(9, -1)) * 100)).toBe(cents)
      }),
    )
  })
})
