import {and, eq, getTableColumns, gte, type SQL} from 'drizzle-orm'
import {isSameAmount} from '../../records/amount.js'
import type {LocalShipments, Shipment, ShipmentQuery, StoredShipment} from '../../services/ports/index.js'
import {personal} from './buyers.js'
import {type Chunk, newestFirst} from './newest-first.js'
import {SaleSink} from './sale-sink.js'
import {shipment} from './schema-of-sales.js'
import type {Session} from './session.js'

const {seen_run: _seenRun, ...stored} = getTableColumns(shipment)

type Row = Omit<typeof shipment.$inferInsert, 'user_id' | 'id' | 'synced_at' | 'seen_run'>

/** The shipments of one seller. */
export function shipmentSink(session: Session, userId: number): SaleSink<Shipment, Row> {
  return new SaleSink(session, userId, {table: shipment, row, personal: personal.shipment, isSame})
}

function row({id: _id, user_id: _userId, ...same}: Shipment): Row {
  return same
}

function isSame(name: keyof Row, value: string, stored: string): boolean {
  return name === 'declared_value' && isSameAmount(value, stored)
}

export class SqliteShipments implements LocalShipments {
  constructor(private readonly session: Session) {}

  shipments(query: ShipmentQuery): AsyncIterable<StoredShipment> {
    return newestFirst(shipment, query.limit, (chunk) => this.chunk(query, chunk))
  }

  async count(query: ShipmentQuery): Promise<number> {
    const all = await this.session.read((db) => db.$count(shipment, matching(query)))
    return Math.min(all, query.limit ?? Number.POSITIVE_INFINITY)
  }

  find(userId: number, id: string): Promise<StoredShipment | undefined> {
    const one = and(eq(shipment.user_id, userId), eq(shipment.id, id))
    return this.session.read((db) => db.select(stored).from(shipment).where(one).get())
  }

  private chunk(query: ShipmentQuery, {place, order, limit}: Chunk): Promise<StoredShipment[]> {
    const wanted = and(matching(query), place)
    return this.session.read((db) =>
      db
        .select(stored)
        .from(shipment)
        .where(wanted)
        .orderBy(...order)
        .limit(limit)
        .all(),
    )
  }
}

function matching({userId, status, substatus, since}: ShipmentQuery): SQL | undefined {
  return and(
    eq(shipment.user_id, userId),
    status === undefined ? undefined : eq(shipment.status, status),
    substatus === undefined ? undefined : eq(shipment.substatus, substatus),
    since === undefined ? undefined : gte(shipment.date_created, since),
  )
}
