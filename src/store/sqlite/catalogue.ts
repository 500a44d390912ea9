import {and, asc, eq, getTableColumns, gt, gte, inArray, isNull, type SQL} from 'drizzle-orm'
import type {LocalCatalogue, ProductChange, ProductQuery, StoredProduct} from '../../services/ports.js'
import {fold, wordsOf} from './fold.js'
import {product, productChange} from './schema-of-catalogue.js'
import type {Session} from './session.js'

const {seenRun: _seenRun, ...stored} = getTableColumns(product)
const {id, title, sellerSku} = stored

/** Rows in memory at once. Between two chunks others may write; a row that is there throughout comes exactly once. */
const chunkSize = 200
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

  find(userId: number, itemId: string): Promise<StoredProduct | undefined> {
    const one = and(eq(product.userId, userId), eq(product.id, itemId))
    return this.session.read((db) => db.select(stored).from(product).where(one).get())
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
          .select({id, title, sellerSku})
          .from(product)
          .where(and(matching(query), gt(product.id, after)))
          .orderBy(asc(product.id))
          .limit(searchSize)
          .all(),
      )
      const last = rows.at(-1)
      if (last === undefined) return
      yield rows.filter((row) => containsAll(row, words)).map((row) => row.id)
      after = last.id
    }
  }

  private rows({userId}: ProductQuery, ids: readonly string[]): Promise<StoredProduct[]> {
    const these = and(eq(product.userId, userId), inArray(product.id, [...ids]))
    return this.session.read((db) => db.select(stored).from(product).where(these).orderBy(asc(product.id)).all())
  }
}

function matching({userId, status, changedSince, removed}: ProductQuery): SQL | undefined {
  return and(
    eq(product.userId, userId),
    removed === true ? undefined : isNull(product.removedAt),
    status === undefined ? undefined : eq(product.status, status),
    changedSince === undefined ? undefined : gte(product.lastUpdated, changedSince),
  )
}

function containsAll(row: {id: string; title: string | null; sellerSku: string | null}, words: readonly string[]) {
  if (words.length === 0) return true
  const text = fold(`${row.title ?? ''}\n${row.sellerSku ?? ''}\n${row.id}`)
  return words.every((word) => text.includes(word))
}
