import {describe, expect, it} from '@jest/globals'
import {canonicalAmount, isSameAmount} from '../../src/records/amount.js'
import fc from '../support/properties.js'

describe('an amount', () => {
  it.each([
    ['50000', '50000'],
    ['50000.0', '50000'],
    ['50000.00', '50000'],
    ['5e4', '50000'],
    ['5.00E+4', '50000'],
    ['052240.10', '52240.1'],
    ['0.10', '0.1'],
    ['1e-7', '0.0000001'],
    ['12.5e-3', '0.0125'],
    ['1.25e1', '12.5'],
    ['-3.50', '-3.5'],
    ['-0.0', '0'],
    ['12345678901234567890.120', '12345678901234567890.12'],
    ['abc', 'abc'],
    ['1,5', '1,5'],
    ['', ''],
  ])('has one spelling: %s is %s', (text, canonical) => {
    expect(canonicalAmount(text)).toBe(canonical)
  })

  it('is the same however it is written, and never the same as one that is not known', () => {
    expect(isSameAmount('50000.0', '50000')).toBe(true)
    expect(isSameAmount('19.9', '19.90')).toBe(true)
    expect(isSameAmount('19.9', '19.91')).toBe(false)
    expect(isSameAmount('12345678901234567.01', '12345678901234567.02')).toBe(false)
    expect(isSameAmount('0', null)).toBe(false)
    expect(isSameAmount(null, null)).toBe(false)
  })

  it('keeps its value in every spelling', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 10 ** 12}),
        fc.integer({min: 0, max: 4}),
        fc.integer({min: 0, max: 3}),
        (cents, zeros, lead) => {
          const digits = String(cents).padStart(3, '0')
          const text = `${'0'.repeat(lead)}${digits.slice(0, -2)}.${digits.slice(-2)}${'0'.repeat(zeros)}`
          expect(isSameAmount(text, `${cents}e-2`)).toBe(true)
          expect(isSameAmount(text, `${cents + 1}e-2`)).toBe(false)
          expect(canonicalAmount(canonicalAmount(text))).toBe(canonicalAmount(text))
        },
      ),
    )
  })
})
