import type {RecordOutcome, RecordPatch, RecordSink, SaveCounts, SyncedProduct} from '../../services/ports/index.js'
import {once} from './once.js'
import {bindings, isOlder, judge, productColumns, trackedChanges} from './product-values.js'
import {type Change, countOutcomes, outcomesOf, outsideOfRuns, prepareSettle, recordOutcomes} from './run-outcomes.js'
import type {Session} from './session.js'
import {lastScan} from './sync-run-store.js'

type Seen = {runId: string; at: Date}

/** The listings of one seller. */
export class SqliteProductSink implements RecordSink<SyncedProduct>, RecordPatch<SyncedProduct> {
  constructor(
    private readonly session: Session,
    private readonly userId: number,
  ) {}

  save(batch: readonly SyncedProduct[], seen: Seen): Promise<SaveCounts> {
    return this.session.write(() => {
      const {settle} = this.statements()
      const outcomes = outcomesOf(batch, (next) => this.write(next, seen))
      return recordOutcomes(settle, seen.runId, outcomes)
    })
  }

  patch(batch: readonly SyncedProduct[], at: Date): Promise<SaveCounts> {
    return this.session.write(() => {
      return countOutcomes(outcomesOf(batch, (next) => this.write(next, {runId: outsideOfRuns, at})))
    })
  }

  known(ids: readonly string[]): Promise<Set<string>> {
    return this.session.read(() => {
      const {find} = this.statements()
      return new Set(ids.filter((id) => find.get(this.userId, id) !== undefined))
    })
  }

  compare(batch: readonly SyncedProduct[]): Promise<RecordOutcome[]> {
    return this.session.read(() => {
      const {find} = this.statements()
      return outcomesOf(batch, (next) => judge(find.get(this.userId, next.id), bindings(next)))
    })
  }

  removeUnlisted({runId, at}: Seen): Promise<number> {
    return this.session.write(() => {
      const {logRemoval, remove} = this.statements()
      const run = {userId: this.userId, runId, at: at.getTime()}
      logRemoval.run(run)
      return remove.run(run).changes
    })
  }

  liveIds(limit: number, after: string | null): Promise<string[]> {
    return this.session.read(() => this.statements().liveIds.all(this.userId, after ?? '', limit))
  }

  countLive(): Promise<number> {
    return this.session.read(() => this.statements().countLive.get({userId: this.userId}) ?? 0)
  }

  stale(limit: number): Promise<string[]> {
    return this.session.read(() => this.statements().stale.all(this.userId, limit))
  }

  private write(next: SyncedProduct, {runId, at}: Seen): Change {
    const {insert, find, update, confirm, log} = this.statements()
    const values = bindings(next)
    // First, so that a catalogue that is fetched for the first time is not looked up too.
    if (insert.run(at.getTime(), runId, values, this.userId, next.id).changes > 0) {
      this.writeVariations(next)
      return 'created'
    }
    const stored = find.get(this.userId, next.id) ?? []
    // What was written meanwhile is newer than this answer. A run that lists what was removed knows that it is back.
    if (isOlder(values, stored) && (stored[0] === null || runId === outsideOfRuns)) return 'unchanged'
    const change = judge(stored, values)
    if (change === 'unchanged') {
      confirm.run(at.getTime(), runId, this.userId, next.id)
      // The document does not show these SKUs, so it stays the same when they change.
      if (next.variationSkus === 'supplied') this.replaceVariations(next)
      return change
    }
    update.run(at.getTime(), runId, values, this.userId, next.id)
    this.replaceVariations(next)
    for (const {field, before, after} of trackedChanges(stored, values))
      log.run(this.userId, next.id, runId, at.getTime(), field, before, after)
    return change
  }

  private replaceVariations(next: SyncedProduct): void {
    if (next.variations === null) return
    const {dropVariations} = this.statements()
    const whole = next.variationSkus === 'unknown' ? this.withStoredSkus(next) : next
    dropVariations.run(this.userId, next.id)
    this.writeVariations(whole)
  }

  private withStoredSkus(next: SyncedProduct): SyncedProduct {
    const stored = new Map(this.statements().variationSkus.all(this.userId, next.id))
    const variations = next.variations?.map((each) => ({
      ...each,
      seller_sku: each.seller_sku ?? stored.get(each.id) ?? null,
    }))
    return {...next, variations: variations ?? null}
  }

