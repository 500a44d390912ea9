import {and, asc, eq, isNull} from 'drizzle-orm'
import type {LocalStock, UserProductStock} from '../../services/ports/index.js'
import {product} from './schema-of-catalogue.js'
import {userProductStock} from './schema-of-sales.js'
import type {Session} from './session.js'

export class SqliteLocalStock implements LocalStock {
  constructor(private readonly session: Session) {}

  async save(userId: number, stock: UserProductStock, at: Date): Promise<void> {
    const values = {locations: stock.locations, synced_at: at}
    await this.session.write((db) =>
      db
        .insert(userProductStock)
        .values({user_id: userId, id: stock.id, ...values})
        .onConflictDoUpdate({target: [userProductStock.user_id, userProductStock.id], set: values})
        .run(),
    )
  }

  async find(userId: number, id: string): Promise<(UserProductStock & {synced_at: Date}) | undefined> {
    const one = and(eq(userProductStock.user_id, userId), eq(userProductStock.id, id))
    const row = await this.session.read((db) => db.select().from(userProductStock).where(one).get())
    if (row === undefined) return undefined
    // A version is good for the change after it alone: it is read anew each time.
    return {id, user_id: userId, version: null, locations: row.locations, synced_at: row.synced_at}
  }

  items(userId: number, id: string): Promise<string[]> {
    const those = and(eq(product.user_id, userId), eq(product.user_product_id, id), isNull(product.removed_at))
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
