import {and, asc, eq, isNull} from 'drizzle-orm'
import type {LocalStock, UserProductStock} from '../../services/ports/index.js'
import {product} from './schema-of-catalogue.js'
import {userProductStock} from './schema-of-sales.js'
import type {Session} from './session.js'

export class SqliteLocalStock implements LocalStock {
  constructor(private readonly session: Session) {}

  async save(userId: number, stock: UserProductStock, at: Date): Promise<void> {
    const values = {
      locations: stock.locations.map(({type, quantity, storeId, networkNodeId}) => ({
        ...{type, quantity},
        ...{store_id: storeId, network_node_id: networkNodeId},
      })),
      syncedAt: at,
    }
    await this.session.write((db) =>
      db
        .insert(userProductStock)
        .values({userId, id: stock.id, ...values})
        .onConflictDoUpdate({target: [userProductStock.userId, userProductStock.id], set: values})
        .run(),
    )
  }

  async find(userId: number, id: string): Promise<(UserProductStock & {syncedAt: Date}) | undefined> {
    const one = and(eq(userProductStock.userId, userId), eq(userProductStock.id, id))
    const row = await this.session.read((db) => db.select().from(userProductStock).where(one).get())
    if (row === undefined) return undefined
    const locations = row.locations.map(({type, quantity, store_id, network_node_id}) => ({
      ...{type, quantity},
      ...{storeId: store_id, networkNodeId: network_node_id},
    }))
    // A version is good for the change after it alone: it is read anew each time.
    return {id, userId, version: null, locations, syncedAt: row.syncedAt}
  }

  items(userId: number, id: string): Promise<string[]> {
    const those = and(eq(product.userId, userId), eq(product.userProductId, id), isNull(product.removedAt))
    return this.session.read((db) =>
      db
        .select({id: product.id})
        .from(product)
        .where(those)
        .orderBy(asc(product.id))
        .all()
        .map((row) => row.id),
    )
  }
}
