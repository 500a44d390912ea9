import {randomBytes} from 'node:crypto'
import type {Checkpoint, SyncKind, SyncLedger, SyncOutcome, SyncRunRecord} from '../../services/ports.js'
import type {syncRun} from './schema-of-catalogue.js'

export type RunRow = typeof syncRun.$inferSelect

const atTheStart: Checkpoint = {
  scan: 1,
  slice: 0,
  sliced: false,
  cursor: null,
  cursorAt: null,
  total: 0,
  sliceTotal: null,
  steady: true,
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
    checkpoint: writeCheckpoint(atTheStart),
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
    checkpoint: checkpoint === null ? atTheStart : readCheckpoint(checkpoint),
    counts: counts ?? {},
    holder: holder ?? '',
  }
}

/** The cursor's time is text, so that the JSON can be read by people. */
export function writeCheckpoint(checkpoint: Checkpoint): string {
  return JSON.stringify(checkpoint)
}

function readCheckpoint(text: string): Checkpoint {
  const written = JSON.parse(text) as Checkpoint & {cursorAt: string | null}
  return {...written, cursorAt: written.cursorAt === null ? null : new Date(written.cursorAt)}
}

/** SQL: whether a run lacks nothing, or nothing but what the service lists to nobody. */
export const isReached = `(outcome = 'complete' OR (outcome = 'incomplete'
  AND json_extract(counts, '$.failed') = json_array_length(checkpoint, '$.beyond')))`

/**
 * SQL: what the `scan` of a row of `sync_item` is equal to when a listing named it that counts in the run `:runId`. Those
 * are the last one, or all since the one that the checkpoint names.
 */
export const lastScan = `max(scan, (
  SELECT coalesce(json_extract(checkpoint, '$.since'), json_extract(checkpoint, '$.scan'))
  FROM sync_run WHERE id = :runId))`