  private writeVariations({id: itemId, variations}: SyncedProduct): void {
    const {addVariation} = this.statements()
    for (const [position, each] of (variations ?? []).entries()) {
      const {id, name, price, available_quantity, seller_sku, user_product_id} = each
      addVariation.run(this.userId, itemId, id, position, name, price, available_quantity, seller_sku, user_product_id)
    }
  }

  private readonly statements = once(() => prepare(this.session))
}

// Documents come and go as bytes, which saves reading and writing UTF-8 for each.
const stored = productColumns.map((column) => (column === 'json' ? 'CAST(json AS BLOB)' : column)).join(', ')
const bound = (column: string) => (column === 'json' ? 'CAST(? AS TEXT)' : '?')

/**
 * Live, and not named by the run's last listing; what was written beside the run while it was under way is newer than its
 * listing. The inner select reads an index alone, so it is cheap when little is gone.
 */
const unlisted = `user_id = :userId AND removed_at IS NULL
  AND (seen_run <> '${outsideOfRuns}' OR synced_at < (SELECT started_at FROM sync_run WHERE id = :runId)) AND id IN (
  SELECT known.id FROM product AS known WHERE known.user_id = :userId AND NOT EXISTS (
    SELECT 1 FROM sync_item WHERE run_id = :runId AND sync_item.id = known.id AND scan = ${lastScan}))`

/** Compiled once, and past the query builder: for each record of a catalogue its part in the cost would be a fifth. */
function prepare({client}: Session) {
  return {
    ...prepareRow({client}),
    logRemoval: client.prepare<[{userId: number; runId: string; at: number}]>(
      `INSERT INTO product_change (user_id, item_id, run_id, at, field, before, after)
       SELECT user_id, id, :runId, :at, 'removed', 'false', 'true' FROM product WHERE ${unlisted}`,
    ),
    remove: client.prepare<[{userId: number; runId: string; at: number}]>(
      `UPDATE product SET removed_at = :at WHERE ${unlisted}`,
    ),
    liveIds: client
      .prepare<[number, string, number], string>(
        'SELECT id FROM product WHERE user_id = ? AND id > ? AND removed_at IS NULL ORDER BY id LIMIT ?',
      )
      .pluck(),
    // The difference of two indexes: counting the rows themselves would read the whole catalogue.
    countLive: client
      .prepare<[{userId: number}], number>(
        `SELECT (SELECT count(*) FROM product WHERE user_id = :userId)
           - (SELECT count(*) FROM product WHERE user_id = :userId AND removed_at IS NOT NULL)`,
      )
      .pluck(),
    stale: client
      .prepare<[number, number], string>(
        `SELECT id FROM product WHERE user_id = ? AND (stale = 1 OR partial = 1) AND removed_at IS NULL
         ORDER BY id LIMIT ?`,
      )
      .pluck(),
  }
}

type RowValues = ReturnType<typeof bindings>

function prepareRow({client}: Pick<Session, 'client'>) {
  return {
    find: client
      .prepare<[number, string], RowValues>(`SELECT removed_at, ${stored} FROM product WHERE user_id = ? AND id = ?`)
      .raw(),
    insert: client.prepare<[number, string, RowValues, number, string]>(
      `INSERT INTO product (synced_at, seen_run, ${productColumns.join(', ')}, user_id, id)
       VALUES (?, ?, ${productColumns.map(bound).join(', ')}, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    update: client.prepare<[number, string, RowValues, number, string]>(
      `UPDATE product SET synced_at = ?, seen_run = ?, ${productColumns.map((column) => `${column} = ${bound(column)}`).join(', ')},
         removed_at = NULL, stale = 0 WHERE user_id = ? AND id = ?`,
    ),
    confirm: client.prepare<[number, string, number, string]>(
      'UPDATE product SET synced_at = ?, seen_run = ?, stale = 0 WHERE user_id = ? AND id = ?',
    ),
    log: client.prepare<[number, string, string, number, string, string | null, string | null]>(
      `INSERT INTO product_change (user_id, item_id, run_id, at, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    variationSkus: client
      .prepare<[number, string], [id: number, sku: string | null]>(
        'SELECT id, seller_sku FROM product_variation WHERE user_id = ? AND item_id = ?',
      )
      .raw(),
    dropVariations: client.prepare<[number, string]>('DELETE FROM product_variation WHERE user_id = ? AND item_id = ?'),
    addVariation: client.prepare<unknown[]>(
      `INSERT INTO product_variation
         (user_id, item_id, id, position, name, price, available_quantity, seller_sku, user_product_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    settle: prepareSettle({client}),
  }
}
