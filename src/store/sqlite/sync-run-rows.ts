import {randomBytes} from 'node:crypto'
import type {Checkpoint, SyncKind, SyncLedger, SyncOutcome, SyncRunRecord} from '../../services/ports/index.js'
import type {syncRun} from './schema-of-catalogue.js'

export type RunRow = typeof syncRun.$inferSelect

const atTheStart: Checkpoint = {
  scan: 1,
  slice: 0,
  sliced: false,
  cursor: null,
  total: 0,
  listed: false,
}

export function newRun(request: Parameters<SyncLedger['open']>[0]): typeof syncRun.$inferInsert {
  const {resource, userId, kind, holder, now, until} = request
  return {
    // Short, since it is in the row of each id.
    id: randomBytes(8).toString('hex'),
    resource,
    userId,
    kind,
    startedAt: now,
    holder,
    leaseExpiresAt: until,
    checkpoint: JSON.stringify(atTheStart),
  }
}

/** Runs of the first version of the database have no checkpoint, and nothing to go on from. */
export function isResumable({kind, outcome, checkpoint, invalidatedAt}: RunRow, wanted: SyncKind): boolean {
  return keepsIds(outcome) && kind === wanted && checkpoint !== null && invalidatedAt === null
}

/** Whether a run that ended so can be gone on with. */
export function keepsIds(outcome: SyncOutcome | null): boolean {
  return outcome === null || outcome === 'interrupted' || outcome === 'failed'
}

export function readRun(row: RunRow): SyncRunRecord {
  const {leaseExpiresAt: _lease, invalidatedAt: _invalidated, checkpoint, counts, holder, ...same} = row
  return {
    ...same,
    checkpoint: checkpoint === null ? atTheStart : (JSON.parse(checkpoint) as Checkpoint),
    counts: counts ?? {},
    holder: holder ?? '',
  }
}

/** SQL: whether a run lacks nothing, or nothing but what the service lists to nobody. */
export const isReached = `(outcome = 'complete' OR (outcome = 'incomplete'
  AND json_extract(counts, '$.failed') = json_array_length(checkpoint, '$.beyond')))`

/** SQL: the last listing of the run `:runId`, which is the `scan` of those rows of `sync_item` that it named. */
export const lastScan = `(SELECT json_extract(checkpoint, '$.scan') FROM sync_run WHERE id = :runId)`
