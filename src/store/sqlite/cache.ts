import {and, eq, isNull, lte} from 'drizzle-orm'
import type {Cache, SyncLedger} from '../../services/ports/index.js'
import {isAmong} from './columns.js'
import {product, syncRun} from './schema-of-catalogue.js'
import type {Session} from './session.js'

type Scope = Parameters<Cache['ageMs']>[0]

export class SqliteCache implements Cache {
  constructor(
    private readonly session: Session,
    private readonly ledger: SyncLedger,
  ) {}

  async ageMs({resource, userId}: Scope, now: Date): Promise<number | undefined> {
    const last = await this.ledger.lastComplete(resource, userId)
    // What the run read first may have changed since, so its beginning counts.
    return last === undefined ? undefined : Math.max(0, now.getTime() - last.startedAt.getTime())
  }

  invalidate(scope: Scope, ids: readonly string[] | undefined, at: Date): Promise<number> {
    return ids === undefined ? this.invalidateAll(scope, at) : this.mark(scope.userId, ids)
  }

  private mark(userId: number, ids: readonly string[]): Promise<number> {
    return this.session.write((db) => {
      const live = and(eq(product.user_id, userId), isAmong(product.id, ids), isNull(product.removed_at))
      return db.update(product).set({stale: true}).where(live).run().changes
    })
  }

  /**
   * The runs are marked rather than each product: without a complete run behind it the next one is full, and marking would
   * write the whole catalogue.
   */
  private async invalidateAll({resource, userId}: Scope, at: Date): Promise<number> {
    await this.session.write((db) => {
      const until = and(eq(syncRun.userId, userId), eq(syncRun.resource, resource), lte(syncRun.startedAt, at))
      db.update(syncRun)
        .set({invalidatedAt: at})
        .where(and(until, isNull(syncRun.invalidatedAt)))
        .run()
    })
    return this.session.read((db) => db.$count(product, and(eq(product.user_id, userId), isNull(product.removed_at))))
  }
}
