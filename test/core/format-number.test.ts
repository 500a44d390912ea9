import {describe, expect, it} from '@jest/globals'
import {money} from '../../src/core/format-number.js'

describe('an amount of money', () => {
  it.each([
    ['703.8', null, '703.80'],
    ['20', 'USD', '20.00'],
    ['20', 'COP', '20.00'],
    ['19990', 'CLP', '19990'],
    ['19990', 'PYG', '19990'],
    ['20', null, '20'],
    ['12.345', 'USD', '12.345'],
  ])('of %s in %s is %s', (amount, currency, expected) => {
    expect(money(amount, currency)).toBe(expected)
  })
})
