import {and, eq, getTableColumns, gte, type SQL} from 'drizzle-orm'
import type {LocalOrders, OrderQuery, Pack, StoredOrder} from '../../services/ports/index.js'
import {type Chunk, newestFirst} from './newest-first.js'
import {once} from './once.js'
import {pack, sellerOrder} from './schema-of-sales.js'
import type {Session} from './session.js'

const {seen_run: _seenRun, ...stored} = getTableColumns(sellerOrder)

export class SqliteOrders implements LocalOrders {
  constructor(private readonly session: Session) {}

  orders(query: OrderQuery): AsyncIterable<StoredOrder> {
    return newestFirst(sellerOrder, query.limit, (chunk) => this.chunk(query, chunk))
  }

  async count(query: OrderQuery): Promise<number> {
    const all = await this.session.read((db) => db.$count(sellerOrder, matching(query)))
    return Math.min(all, query.limit ?? all)
  }

  find(userId: number, id: string): Promise<StoredOrder | undefined> {
    const one = and(eq(sellerOrder.user_id, userId), eq(sellerOrder.id, id))
    return this.session.read((db) => db.select(stored).from(sellerOrder).where(one).get())
  }

  known(userId: number, ids: readonly string[]): Promise<Set<string>> {
    return this.session.read(() => new Set(this.statements().known.all(userId, JSON.stringify(ids))))
  }

  partial(userId: number, limit: number): Promise<string[]> {
    return this.session.read(() => this.statements().partial.all(userId, limit))
  }

  packsToRead(userId: number, {after, limit}: {after: string | null; limit: number}): Promise<string[]> {
    return this.session.read(() => this.statements().packsToRead.all(userId, after ?? '', limit))
  }

  savePacks(packs: readonly Pack[], at: Date): Promise<void> {
    return this.session.write((db) => {
      for (const {order_ids: _orders, ...row} of packs) {
        const {user_id: _user, id: _id, ...values} = row
        const set = {...values, synced_at: at}
        db.insert(pack)
          .values({...row, synced_at: at})
          .onConflictDoUpdate({target: [pack.user_id, pack.id], set})
          .run()
      }
    })
  }

  findPack(userId: number, id: string): Promise<(Pack & {synced_at: Date}) | undefined> {
    return this.session.read((db) => {
      const one = and(eq(pack.user_id, userId), eq(pack.id, id))
      const row = db.select().from(pack).where(one).get()
      return row && {...row, order_ids: this.statements().ordersOf.all(userId, id)}
    })
  }

  shipmentsToRead(userId: number, request: {after: string | null; limit: number; all: boolean}): Promise<string[]> {
    const {after, limit, all} = request
    return this.session.read(() =>
      this.statements().shipments.all({userId, after: after ?? '', limit, all: Number(all)}),
    )
  }

  countShipmentsToRead(userId: number, all: boolean): Promise<number> {
    return this.session.read(() => this.statements().countShipments.get({userId, all: Number(all)}) ?? 0)
  }

  private chunk(query: OrderQuery, {place, order, limit}: Chunk): Promise<StoredOrder[]> {
    const wanted = and(matching(query), place)
    return this.session.read((db) =>
      db
        .select(stored)
        .from(sellerOrder)
        .where(wanted)
        .orderBy(...order)
        .limit(limit)
        .all(),
    )
  }

  private readonly statements = once(() => prepare(this.session))
}

function matching({userId, status, since, packId, shipmentId}: OrderQuery): SQL | undefined {
  return and(
    eq(sellerOrder.user_id, userId),
    status === undefined ? undefined : eq(sellerOrder.status, status),
    since === undefined ? undefined : gte(sellerOrder.date_created, since),
    packId === undefined ? undefined : eq(sellerOrder.pack_id, packId),
    shipmentId === undefined ? undefined : eq(sellerOrder.shipment_id, shipmentId),
  )
}

/** States in which nothing more is to happen. */
const settled = `status IN ('delivered', 'cancelled', 'closed')
  OR (status = 'not_delivered' AND substatus IN ('returned', 'lost', 'stolen', 'destroyed'))`

/** Named by orders or packs, in the order of the index; `:all`: those that are here and settled too. */
const toRead = (after: string) => {
  const named = (table: string) => `SELECT shipment_id AS id FROM ${table}
    WHERE user_id = :userId AND shipment_id IS NOT NULL ${after}`
  const isSettled = `EXISTS (SELECT 1 FROM shipment WHERE shipment.user_id = :userId AND shipment.id = named.id
    AND partial = 0 AND (${settled}))`
  return `(${named('seller_order')} UNION ${named('pack')}) AS named WHERE :all = 1 OR NOT ${isSettled}`
}

/** Past the query builder, for what it cannot say. */
function prepare({client}: Session) {
  return {
    known: client
      .prepare<[number, string], string>(
        'SELECT id FROM seller_order WHERE user_id = ? AND id IN (SELECT value FROM json_each(?))',
      )
      .pluck(),
    partial: client
      .prepare<[number, number], string>(
        'SELECT id FROM seller_order WHERE user_id = ? AND partial = 1 ORDER BY synced_at, id LIMIT ?',
      )
      .pluck(),
    ordersOf: client
      .prepare<[number, string], string>('SELECT id FROM seller_order WHERE user_id = ? AND pack_id = ? ORDER BY id')
      .pluck(),
    packsToRead: client
      .prepare<[number, string, number], string>(
        `SELECT DISTINCT pack_id FROM seller_order WHERE user_id = ? AND pack_id > ?
           AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = 'pack_order')
           AND NOT EXISTS (SELECT 1 FROM pack WHERE pack.user_id = seller_order.user_id AND pack.id = pack_id
             AND pack.synced_at >= coalesce(seller_order.last_updated, 0))
         ORDER BY pack_id LIMIT ?`,
      )
      .pluck(),
    shipments: client
      .prepare<[{userId: number; after: string; limit: number; all: number}], string>(
        `SELECT id FROM ${toRead('AND shipment_id > :after')} ORDER BY id LIMIT :limit`,
      )
      .pluck(),
    countShipments: client
      .prepare<[{userId: number; all: number}], number>(`SELECT count(*) FROM ${toRead('')}`)
      .pluck(),
  }
}
