import {and, asc, eq, getTableColumns, gt, gte, inArray, isNull, lte, or, type SQL, sql} from 'drizzle-orm'
import type {LocalCatalogue, ProductChange, ProductQuery, StoredProduct, Variation} from '../../services/ports/index.js'
import {fold, wordsOf} from './fold.js'
import {product, productChange, productVariation} from './schema-of-catalogue.js'
import type {Session} from './session.js'

const {seen_run: _seenRun, ...stored} = getTableColumns(product)
const {id, title, seller_sku} = stored

/** Rows in memory at once. Between two chunks others may write; a row that is there throughout comes exactly once. */
const chunkSize = 200
/** Products with one SKU that are named. */
const mostWithSku = 100
/** Of rows that are only searched through, without their long answers. */
const searchSize = 2_000

export class SqliteCatalogue implements LocalCatalogue {
  constructor(private readonly session: Session) {}

  async *products(query: ProductQuery): AsyncIterable<StoredProduct> {
    let left = query.limit ?? Number.POSITIVE_INFINITY
    for await (const ids of this.found(query)) {
      for (let start = 0; start < ids.length && left > 0; start += chunkSize) {
        const rows = await this.rows(query, ids.slice(start, start + Math.min(chunkSize, left)))
        yield* rows
        left -= rows.length
      }
      if (left <= 0) return
    }
  }

  async count(query: ProductQuery): Promise<number> {
    const limit = query.limit ?? Number.POSITIVE_INFINITY
    if (query.search === undefined) {
      const all = await this.session.read((db) => db.$count(product, matching(query)))
      return Math.min(all, limit)
    }
    let count = 0
    for await (const ids of this.found(query)) {
      count += ids.length
      if (count >= limit) return limit
    }
    return count
  }

  async find(userId: number, itemId: string): Promise<StoredProduct | undefined> {
    const [row] = await this.rows({userId}, [itemId])
    return row
  }

  withSku(userId: number, sku: string): Promise<string[]> {
    return this.session.read((db) => {
      const {item_id} = productVariation
      // Spelt as the partial index spells it.
      const has = and(
        eq(productVariation.user_id, userId),
        eq(productVariation.seller_sku, sku),
        sql`seller_sku IS NOT NULL`,
      )
      const ofVariations = db.select({itemId: item_id}).from(productVariation).where(has)
      const these = and(matching({userId}), or(eq(product.seller_sku, sku), inArray(product.id, ofVariations)))
      return db
        .select({id})
        .from(product)
        .where(these)
        .orderBy(asc(product.id))
        .limit(mostWithSku)
        .all()
        .map((row) => row.id)
    })
  }

  history(userId: number, itemId: string): Promise<ProductChange[]> {
    const {at, field, before, after} = productChange
    const mine = and(eq(productChange.userId, userId), eq(productChange.itemId, itemId))
    return this.session.read((db) =>
      db.select({at, field, before, after}).from(productChange).where(mine).orderBy(asc(productChange.id)).all(),
    )
  }

  /** The ids of the products asked for, in order, in chunks. */
  private async *found(query: ProductQuery): AsyncGenerator<string[]> {
    const words = wordsOf(query.search ?? '')
    for (let after = ''; ; ) {
      const rows = await this.session.read((db) =>
        db
          .select({id, title, sellerSku: seller_sku})
          .from(product)
          .where(and(matching(query), gt(product.id, after)))
          .orderBy(asc(product.id))
          .limit(searchSize)
          .all(),
      )
      const last = rows.at(-1)
      if (last === undefined) return
      const skus = words.length === 0 ? new Map() : await this.skus(query.userId, {after, until: last.id})
      yield rows.filter((row) => containsAll(row, skus.get(row.id) ?? [], words)).map((row) => row.id)
      after = last.id
    }
  }

  /** The SKUs of variations of the products between these ids. */
  private async skus(userId: number, {after, until}: {after: string; until: string}): Promise<Map<string, string[]>> {
    const {item_id, seller_sku} = productVariation
    const between = and(eq(productVariation.user_id, userId), gt(item_id, after), lte(item_id, until))
    const rows = await this.session.read((db) =>
      db.select({itemId: item_id, sellerSku: seller_sku}).from(productVariation).where(between).all(),
    )
    const skus = new Map<string, string[]>()
    for (const row of rows) if (row.sellerSku !== null) listed(skus, row.itemId).push(row.sellerSku)
    return skus
  }

  private rows({userId}: Pick<ProductQuery, 'userId'>, ids: readonly string[]): Promise<StoredProduct[]> {
    const {user_id: _userId, item_id, position, ...values} = getTableColumns(productVariation)
    return this.session.read((db) => {
      const these = and(eq(product.user_id, userId), inArray(product.id, [...ids]))
      const products = db.select(stored).from(product).where(these).orderBy(asc(product.id)).all()
      const theirs = and(eq(productVariation.user_id, userId), inArray(item_id, [...ids]))
      const variations = new Map<string, Variation[]>()
      const found = db
        .select({itemId: item_id, ...values})
        .from(productVariation)
        .where(theirs)
        .orderBy(asc(position))
        .all()
      for (const {itemId: of, ...variation} of found) listed(variations, of).push(variation)
      return products.map((row) => ({...row, variations: variations.get(row.id) ?? []}))
    })
  }
}

function matching({userId, status, changedSince, removed}: ProductQuery): SQL | undefined {
  return and(
    eq(product.user_id, userId),
    removed === true ? undefined : isNull(product.removed_at),
    status === undefined ? undefined : eq(product.status, status),
    changedSince === undefined ? undefined : gte(product.last_updated, changedSince),
  )
}

function listed<V>(lists: Map<string, V[]>, key: string): V[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

type Searched = {id: string; title: string | null; sellerSku: string | null}

function containsAll({id, title, sellerSku}: Searched, skus: readonly string[], words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = fold([title, sellerSku, id, ...skus].join('\n'))
  return words.every((word) => text.includes(word))
}
