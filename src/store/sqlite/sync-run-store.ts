import {randomBytes} from 'node:crypto'
import {and, desc, eq, getTableColumns, isNull, type SQL, sql} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {
  Checkpoint,
  MissingRecord,
  Noted,
  OpenedRun,
  RecordOutcome,
  RunCounts,
  SaveCounts,
  SyncKind,
  SyncLedger,
  SyncOutcome,
  SyncRunRecord,
} from '../../services/ports/index.js'
import {connectTemporary} from './connect.js'
import {once} from './once.js'
import {prepareSettle, recordOutcomes} from './run-outcomes.js'
import {syncRun} from './schema-of-catalogue.js'
import {Session} from './session.js'
import {workLeaseHolds} from './work-lease.js'

type Request = Parameters<SyncLedger['open']>[0]
type Whose = Pick<Request, 'resource' | 'userId'>

/** So long, and longer while something is known by it, the row of a run is kept. */
const keptMs = 30 * 24 * 3_600_000
/** Rows that one run sweeps: more than it adds, and few enough that nobody waits for it. */
const mostSwept = 500

export class SqliteSyncLedger implements SyncLedger {
  constructor(protected readonly session: Session) {}

  open(request: Request): Promise<OpenedRun> {
    return this.session.write((db) => {
      const busy = underWay(db, request).find((run) => isHeld(run, request))
      if (busy !== undefined) {
        return {opened: false, runId: busy.id, holder: busy.holder ?? '', until: busy.leaseExpiresAt ?? request.now}
      }
      const newest = selectRuns(db).where(same(request)).orderBy(newestFirst).limit(1).get()
      const resumed = !request.restart && newest !== undefined && isResumable(newest, request.kind)
      const run = resumed ? this.takeOver(db, newest, request) : this.begin(db, request)
      return {opened: true, run: readRun(run), resumed}
    })
  }

  prolong(runId: string, holder: string, until: Date): Promise<boolean> {
    return this.session.write((db) => {
      const mine = and(eq(syncRun.id, runId), eq(syncRun.holder, holder), isNull(syncRun.outcome))
      return db.update(syncRun).set({leaseExpiresAt: until}).where(mine).run().changes > 0
    })
  }

  note(runId: string, ids: readonly string[], checkpoint: Checkpoint): Promise<Noted> {
    return this.session.write(() => {
      const {note, name, move} = this.statements()
      const {scan} = checkpoint
      const fresh: string[] = []
      let known = 0
      for (const id of ids) {
        if (note.run(runId, id, scan).changes > 0) fresh.push(id)
        else known += name.run(scan, runId, id, scan).changes
      }
      move.run(JSON.stringify(checkpoint), runId)
      return {listed: known + fresh.length, fresh}
    })
  }

  pending(runId: string, limit: number, after: string | null): Promise<string[]> {
    return this.session.read(() => this.statements().pending.all(runId, after ?? '', limit))
  }

  fail(runId: string, missing: readonly MissingRecord[]): Promise<void> {
    return this.session.write(() => {
      const {fail} = this.statements()
      for (const {id, status, message} of missing) fail.run(runId, id, status, message)
    })
  }

  record(runId: string, outcomes: readonly RecordOutcome[]): Promise<SaveCounts> {
    return this.session.write(() => recordOutcomes(this.statements().settle, runId, outcomes))
  }

  countListed(runId: string, ids: readonly string[]): Promise<number> {
    return this.session.read(() => this.statements().countListed.get({runId, ids: JSON.stringify(ids)}) ?? 0)
  }

  counts(runId: string): Promise<RunCounts> {
    return this.session.read(() => {
      const counts = this.statements().counts.get({runId})
      return counts ?? {listed: 0, failed: 0, created: 0, updated: 0, unchanged: 0, partial: 0}
    })
  }

  missing(runId: string, limit: number): Promise<MissingRecord[]> {
    return this.session.read(() => this.statements().missing.all({runId, limit}))
  }

  finish(runId: string, {outcome, watermark, counts, at}: Parameters<SyncLedger['finish']>[1]): Promise<void> {
    return this.session.write((db) => {
      const ended = {outcome, watermark, counts, finishedAt: at, leaseExpiresAt: null}
      db.update(syncRun).set(ended).where(eq(syncRun.id, runId)).run()
      if (!keepsIds(outcome)) this.statements().forget.run(runId)
    })
  }

