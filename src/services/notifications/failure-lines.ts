import type {NotificationFailure, NotificationWork} from '../ports/index.js'
import {wireTopic} from './topics.js'

export interface FailureLine {
  fields: Record<string, unknown>
  text: string
}

/**
 * What the log says of failures of one batch: a line for each cause, with the first work that has it. Ids of works stand
 * for resources, which name what sellers have.
 */
export function failureLines(
  batch: readonly NotificationWork[],
  failures: readonly NotificationFailure[],
): FailureLine[] {
  const works = new Map(batch.map((work) => [work.id, work]))
  const groups = new Map<
    string,
    {first: NotificationFailure; work: NotificationWork; nextTry: Date | null; count: number}
  >()
  for (const failure of failures) {
    const work = works.get(failure.id)
    if (work === undefined) continue
    const nextTry = failure.dueAt
    const key = [failure.code, wireTopic(work.topic), nextTry === null].join(' ')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, {first: failure, work, nextTry, count: 1})
    else {
      group.count += 1
      if (nextTry !== null && group.nextTry !== null && nextTry < group.nextTry) group.nextTry = nextTry
    }
  }
  return [...groups.values()].map(({first, work, nextTry, count}) => {
    const fields = {work: first.id, topic: wireTopic(work.topic), error_code: first.code, tries: work.failures + 1}
    const many = count === 1 ? {} : {works: count}
    if (nextTry === null) return {fields: {...fields, ...many}, text: textOf('parked', count)}
    return {fields: {...fields, next_try: nextTry.toISOString(), ...many}, text: textOf('failed', count)}
  })
}

function textOf(end: 'parked' | 'failed', count: number): string {
  if (end === 'parked') return count === 1 ? 'a notification was parked' : 'notifications failed for good'
  return count === 1 ? 'a notification failed, and will be tried again' : 'notifications failed and will be retried'
}
