import {describe, expect, it} from '@jest/globals'
import {roundTop} from '../../../src/server/pages/chart.js'
import {Formats} from '../../../src/server/pages/formats.js'

const now = new Date('2026-03-01T12:00:00Z')
const format = new Formats('en', now)

describe('durations', () => {
  it.each([
    [0, '0 sec'],
    [840, '0.8 sec'],
    [9_949, '9.9 sec'],
    [9_999, '9.9 sec'],
    [59_400, '59 sec'],
    [59_900, '59 sec'],
    [60_000, '1 min'],
    [200_000, '3 min 20 sec'],
    [7_500_000, '2 hr 5 min'],
    [86_400_000 * 3 + 3_600_000, '3 days 1 hr'],
  ])('of %p ms are %s', (ms, text) => {
    expect(format.duration(ms)).toBe(text)
  })

  it('are written in each language', () => {
    expect(new Formats('es', now).duration(200_000)).toBe('3 min 20 s')
    expect(new Formats('pt', now).duration(7_500_000)).toBe('2 h 5 min')
  })
})

describe('times', () => {
  it.each([
    ['2026-03-01T11:59:30Z', 'now'],
    ['2026-03-01T11:58:00Z', '2 minutes ago'],
    ['2026-03-01T13:00:00Z', 'in 1 hour'],
    ['2026-03-01T13:05:00Z', 'in 1 hr 5 min'],
    ['2026-03-01T06:00:30Z', '5 hr 59 min ago'],
    ['2026-02-28T12:00:00Z', '24 hours ago'],
    ['2026-02-20T12:00:00Z', '9 days ago'],
  ])('such as %s are told by their distance', (iso, text) => {
    expect(format.ago(iso).markup).toContain(`>${text}</time>`)
  })

  it('have hours and minutes in each language', () => {
    const at = '2026-03-01T17:59:00Z'
    expect(new Formats('es', now).ago(at).markup).toContain('>dentro de 5 h 59 min<')
    expect(new Formats('pt', now).ago(at).markup).toContain('>em 5 h 59 min<')
  })

  it('say exactly when to whoever points at them, and to programs', () => {
    expect(format.ago('2026-03-01T11:58:00.000Z').markup).toBe(
      '<time datetime="2026-03-01T11:58:00.000Z" title="Mar 1, 2026, 11:58 AM UTC">2 minutes ago</time>',
    )
  })
})

describe('the top of a chart', () => {
  it.each([
    [[0, 0], 1],
    [[1], 1],
    [[3, 2], 5],
    [[9], 10],
    [[11], 20],
    [[480], 500],
    [[1_001], 2_000],
  ])('for %j is %p', (values, top) => {
    expect(roundTop(values)).toBe(top)
  })
})