  lastComplete(resource: string, userId: number, kind?: SyncKind): Promise<SyncRunRecord | undefined> {
    const complete = eq(syncRun.outcome, 'complete')
    return this.last({resource, userId}, kind === undefined ? complete : and(complete, eq(syncRun.kind, kind)))
  }

  lastReached(resource: string, userId: number): Promise<SyncRunRecord | undefined> {
    return this.last({resource, userId}, sql`${sql.raw(isReached)}`)
  }

  private last(whose: Whose, wanted: SQL | undefined): Promise<SyncRunRecord | undefined> {
    return this.session.read((db) => {
      // After that everything is to be fetched again, as if there had been no run.
      const counting = and(same(whose), wanted, isNull(syncRun.invalidatedAt))
      const row = selectRuns(db).where(counting).orderBy(newestFirst).limit(1).get()
      return row === undefined ? undefined : readRun(row)
    })
  }

  recent({userId, resource, limit}: Parameters<SyncLedger['recent']>[0]): Promise<SyncRunRecord[]> {
    return this.session.read((db) => {
      const wanted = and(
        userId === undefined ? undefined : eq(syncRun.userId, userId),
        resource === undefined ? undefined : eq(syncRun.resource, resource),
      )
      return selectRuns(db).where(wanted).orderBy(newestFirst).limit(limit).all().map(readRun)
    })
  }

  async temporary(): Promise<SyncLedger & {close(): void}> {
    return new TemporarySyncLedger(new Session(connectTemporary, 'a temporary database'))
  }

  /** What could not be fetched then may be fetched now. */
  private takeOver(db: BetterSQLite3Database, run: RunRow, {holder, until}: Request): RunRow {
    const taken = {holder, leaseExpiresAt: until, outcome: null, finishedAt: null}
    db.update(syncRun).set(taken).where(eq(syncRun.id, run.id)).run()
    this.statements().retry.run(run.id)
    return {...run, ...taken}
  }

  /** A run that begins ends those before it: their ids are of no use any more, and of the old ones hardly any is. */
  private begin(db: BetterSQLite3Database, request: Request): RunRow {
    const {resource, userId, now} = request
    const closed = {outcome: 'interrupted', finishedAt: now, leaseExpiresAt: null} as const
    db.update(syncRun)
      .set(closed)
      .where(and(same(request), isNull(syncRun.outcome)))
      .run()
    const {forgetAll, sweep} = this.statements()
    forgetAll.run({resource, userId})
    sweep.run({resource, userId, before: now.getTime() - keptMs})
    return db.insert(syncRun).values(newRun(request)).returning().get()
  }

  private readonly statements = once(() => prepare(this.session))
}

class TemporarySyncLedger extends SqliteSyncLedger {
  close(): void {
    this.session.close()
  }
}

// By the order of their beginnings, whatever the clock said then.
const newestFirst = desc(sql`rowid`)

function selectRuns(db: BetterSQLite3Database) {
  return db.select(getTableColumns(syncRun)).from(syncRun)
}

function same({resource, userId}: Whose) {
  return and(eq(syncRun.userId, userId), eq(syncRun.resource, resource))
}

function underWay(db: BetterSQLite3Database, whose: Whose): RunRow[] {
  return selectRuns(db)
    .where(and(same(whose), isNull(syncRun.outcome)))
    .orderBy(newestFirst)
    .all()
}

function isHeld(run: RunRow, {holder, now}: Request): boolean {
  const {outcome, leaseExpiresAt} = run
  if (outcome !== null || run.holder === null || run.holder === holder || leaseExpiresAt === null) return false
  return workLeaseHolds({holder: run.holder, until: leaseExpiresAt, now})
}

