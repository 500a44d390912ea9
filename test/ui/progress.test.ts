import {describe, expect, it} from '@jest/globals'
import {createProgress} from '../../src/ui/progress.js'

function build(isTTY: boolean) {
  let [time, written] = [0, '']
  const stream = {
    isTTY,
    write(text: string) {
      written += text
    },
  }
  const progress = createProgress({stream, now: () => time, noun: 'products'})
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
