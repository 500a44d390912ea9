import {and, eq, getTableColumns, isNull, ne, sql} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import type {Product, ProductCounts, ProductStore} from '../../services/ports.js'
import {product} from './schema.js'
import type {Session} from './session.js'

type Change = keyof ProductCounts
type Stored = Product & {removedAt: Date | null}

const {syncedAt: _syncedAt, seenRun: _seenRun, stale: _stale, ...comparedColumns} = getTableColumns(product)

export class SqliteProducts implements ProductStore {
  private prepared: Statements | undefined

  constructor(private readonly session: Session) {}

  save(batch: readonly Product[], seen: {runId: string; at: Date}): Promise<ProductCounts> {
    const syncedAt = seen.at.getTime()
    return this.session.write(() => {
      const {find, upsert, confirm} = this.statements()
      return tally(batch, (next) => {
        const key = {userId: next.userId, id: next.id}
        const change = judge(find.get(key), next)
        if (change === 'unchanged') confirm.run({...key, syncedAt, seenRun: seen.runId})
        else upsert.run({...driverValues(next), syncedAt, seenRun: seen.runId})
        return change
      })
    })
  }

  compare(batch: readonly Product[]): Promise<ProductCounts> {
    return this.session.read(() => {
      const {find} = this.statements()
      return tally(batch, (next) => judge(find.get({userId: next.userId, id: next.id}), next))
    })
  }

  touch(userId: number, ids: readonly string[], runId: string): Promise<void> {
    return this.session.write(() => {
      const {touch} = this.statements()
      for (const id of ids) touch.run({userId, id, seenRun: runId})
    })
  }

  removeUnseen(userId: number, seen: {runId: string; at: Date}): Promise<number> {
    return this.session.write((db) => {
      const unseen = and(eq(product.userId, userId), isNull(product.removedAt), ne(product.seenRun, seen.runId))
      return db.update(product).set({removedAt: seen.at}).where(unseen).run().changes
    })
  }

  countUnlisted(userId: number, listed: ReadonlySet<string>): Promise<number> {
    return this.session.read((db) => {
      const live = and(eq(product.userId, userId), isNull(product.removedAt))
      const rows = db.select({id: product.id}).from(product).where(live).all()
      return rows.reduce((unlisted, {id}) => (listed.has(id) ? unlisted : unlisted + 1), 0)
    })
  }

  private statements(): Statements {
    this.prepared ??= prepare(this.session.db)
    return this.prepared
  }
}

function tally(batch: readonly Product[], store: (next: Product) => Change): ProductCounts {
  const counts = {created: 0, updated: 0, unchanged: 0}
  for (const next of batch) counts[store(next)] += 1
  return counts
}

function judge(stored: Stored | undefined, next: Product): Change {
  if (stored === undefined) return 'created'
  return stored.removedAt === null && isSame(stored, next) ? 'unchanged' : 'updated'
}

/** The text decides nearly always; the columns count too, as a newer meli may read more out of the same text. */
function isSame({removedAt: _, ...stored}: Stored, next: Product): boolean {
  if (stored.json !== next.json) return false
  const before = driverValues(stored)
  const after = driverValues(next)
  return columns.every((name) => before[name] === after[name])
}

const columns = Object.keys(comparedColumns).filter((name): name is keyof Product => name !== 'removedAt')

/** As SQLite holds them: the prepared statements below bind values as they come. */
function driverValues(row: Product) {
  return {...row, lastUpdated: row.lastUpdated?.getTime() ?? null, partial: row.partial ? 1 : 0}
}

type Statements = ReturnType<typeof prepare>

/** Built and compiled once: building a query anew for each row takes six times as long. */
function prepare(db: BetterSQLite3Database) {
  const bind = (name: string) => sql`${sql.placeholder(name)}`
  const one = and(eq(product.userId, bind('userId')), eq(product.id, bind('id')))
  const confirmed = {seenRun: bind('seenRun'), syncedAt: bind('syncedAt')}
  const values = {
    id: bind('id'),
    userId: bind('userId'),
    siteId: bind('siteId'),
    title: bind('title'),
    price: bind('price'),
    currencyId: bind('currencyId'),
    availableQuantity: bind('availableQuantity'),
    soldQuantity: bind('soldQuantity'),
    status: bind('status'),
    sellerSku: bind('sellerSku'),
    categoryId: bind('categoryId'),
    listingTypeId: bind('listingTypeId'),
    condition: bind('condition'),
    permalink: bind('permalink'),
    thumbnail: bind('thumbnail'),
    userProductId: bind('userProductId'),
    lastUpdated: bind('lastUpdated'),
    partial: bind('partial'),
    json: bind('json'),
    ...confirmed,
  }
  const {id: _id, userId: _userId, ...changing} = values
  return {
    find: db.select(comparedColumns).from(product).where(one).prepare(),
    confirm: db.update(product).set(confirmed).where(one).prepare(),
    touch: db
      .update(product)
      .set({seenRun: bind('seenRun')})
      .where(one)
      .prepare(),
    upsert: db
      .insert(product)
      .values(values)
      .onConflictDoUpdate({target: [product.userId, product.id], set: {...changing, removedAt: null}})
      .prepare(),
  }
}