/** Compiled once, and past the query builder: these run for every id of a catalogue. */
function prepare({client}: Session) {
  return {
    note: client.prepare<[string, string, number]>(
      `INSERT INTO sync_item (run_id, id, scan, state) VALUES (?, ?, ?, 'listed') ON CONFLICT DO NOTHING`,
    ),
    name: client.prepare<[number, string, string, number]>(
      'UPDATE sync_item SET scan = ? WHERE run_id = ? AND id = ? AND scan <> ?',
    ),
    move: client.prepare<[string, string]>('UPDATE sync_run SET checkpoint = ? WHERE id = ?'),
    pending: client
      .prepare<[string, string, number], string>(
        `SELECT id FROM sync_item WHERE run_id = ? AND state = 'listed' AND id > ? ORDER BY id LIMIT ?`,
      )
      .pluck(),
    // A record that was fetched in this run is here, whatever happened to a second request for it.
    fail: client.prepare<[string, string, number, string]>(
      `INSERT INTO sync_item (run_id, id, scan, state, status, message) VALUES (?, ?, 0, 'failed', ?, ?)
       ON CONFLICT DO UPDATE SET state = 'failed', status = excluded.status, message = excluded.message
       WHERE state IN ('listed', 'failed')`,
    ),
    retry: client.prepare<[string]>(
      `UPDATE sync_item SET state = 'listed', status = NULL, message = NULL WHERE run_id = ? AND state = 'failed'`,
    ),
    counts: client.prepare<[{runId: string}], RunCounts>(
      `SELECT count(*) FILTER (WHERE scan = ${lastScan}) AS listed,
         count(*) FILTER (WHERE state = 'failed' AND scan = ${lastScan}) AS failed,
         count(*) FILTER (WHERE state = 'created') AS created,
         count(*) FILTER (WHERE state = 'updated') AS updated,
         count(*) FILTER (WHERE state = 'unchanged') AS unchanged,
         count(*) FILTER (WHERE partial = 1) AS partial
       FROM sync_item WHERE run_id = :runId`,
    ),
    missing: client.prepare<[{runId: string; limit: number}], MissingRecord>(
      `SELECT id, status, message FROM sync_item
       WHERE run_id = :runId AND state = 'failed' AND scan = ${lastScan} ORDER BY id LIMIT :limit`,
    ),
    countListed: client
      .prepare<[{runId: string; ids: string}], number>(
        `SELECT count(*) FROM json_each(:ids) JOIN sync_item ON run_id = :runId AND sync_item.id = value
         WHERE scan = ${lastScan}`,
      )
      .pluck(),
    settle: prepareSettle({client}),
    forget: client.prepare<[string]>('DELETE FROM sync_item WHERE run_id = ?'),
    forgetAll: client.prepare<[Whose]>(
      `DELETE FROM sync_item WHERE run_id IN (SELECT id FROM sync_run
         WHERE user_id = :userId AND resource = :resource AND outcome NOT IN ('complete', 'incomplete'))`,
    ),
    // All but the newest of each sort that went through: the changes begin there, and how old the copy is, is told by it.
    sweep: client.prepare<[Whose & {before: number}]>(
      `DELETE FROM sync_run WHERE rowid IN (SELECT rowid FROM sync_run
         WHERE user_id = :userId AND resource = :resource AND started_at < :before AND finished_at < :before
           AND rowid NOT IN (SELECT max(rowid) FROM sync_run
             WHERE user_id = :userId AND resource = :resource AND outcome IN ('complete', 'incomplete')
             GROUP BY kind, outcome, invalidated_at IS NULL, ${isReached})
         ORDER BY started_at LIMIT ${mostSwept})`,
    ),
  }
}

export type RunRow = typeof syncRun.$inferSelect

const atTheStart: Checkpoint = {
  scan: 1,
  slice: 0,
  sliced: false,
  cursor: null,
  total: 0,
  listed: false,
}

function newRun(request: Parameters<SyncLedger['open']>[0]): typeof syncRun.$inferInsert {
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
function isResumable({kind, outcome, checkpoint, invalidatedAt}: RunRow, wanted: SyncKind): boolean {
  return keepsIds(outcome) && kind === wanted && checkpoint !== null && invalidatedAt === null
}

/** Whether a run that ended so can be gone on with. */
function keepsIds(outcome: SyncOutcome | null): boolean {
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
const isReached = `(outcome = 'complete' OR (outcome = 'incomplete'
  AND json_extract(counts, '$.failed') = json_array_length(checkpoint, '$.beyond')))`

/** SQL: the last listing of the run `:runId`, which is the `scan` of those rows of `sync_item` that it named. */
export const lastScan = `(SELECT json_extract(checkpoint, '$.scan') FROM sync_run WHERE id = :runId)`
