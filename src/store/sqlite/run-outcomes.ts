import type Database from 'better-sqlite3'
import type {RecordOutcome, SaveCounts} from '../../services/ports/index.js'
import type {Session} from './session.js'

export type Change = RecordOutcome['change']

/** In place of the run, where none wrote the row. */
export const outsideOfRuns = 'notification'

interface Saved {
  readonly id: string
  readonly partial: boolean
}

export function outcomesOf<T extends Saved>(batch: readonly T[], work: (next: T) => Change): RecordOutcome[] {
  return batch.map((next) => ({id: next.id, partial: next.partial, change: work(next)}))
}

export function countOutcomes(outcomes: readonly RecordOutcome[]): SaveCounts {
  const counts = {created: 0, updated: 0, unchanged: 0, partial: 0}
  for (const {change, partial} of outcomes) {
    counts[change] += 1
    if (partial) counts.partial += 1
  }
  return counts
}

/** Writes how each went into its row of the ledger, too. */
export function recordOutcomes(settle: Settle, runId: string, outcomes: readonly RecordOutcome[]): SaveCounts {
  const groups = new Map<string, {change: Change; partial: number; ids: string[]}>()
  for (const {id, change, partial} of outcomes) {
    const key = `${change} ${partial}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, {change, partial: Number(partial), ids: [id]})
    else group.ids.push(id)
  }
  for (const {change, partial, ids} of groups.values()) settle.run(runId, change, partial, JSON.stringify(ids))
  return countOutcomes(outcomes)
}

type Settle = Database.Statement<[runId: string, change: string, partial: number, ids: string]>

/** Run, change, partial, ids as JSON. What was created in this run stays so, also when it is saved again. */
export function prepareSettle({client}: Pick<Session, 'client'>): Settle {
  return client.prepare<[string, string, number, string]>(
    `INSERT INTO sync_item (run_id, id, scan, state, partial) SELECT ?, value, 0, ?, ? FROM json_each(?) WHERE true
     ON CONFLICT DO UPDATE SET partial = excluded.partial, status = NULL, message = NULL,
       state = CASE WHEN state IN ('created', 'updated') THEN state ELSE excluded.state END`,
  )
}
