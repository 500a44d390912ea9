import {describe, expect, it} from '@jest/globals'
import {moment} from '../../src/cli/parse-date.js'
import fc from '../support/properties.js'

const now = new Date('2026-03-10T12:00:00.000Z')

function read(given: string): string {
  return moment(given, now).toISOString()
}

describe('a moment', () => {
  it.each([
    ['2d', '2026-03-08T12:00:00.000Z'],
    ['12h', '2026-03-10T00:00:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01 19:07', '2026-03-01T19:07:00.000Z'],
    ['2026-03-01T19:07:30', '2026-03-01T19:07:30.000Z'],
    [' 2026-03-01 19:07 UTC ', '2026-03-01T19:07:00.000Z'],
    ['2026-03-01 UTC', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T19:07:30.5Z', '2026-03-01T19:07:30.500Z'],
    ['2026-03-01T19:07:30.123456z', '2026-03-01T19:07:30.123Z'],
    ['2026-03-01T19:07-05:00', '2026-03-02T00:07:00.000Z'],
    ['2026-03-01T19:07:30.000-0400', '2026-03-01T23:07:30.000Z'],
    ['2026-03-01 01:00+05:30', '2026-02-28T19:30:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('reads %p as %p', (given, expected) => {
    expect(read(given)).toBe(expected)
  })

  it.each([
    '2026-02-30',
    '2026-02-29 10:00',
    '2026-13-01',
    '2026-03-00',
    '2026-03-01 24:00',
    '2026-03-01 10:60',
    '2026-03-01T10:00+24:00',
  ])('refuses %s, which is no time', (given) => {
    expect(() => read(given)).toThrow(`there is no such time as ${given}`)
  })

  it.each(['', 'yesterday', '2026', '2026-3-1', '2026-03-01 10', '2026-03-01 10:00 EST', '2026-03-01x', '20'])(
    'says how to write what it cannot read: %p',
    (given) => {
      expect(() => read(given)).toThrow('write 2d, 12h, or a date such as 2026-03-01')
    },
  )

  it('reads every time as it is written', () => {
    fc.assert(
      fc.property(fc.date({min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true}), (date) => {
        expect(read(date.toISOString())).toBe(date.toISOString())
      }),
    )
  })
})
