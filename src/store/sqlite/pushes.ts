import {randomBytes} from 'node:crypto'
import {and, asc, count, desc, eq, gt, inArray, lte, ne, or, sql} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {OpenedPush, PushLine, PushRecord, PushRow, PushStore} from '../../services/ports/index.js'
import {once} from './once.js'
import {push, pushRow} from './schema-of-writes.js'
import type {Session} from './session.js'
import {workLeaseHolds} from './work-lease.js'

type Request = Parameters<PushStore['open']>[0]
type RowOutcome = Parameters<PushStore['recordOutcomes']>[1][number]
type Conflict = Awaited<ReturnType<PushStore['conflicts']>>[number]
type PushEntry = typeof push.$inferSelect
type RowEntry = typeof pushRow.$inferSelect

/** Rows in memory at once. */
const chunkSize = 500
/** How long the lines of a finished push can still be read. */
const readingMs = 10 * 60_000
/** An interrupted push cannot be resumed after a day: what it set may have been sold or changed since. */
const abandonedMs = 24 * 3_600_000

export class SqlitePushes implements PushStore {
  constructor(private readonly session: Session) {}

  open(request: Request): Promise<OpenedPush> {
    return this.session.write((db) => {
      const {userId, fileHash, holder, now, until, restart} = request
      const same = and(eq(push.userId, userId), eq(push.fileHash, fileHash))
      const [newest] = db.select().from(push).where(same).orderBy(newestFirst).limit(1).all()
      if (newest !== undefined && isHeld(newest, request)) {
        return {opened: false, holder: newest.holder ?? '', until: newest.leaseExpiresAt ?? now}
      }
      if (!restart && newest !== undefined && canResume(newest, now)) {
        const taken = {holder, leaseExpiresAt: until, outcome: null, finishedAt: null}
        db.update(push).set(taken).where(eq(push.id, newest.id)).run()
        this.statements().compareAgain.run(newest.id)
        return {opened: true, push: record({...newest, ...taken}), resumed: true}
      }
      if (newest !== undefined && newest.outcome === null) this.close(db, newest.id, now)
      this.forget(db, userId, now)
      const id = randomBytes(8).toString('hex')
      const begun = {id, userId, fileHash, fileName: request.fileName, rows: 0, startedAt: now, holder}
      const row = db
        .insert(push)
        .values({...begun, leaseExpiresAt: until})
        .returning()
        .get()
      return {opened: true, push: record(row), resumed: false}
    })
  }

  prolong(pushId: string, holder: string, until: Date): Promise<boolean> {
    return this.session.write((db) => {
      const mine = and(eq(push.id, pushId), eq(push.holder, holder))
      return db.update(push).set({leaseExpiresAt: until}).where(mine).run().changes > 0
    })
  }

  add(pushId: string, lines: readonly PushLine[]): Promise<void> {
    return this.session.write((db) => {
      const {add} = this.statements()
      let added = 0
      for (const {line, itemId, sellerSku, variationId, price, quantity, status} of lines) {
        added += add.run(pushId, line, itemId, sellerSku, variationId, price, quantity, status).changes
      }
      if (added === 0) return
      db.update(push)
        .set({rows: sql`${push.rows} + ${added}`})
        .where(eq(push.id, pushId))
        .run()
    })
  }

  waiting(pushId: string, {after, limit}: {after: number; limit: number}): Promise<PushRow[]> {
    return this.session.read((db) => {
      // Spelt as the partial index spells it.
      const waits = and(eq(pushRow.pushId, pushId), sql`state = 'waiting'`, gt(pushRow.line, after))
      return db.select().from(pushRow).where(waits).orderBy(asc(pushRow.line)).limit(limit).all().map(readRow)
    })
  }

  waitingOf(pushId: string, itemIds: readonly string[]): Promise<PushRow[]> {
    return this.session.read((db) => {
      const waits = and(eq(pushRow.pushId, pushId), inArray(pushRow.itemId, [...itemIds]), eq(pushRow.state, 'waiting'))
      return db.select().from(pushRow).where(waits).orderBy(asc(pushRow.line)).all().map(readRow)
    })
  }

  recordOutcomes(pushId: string, rows: readonly RowOutcome[]): Promise<void> {
    return this.session.write(() => {
      const {recordOutcome} = this.statements()
      for (const row of rows) {
        const before = row.before === null ? null : JSON.stringify(row.before)
        const at = row.finishedAt?.getTime() ?? null
        const {itemId, variationId, state, errorCode, message, line} = row
        recordOutcome.run(itemId, variationId, state, before, errorCode, message, at, pushId, line)
      }
    })
  }

  conflicts(pushId: string): Promise<Conflict[]> {
    return this.session.read(() => this.statements().conflicts.all({pushId}))
  }

