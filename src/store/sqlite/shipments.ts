import {and, desc, eq, getTableColumns, gte, isNull, lt, or, type SQL} from 'drizzle-orm'
import type {LocalShipments, Shipment, ShipmentQuery, StoredShipment} from '../../services/ports.js'
import {personal} from './buyers.js'
import {SaleSink} from './sale-sink.js'
import {shipment} from './schema-of-sales.js'
import type {Session} from './session.js'

const {seenRun: _seenRun, ...stored} = getTableColumns(shipment)

/** Rows in memory at once. Between two chunks others may write. */
const chunkSize = 200

type Row = Omit<typeof shipment.$inferInsert, 'userId' | 'id' | 'syncedAt' | 'seenRun'>

/** The shipments of one seller. */
export function shipmentSink(session: Session, userId: number): SaleSink<Shipment, Row> {
  return new SaleSink(session, userId, {table: shipment, row, personal: personal.shipment})
}

function row({id: _id, userId: _userId, ...same}: Shipment): Row {
  return same
}

export class SqliteShipments implements LocalShipments {
  constructor(private readonly session: Session) {}

  async *shipments(query: ShipmentQuery): AsyncIterable<StoredShipment> {
    let left = query.limit ?? Number.POSITIVE_INFINITY
    let last: StoredShipment | undefined
    while (left > 0) {
      const rows = await this.chunk(query, last, Math.min(chunkSize, left))
      yield* rows
      left -= rows.length
      last = rows.at(-1)
      if (rows.length < chunkSize) return
    }
  }

  async count(query: ShipmentQuery): Promise<number> {
    const all = await this.session.read((db) => db.$count(shipment, matching(query)))
    return Math.min(all, query.limit ?? Number.POSITIVE_INFINITY)
  }

  find(userId: number, id: string): Promise<StoredShipment | undefined> {
    const one = and(eq(shipment.userId, userId), eq(shipment.id, id))
    return this.session.read((db) => db.select(stored).from(shipment).where(one).get())
  }

  private chunk(query: ShipmentQuery, last: StoredShipment | undefined, limit: number): Promise<StoredShipment[]> {
    const wanted = and(matching(query), last && behind(last))
    return this.session.read((db) =>
      db
        .select(stored)
        .from(shipment)
        .where(wanted)
        .orderBy(desc(shipment.dateCreated), desc(shipment.id))
        .limit(limit)
        .all(),
    )
  }
}

function matching({userId, status, substatus, since}: ShipmentQuery): SQL | undefined {
  return and(
    eq(shipment.userId, userId),
    status === undefined ? undefined : eq(shipment.status, status),
    substatus === undefined ? undefined : eq(shipment.substatus, substatus),
    since === undefined ? undefined : gte(shipment.dateCreated, since),
  )
}

/** Those without a date come last. */
function behind({dateCreated, id}: StoredShipment): SQL | undefined {
  const [date, older] = [shipment.dateCreated, lt(shipment.id, id)]
  if (dateCreated === null) return and(isNull(date), older)
  return or(lt(date, dateCreated), and(eq(date, dateCreated), older), isNull(date))
}
