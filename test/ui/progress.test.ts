import {describe, expect, it} from '@jest/globals'
import {createProgress} from '../../src/ui/progress.js'

function build(isTTY: boolean, more: {columns?: number; term?: string} = {}) {
  let [time, written] = [0, '']
  const {columns, term} = more
  const stream = {
    isTTY,
    ...(columns !== undefined && {columns}),
    write(text: string) {
      written += text
    },
  }
  const progress = createProgress({stream, now: () => time, noun: 'products', term})
  const at = (ms: number, done: number) => {
    time = ms
    progress.update({done, total: 10_000})
  }
  return {progress, at, written: () => written}
}

describe('progress on a terminal', () => {
  it('redraws one line, not more than ten times a second, and takes it away at the end', () => {
    const {progress, at, written} = build(true)
    at(0, 100)
    at(50, 200)
    at(100, 1240)
    progress.end()
    progress.end()
    expect(written()).toBe('\r\u001b[K100 of 10,000 products (1%)\r\u001b[K1,240 of 10,000 products (12%)\r\u001b[K')
  })

  it('says as much as fits, the most important first', () => {
    const step = {
      done: 12_340,
      total: 20_000,
      details: ['1,234/s, 617 requests, 3 limited, 6 s left', '1,234/s, 617 req, 3 limited, 6 s left', '6 s left'],
    }
    const lines = [120, 80, 62, 40, 12].map((columns) => {
      const {progress, written} = build(true, {columns})
      progress.update(step)
      return written().replace('\r\u001b[K', '')
    })
    expect(lines).toEqual([
      '12,340 of 20,000 products (61%), 1,234/s, 617 requests, 3 limited, 6 s left',
      '12,340 of 20,000 products (61%), 1,234/s, 617 requests, 3 limited, 6 s left',
      '12,340/20,000 (61%), 1,234/s, 617 req, 3 limited, 6 s left',
      '12,340/20,000 (61%), 6 s left',
      '12,340/20,0',
    ])
  })

  it('is a line each ten seconds where the terminal cannot take one back', () => {
    const {at, written} = build(true, {term: 'dumb'})
    at(0, 1)
    at(10_000, 3000)
    expect(written()).toBe('3,000 of 10,000 products (30%)\n')
  })

  it('writes nothing when there was nothing to say', () => {
    const {progress, written} = build(true)
    progress.end()
    expect(written()).toBe('')
  })
})

describe('progress in a log', () => {
  it('says nothing in the first ten seconds, then a line each ten', () => {
    const {progress, at, written} = build(false)
    at(0, 1)
    at(9_999, 2)
    at(10_000, 3000)
    at(19_000, 4000)
    at(20_000, 10_000)
    progress.end()
    expect(written()).toBe('3,000 of 10,000 products (30%)\n10,000 of 10,000 products (100%)\n')
  })
})