  async *rows(pushId: string): AsyncIterable<PushRow> {
    for (let after = 0; ; ) {
      const mine = and(eq(pushRow.pushId, pushId), gt(pushRow.line, after))
      const rows = await this.session.read((db) =>
        db.select().from(pushRow).where(mine).orderBy(asc(pushRow.line)).limit(chunkSize).all().map(readRow),
      )
      const last = rows.at(-1)
      if (last === undefined) return
      yield* rows
      after = last.line
    }
  }

  counts(pushId: string): ReturnType<PushStore['counts']> {
    return this.session.read((db) => {
      const states = {state: pushRow.state, rows: count()}
      const mine = eq(pushRow.pushId, pushId)
      const found = db.select(states).from(pushRow).where(mine).groupBy(pushRow.state).all()
      const counts = {waiting: 0, unchanged: 0, done: 0, failed: 0}
      for (const {state, rows} of found) counts[state] = rows
      return counts
    })
  }

  finish(pushId: string, {holder, outcome, at}: Parameters<PushStore['finish']>[1]): Promise<void> {
    return this.session.write((db) => {
      const ended = {outcome, finishedAt: at, leaseExpiresAt: null}
      const mine = and(eq(push.id, pushId), eq(push.holder, holder))
      db.update(push).set(ended).where(mine).run()
    })
  }

  private close(db: BetterSQLite3Database, id: string, at: Date): void {
    const closed = {outcome: 'interrupted', finishedAt: at, leaseExpiresAt: null} as const
    db.update(push).set(closed).where(eq(push.id, id)).run()
    db.delete(pushRow).where(eq(pushRow.pushId, id)).run()
  }

  /** Deletes rows of pushes that can no longer be resumed, and whose result file no longer needs them. */
  private forget(db: BetterSQLite3Database, userId: number, now: Date): void {
    const before = (ms: number) => lte(push.finishedAt, new Date(now.getTime() - ms))
    const over = or(and(ne(push.outcome, 'interrupted'), before(readingMs)), before(abandonedMs))
    const ids = db
      .select({id: push.id})
      .from(push)
      .where(and(eq(push.userId, userId), over))
    db.delete(pushRow).where(inArray(pushRow.pushId, ids)).run()
  }

  private readonly statements = once(() => prepare(this.session))
}

function isHeld({outcome, holder, leaseExpiresAt}: PushEntry, request: Request): boolean {
  if (outcome !== null || holder === null || leaseExpiresAt === null || holder === request.holder) return false
  return workLeaseHolds({holder, until: leaseExpiresAt, now: request.now})
}

function canResume({outcome, finishedAt, leaseExpiresAt, startedAt}: PushEntry, now: Date): boolean {
  const lastSeen = finishedAt ?? leaseExpiresAt ?? startedAt
  return (outcome === null || outcome === 'interrupted') && now.getTime() - lastSeen.getTime() < abandonedMs
}

// By the order of their beginnings, whatever the clock said then.
const newestFirst = desc(sql`rowid`)

/** What a row keeps of the values before has its price where the line changes that; nothing where the item was not read. */
function changesPrice(row: 'a' | 'b'): string {
  return `(${row}.state != 'unchanged' AND (${row}.before IS NULL OR json_type(${row}.before, '$.price') IS NOT NULL))`
}

/** Compiled once, and past the query builder: these run for every line of a file. */
function prepare({client}: Session) {
  return {
    add: client.prepare<unknown[]>(
      `INSERT INTO push_row (push_id, line, item_id, seller_sku, variation_id, price, quantity, status, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING`,
    ),
    recordOutcome: client.prepare<unknown[]>(
      `UPDATE push_row SET item_id = coalesce(?, item_id), variation_id = coalesce(?, variation_id), state = ?, before = ?, error_code = ?, message = ?,
         finished_at = ? WHERE push_id = ? AND line = ?`,
    ),
    // Nothing was sent for these lines, and they may differ by now.
    compareAgain: client.prepare<[string]>(
      `UPDATE push_row SET state = 'waiting', finished_at = NULL WHERE push_id = ? AND state = 'unchanged'`,
    ),
    // Price and status are of the whole item: lines about different variations have to agree on them.
    conflicts: client.prepare<[{pushId: string}], Conflict>(
      `SELECT b.line AS line, min(a.line) AS first, b.item_id AS itemId, b.variation_id AS variationId FROM push_row b
       JOIN push_row a ON a.push_id = b.push_id AND a.item_id = b.item_id AND a.line < b.line
         AND a.state != 'failed' AND (a.variation_id IS b.variation_id OR a.status != b.status
           OR (a.price != b.price AND (${changesPrice('a')} OR ${changesPrice('b')})))
       WHERE b.push_id = :pushId AND b.state != 'failed' GROUP BY b.line ORDER BY b.line`,
    ),
  }
}

function record({leaseExpiresAt: _lease, ...same}: PushEntry): PushRecord {
  return same
}

function readRow({pushId: _push, status, ...same}: RowEntry): PushRow {
  return {...same, status: status as PushRow['status']}
}
