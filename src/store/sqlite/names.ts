import {and, asc, eq, gte, isNotNull, isNull, lt, type SQL, sql} from 'drizzle-orm'
import type {SQLiteColumn, SQLiteTable} from 'drizzle-orm/sqlite-core'
import type {LocalName, LocalNames, RecordKind} from '../../services/ports/index.js'
import {mercadolibreToken} from './schema.js'
import {product} from './schema-of-catalogue.js'
import {question, sellerOrder, shipment} from './schema-of-sales.js'
import type {Session} from './session.js'

interface Named {
  table: SQLiteTable
  userId: SQLiteColumn
  name: SQLiteColumn
  /** Text, or nothing. */
  description: SQL<string | null>
  present?: SQL | undefined
}

const named: Record<RecordKind, Named> = {
  item: {
    table: product,
    userId: product.user_id,
    name: product.id,
    description: sql`${product.title}`,
    present: isNull(product.removed_at),
  },
  sku: {
    table: product,
    userId: product.user_id,
    name: product.seller_sku,
    description: sql`${product.title}`,
    present: and(isNull(product.removed_at), isNotNull(product.seller_sku)),
  },
  order: {
    table: sellerOrder,
    userId: sellerOrder.user_id,
    name: sellerOrder.id,
    description: sql`concat_ws(', ', ${sellerOrder.status}, ${sellerOrder.total_amount} || ' ' || ${sellerOrder.currency_id})`,
  },
  question: {
    table: question,
    userId: question.user_id,
    name: question.id,
    description: sql`concat_ws(', ', ${question.status}, ${question.item_id})`,
    present: isNull(question.removed_at),
  },
  shipment: {
    table: shipment,
    userId: shipment.user_id,
    name: shipment.id,
    description: sql`concat_ws(', ', ${shipment.status}, ${shipment.substatus})`,
  },
}

export class SqliteNames implements LocalNames {
  constructor(private readonly session: Session) {}

  startingWith(kind: RecordKind, prefix: string, limit: number): Promise<LocalName[]> {
    const {table, userId, name, description, present} = named[kind]
    // A range, which the key of the table answers for one account at a time.
    const range = prefix === '' ? undefined : and(gte(name, prefix), lt(name, `${prefix}\u{10ffff}`))
    return this.session.read((db) => {
      const accounts = db.select({id: mercadolibreToken.userId}).from(mercadolibreToken).all()
      const found = accounts.flatMap(({id}) =>
        db
          .select({value: sql<string>`${name}`, description})
          .from(table)
          .where(and(eq(userId, id), range, present))
          .orderBy(asc(name))
          .limit(limit)
          .all(),
      )
      return found
        .map(({value, description: text}) => ({value, description: text ?? ''}))
        .sort((a, b) => (a.value < b.value ? -1 : 1))
        .slice(0, limit)
    })
  }
}
