import {describe, expect, it} from '@jest/globals'
import type {JobRecord} from '../../../../src/services/ports/index.js'
import {never} from '../../../../src/services/sync/schedule/backoff.js'
import {servingOf} from '../../../../src/services/sync/schedule/serving.js'

const now = new Date('2026-03-01T12:00:00Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
const job = (dueAt: Date, holder: string | null = null): JobRecord => ({
  ...{name: 'sweep:all', dueAt, holder, startedAt: null, finishedAt: null},
  ...{outcome: null, errorCode: null, failures: 0},
})
const judge = {now, isAlive: (holder: string) => holder === 'alive'}

describe('whether a server is at work', () => {
  it.each<[string, JobRecord[], string]>([
    ['a job has a holder that lives', [job(inSeconds(-500)), job(inSeconds(-500), 'alive')], 'running'],
    ['there never was one', [], 'none'],
    ['nobody took what was due', [job(inSeconds(-500)), job(inSeconds(500))], 'none'],
    ['the holder is gone', [job(inSeconds(-500), 'dead')], 'none'],
    ['all is done until later', [job(inSeconds(500)), job(inSeconds(-5))], 'unknown'],
    ['the only job waits for a login', [job(never)], 'unknown'],
  ])('is told when %s', (_, jobs, expected) => {
    expect(servingOf(jobs, judge)).toBe(expected)
  })
})
