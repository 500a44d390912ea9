import type Database from 'better-sqlite3'
import type {SaveCounts} from '../../services/ports/index.js'
import type {Session} from './session.js'

export type Change = 'created' | 'updated' | 'unchanged'

/** In place of the run, where none wrote the row. */
export const outsideOfRuns = 'notification'

interface Saved {
  readonly id: string
  readonly partial: boolean
}

/** Ids by how they went, on their way into the rows of a run. */
class Outcomes {
  private readonly groups = new Map<string, {change: Change; partial: number; ids: string[]}>()

  add(change: Change, {id, partial}: Saved): void {
    const key = `${change} ${partial}`
    const group = this.groups.get(key)
    if (group === undefined) this.groups.set(key, {change, partial: Number(partial), ids: [id]})
    else group.ids.push(id)
  }

  [Symbol.iterator]() {
    return this.groups.values()
  }
}

export function tally<T extends Saved>(batch: readonly T[], work: (next: T) => Change): SaveCounts {
  const counts = {created: 0, updated: 0, unchanged: 0, partial: 0}
  for (const next of batch) {
    counts[work(next)] += 1
    if (next.partial) counts.partial += 1
  }
  return counts
}

/** The same within a run: how each went, into its row of the ledger too. */
export function tallyOfRun<T extends Saved>(
  {runId, settle}: {runId: string; settle: Settle},
  batch: readonly T[],
  work: (next: T) => Change,
): SaveCounts {
  const outcomes = new Outcomes()
  const counts = tally(batch, (next) => {
    const change = work(next)
    outcomes.add(change, next)
    return change
  })
  for (const {change, partial, ids} of outcomes) settle.run(runId, change, partial, JSON.stringify(ids))
  return counts
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
