import {describe, expect, it} from '@jest/globals'
import {failureLines} from '../../../src/services/notifications/failure-lines.js'
import type {NotificationWork} from '../../../src/services/ports/index.js'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds))
const work = (id: number, failures = 0, topic = 'items') =>
  ({id, topic, failures, resource: `/items/MEC${id}`}) as NotificationWork
const failure = (id: number, dueAt: Date | null, code = 'MELI_TIMED_OUT') => ({id, code, message: 'no', dueAt})

describe('what the log says of notifications that failed', () => {
  it('names the work, the tries and the next one, and no resource', () => {
    const lines = failureLines([work(1, 2)], [failure(1, at(20))])
    expect(lines).toEqual([
      {
        fields: {
          ...{work: 1, topic: 'items', error_code: 'MELI_TIMED_OUT', tries: 3},
          next_try: '2026-03-01T12:00:20.000Z',
        },
        text: 'a notification failed, and will be tried again',
      },
    ])
  })

  it('is one line for all of a batch that failed alike, with the first next try', () => {
    const batch = [1, 2, 3, 4].map((id) => work(id))
    const lines = failureLines(batch, [
      failure(2, at(9)),
      failure(3, at(7)),
      failure(4, null, 'MELI_AUTHORIZATION_LOST'),
    ])
    expect(lines).toMatchObject([
      {
        fields: {work: 2, works: 2, next_try: at(7).toISOString()},
        text: expect.stringContaining('notifications failed'),
      },
      {fields: {work: 4, error_code: 'MELI_AUTHORIZATION_LOST'}, text: 'a notification was parked'},
    ])
  })

  it('is nothing when nothing failed', () => {
    expect(failureLines([work(1)], [])).toEqual([])
  })
})
