import {describe, expect, it} from '@jest/globals'
import {count, counted, money} from '../../src/core/format-number.js'
import {minuteOf} from '../../src/core/format-time.js'
import {dated, relative, span} from '../../src/ui/times.js'
import {now} from './paper.js'

describe('span', () => {
  it.each([
    [0, '0 s'],
    [40_000, '40 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [21_480_000, '5 h 58 min'],
    [97_200_000, '1 d 3 h'],
    [-5, '0 s'],
  ])('reads %i ms as %s', (ms, text) => expect(span(ms)).toBe(text))
})

describe('relative', () => {
  it.each([
    ['2026-03-01T17:58:00.000Z', 'in 5 h 58 min'],
    ['2026-03-01T11:57:00.000Z', '3 min ago'],
    ['2026-03-01T11:59:58.000Z', 'just now'],
    [null, '-'],
  ])('reads %s as %s', (iso, text) => expect(relative(iso, now)).toBe(text))
})

describe('dated', () => {
  it('is the minute in UTC, and how long ago that is', () => {
    expect(dated('2026-03-01T10:00:59.123Z', now)).toBe('2026-03-01 10:00 UTC (1 h 59 min ago)')
    expect(dated('2026-03-01T06:00:00.000-04:00', now)).toBe('2026-03-01 10:00 UTC (2 h ago)')
    expect([dated(null, now), minuteOf('some day')]).toEqual(['-', 'some day'])
  })
})

describe('money', () => {
  it.each([
    ['703.8', '703.80'],
    ['19.90', '19.90'],
    ['12000', '12000'],
  ])('shows %s as %s', (given, shown) => expect(money(given)).toBe(shown))
})

describe('count', () => {
  it('groups thousands in the same way on every machine', () => {
    expect(count(10_000)).toBe('10,000')
    expect([counted(1, 'product'), counted(21, 'product')]).toEqual(['1 product', '21 products'])
  })
})
