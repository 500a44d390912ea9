import {and, desc, eq, getTableColumns, inArray, isNotNull} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {
  ItemFigures,
  LastRuns,
  OverviewStore,
  ProductEvent,
  SyncHour,
  SyncOutcome,
  SyncRunRecord,
} from '../../services/ports/index.js'
import {once} from './once.js'
import {product, productChange, syncRun} from './schema-of-catalogue.js'
import type {Session} from './session.js'
import {readRun} from './sync-run-store.js'

const hourMs = 3_600_000
type HourRow = {hour: number; outcome: SyncOutcome; runs: number; total_ms: number; longest_ms: number}

export class SqliteOverview implements OverviewStore {
  constructor(private readonly session: Session) {}

  items(userIds: readonly number[]): Promise<ItemFigures[]> {
    return this.session.read(() => {
      const {figures} = this.statements()
      return userIds.flatMap((userId) => figures.get({userId}) ?? [])
    })
  }

  lastRuns(userIds: readonly number[], resource: string): Promise<LastRuns[]> {
    return this.session.read((db) =>
      userIds.map((userId) => ({
        userId,
        newest: lastRun(db, {userId, resource}),
        through: lastRun(db, {userId, resource, outcomes: ['complete', 'incomplete']}),
      })),
    )
  }

  syncHours(userIds: readonly number[], since: Date): Promise<SyncHour[]> {
    return this.session.read(() => {
      const rows = this.statements().hours.all({users: JSON.stringify(userIds), since: since.getTime()})
      return rows.map(({hour, outcome, runs, total_ms, longest_ms}) => ({
        ...{hour: new Date(hour * hourMs), outcome, runs},
        ...{totalMs: total_ms, longestMs: longest_ms},
      }))
    })
  }

  changes(userId: number, limit: number): Promise<ProductEvent[]> {
    const {itemId, at, field, before, after} = productChange
    const titled = and(eq(product.user_id, productChange.userId), eq(product.id, itemId))
    return this.session.read((db) =>
      db
        .select({itemId, title: product.title, at, field, before, after})
        .from(productChange)
        .leftJoin(product, titled)
        .where(eq(productChange.userId, userId))
        .orderBy(desc(productChange.id))
        .limit(limit)
        .all(),
    )
  }

  private readonly statements = once(() => prepare(this.session))
}

/** By the index of users, resources and beginnings, from its end. */
function lastRun(
  db: BetterSQLite3Database,
  {userId, resource, outcomes}: {userId: number; resource: string; outcomes?: SyncOutcome[]},
): SyncRunRecord | null {
  const row = db
    .select(getTableColumns(syncRun))
    .from(syncRun)
    .where(
      and(
        eq(syncRun.userId, userId),
        eq(syncRun.resource, resource),
        outcomes === undefined ? undefined : and(inArray(syncRun.outcome, outcomes), isNotNull(syncRun.finishedAt)),
      ),
    )
    .orderBy(desc(syncRun.startedAt))
    .limit(1)
    .get()
  return row === undefined ? null : readRun(row)
}

function prepare({client}: Session) {
  return {
    // Indexes alone: the difference of two for what is live, and the small one of what is to be fetched again.
    figures: client.prepare<[{userId: number}], ItemFigures>(
      `SELECT :userId AS userId,
         (SELECT count(*) FROM product WHERE user_id = :userId)
           - (SELECT count(*) FROM product WHERE user_id = :userId AND removed_at IS NOT NULL) AS live,
         count(*) FILTER (WHERE partial = 1) AS partial, count(*) FILTER (WHERE stale = 1) AS stale
       FROM product WHERE user_id = :userId AND (stale = 1 OR partial = 1) AND removed_at IS NULL`,
    ),
    hours: client.prepare<[{users: string; since: number}], HourRow>(
      `SELECT started_at / ${hourMs} AS hour, outcome, count(*) AS runs,
         sum(max(0, coalesce(finished_at, started_at) - started_at)) AS total_ms,
         max(max(0, coalesce(finished_at, started_at) - started_at)) AS longest_ms
       FROM sync_run
       WHERE user_id IN (SELECT value FROM json_each(:users)) AND started_at >= :since AND outcome IS NOT NULL
         AND (resource = 'products' OR resource LIKE 'products[%')
       GROUP BY hour, outcome ORDER BY hour, outcome`,
    ),
  }
}
