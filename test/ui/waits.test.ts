import {describe, expect, it} from '@jest/globals'
import {WaitNotices} from '../../src/ui/waits.js'

function notices() {
  const said: string[] = []
  const clock = {ms: 0}
  const waits = new WaitNotices({now: () => clock.ms, say: (line) => said.push(line)})
  return {said, clock, waits}
}

describe('a long wait', () => {
  it.each([
    ['limited', 42_000, 'Mercado Libre limits the requests: waiting 42 s. Press Ctrl-C to stop; finished work is kept'],
    [
      'failing',
      17_400,
      'Mercado Libre is not answering properly: waiting 18 s. Press Ctrl-C to stop; finished work is kept',
    ],
    [
      'rate',
      600_000,
      'The requests of this minute are used up (MELI_RATE_LIMIT): waiting 10 min. Press Ctrl-C to stop; finished work is kept',
    ],
  ] as const)('is told with its reason: %s', (why, ms, line) => {
    const {said, waits} = notices()
    waits.tell({ms, why})
    expect(said).toEqual([line])
  })

  it('is told once, however many requests wait, and again when it is another one', () => {
    const {said, clock, waits} = notices()
    for (let request = 0; request < 8; request += 1) {
      clock.ms += 10
      waits.tell({ms: 30_000, why: 'limited'})
    }
    expect(said).toHaveLength(1)
    clock.ms = 20_000
    waits.tell({ms: 60_000, why: 'limited'})
    expect(said).toHaveLength(2)
  })

  it('is told once of a rate that makes every request wait', () => {
    const {said, clock, waits} = notices()
    for (clock.ms = 0; clock.ms < 600_000; clock.ms += 60_000) waits.tell({ms: 60_000, why: 'rate'})
    expect(said).toHaveLength(1)
  })
})
