import {setImmediate as nextTurn, setTimeout as wait} from 'node:timers/promises'
import type {VirtualClock} from '../clock.js'
import type {Fields} from '../json.js'
import type {Random} from '../random.js'
import {Scrolls} from '../scroll.js'
import type {Settings} from '../settings.js'
import {applyFields, statusWithStock} from './apply-fields.js'
import {lockConflict} from './errors.js'
import {blankItem, type Item, itemColumns, type Owner} from './item.js'
import {type Outcome, Outcomes} from './outcomes.js'
import {firstOfProducts, type SeedOptions, seedItem, shareStock} from './seed.js'

/** The ids of a sorted search that paging can reach, and the number of all. */
interface CachedSearch {
  total: number
  ids: readonly string[]
}

/** Results by query. The number is limited, because clients can ask for any filter value. */
class SearchCache<T> {
  private readonly answers = new Map<string, T>()

  constructor(private readonly most: number) {}

  get(key: string, compute: () => T): T {
    const known = this.answers.get(key)
    if (known !== undefined) return known
    if (this.answers.size >= this.most) this.answers.clear()
    const answer = compute()
    this.answers.set(key, answer)
    return answer
  }

  clear(): void {
    if (this.answers.size > 0) this.answers.clear()
  }
}

class SellerListings {
  /** In order of publication. Items are added at the end, and removing one makes a new array, so that open scrolls keep theirs. */
  items: Item[] = []
  readonly searches = new SearchCache<CachedSearch>(50)
  readonly scans = new SearchCache<readonly Item[]>(10)

  clearCaches(): void {
    this.searches.clear()
    this.scans.clear()
  }
}

/** The number of items of one seeding that are reported as changes. */
const mostAnnounced = 1000

/** The earlier values that listeners compare with. */
export type ItemBefore = Pick<Item, 'price' | 'quantity' | 'userProductId'>

/** Items as rows under one list of column names, a third of the size of a list of objects. */
export interface CatalogueState {
  columns: string[]
  listed: Row[]
  unlisted: Row[]
  last_number: number
  outcomes: Outcome[]
}

type Row = unknown[]

function toRows(items: readonly Item[]): Row[] {
  return items.map((item) => itemColumns.map((column) => item[column]))
}

/** The rows have the columns of `itemColumns`, which the schema of a state checks. */
function fromRows(rows: readonly Row[]): Item[] {
  return rows.map((row) => Object.fromEntries(itemColumns.map((column, n) => [column, row[n]])) as unknown as Item)
}

/** All items of all sellers, in memory. */
export class Catalogue {
  readonly outcomes = new Outcomes()
  readonly updateLocks: UpdateLocks
  readonly scrolls: Scrolls<Item>
  private readonly byId = new Map<string, Item>()
  private readonly listingsBySeller = new Map<number, SellerListings>()
  /** Items by user product; null until they are needed again after a change. */
  private userProducts: Map<string, Item[]> | null = null
  private lastNumber: number
  /** Called after each change of an item; `before` is null for a new one. */
  onChange: (item: Item, before: ItemBefore | null) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: {clock: VirtualClock; random: Random; settings: Settings}) {
    this.settings = deps.settings
    this.updateLocks = new UpdateLocks(deps.settings)
    this.lastNumber = 1_000_000_000 + deps.random.integer(0, 899_999_999)
    this.scrolls = new Scrolls(deps)
  }

  /** Adds `count` items of all kinds to the owner's listings. */
  seed(owner: Owner, count: number, options: SeedOptions = {}): void {
    const {clock, random} = this.deps
    // Whole days, so that the same seed gives the same items all day long.
    const today = Math.floor(clock.now().getTime() / 86_400_000) * 86_400_000
    const firstOf = firstOfProducts(this.listed(owner.userId))
    for (let n = 0; n < count; n++) {
      const item = seedItem(owner, this.nextNumber(), random, today, options)
      shareStock(item, firstOf)
      this.add(item)
    }
    for (const item of count > 0 ? this.listed(owner.userId).slice(-Math.min(count, mostAnnounced)) : [])
      this.onChange(item, null)
  }

  /** Adds an item from a client's fields, which have been validated. */
  create(owner: Owner, fields: Fields): Item {
    const item = blankItem(owner, this.nextNumber(), this.now())
    applyFields(item, fields)
    this.add(item)
    this.onChange(item, null)
    return item
  }

  get(id: string): Item | undefined {
    return this.byId.get(id)
  }

  /** The items of one user product, in order of publication. */
  ofUserProduct(id: string): Item[] {
    this.userProducts ??= groupByProduct(this.byId.values())
    const items = this.userProducts.get(id) ?? []
    // Generated ids of two sellers may collide; the first seller has it.
    return items.filter(({sellerId}) => sellerId === items[0]?.sellerId)
  }

  /** A seller's items in order of publication. Callers must not change the list. */
  listed(userId: number): readonly Item[] {
    return this.listingsBySeller.get(userId)?.items ?? []
  }

  /** The number of a seller's items. */
  size(userId: number): number {
    return this.listed(userId).length
  }

  /** Writes fields without checking the rules, and sets `last_updated` unless it is among them. */
  update(item: Item, fields: Fields): void {
    const {price, quantity, userProductId} = item
    item.updatedMs = this.now()
    applyFields(item, fields)
    if (item.userProductId !== userProductId) this.userProducts = null
    this.listingsBySeller.get(item.sellerId)?.clearCaches()
    this.onChange(item, {price, quantity, userProductId})
  }

  /** Changes an item's stock and, in the same change, the status that follows from it. */
  updateStock(item: Item, quantity: number, fields: Fields): void {
    this.update(item, {...fields, ...statusWithStock(item, quantity)})
  }

  /** Removes an item from searches. It can still be read. */
  unlist(item: Item): void {
    const listings = this.listingsBySeller.get(item.sellerId)
    if (listings === undefined) return
    listings.items = listings.items.filter((other) => other !== item)
    listings.clearCaches()
  }

  /** Removes an item altogether. */
  remove(id: string): boolean {
    const item = this.byId.get(id)
    if (item === undefined) return false
    this.unlist(item)
    this.userProducts = null
    this.onChange(item, item)
    return this.byId.delete(id)
  }

  /** The result of a sorted search, kept until one of the seller's items changes. */
  cachedSearch(userId: number, key: string, compute: () => CachedSearch): CachedSearch {
    return this.listingsOf(userId).searches.get(key, compute)
  }

  /** The sorted rows of a scan, kept until one of the seller's items changes. */
  cachedScan(userId: number, key: string, compute: () => readonly Item[]): readonly Item[] {
    return this.listingsOf(userId).scans.get(key, compute)
  }

  /** Everything but open scrolls, which a restart ends. */
  export(): CatalogueState {
    const listed = [...this.listingsBySeller.values()].flatMap(({items}) => items)
    const seen = new Set(listed)
    const unlisted = [...this.byId.values()].filter((item) => !seen.has(item))
    return {
      columns: [...itemColumns],
      listed: toRows(listed),
      unlisted: toRows(unlisted),
      last_number: this.lastNumber,
      outcomes: this.outcomes.list(),
    }
  }

  /** Replaces everything by what `export()` gave. */
  import(state: CatalogueState): void {
    this.byId.clear()
    this.listingsBySeller.clear()
    this.userProducts = null
    this.scrolls.clear()
    this.outcomes.clear()
    for (const item of fromRows(state.listed)) this.add(item)
    for (const item of fromRows(state.unlisted)) this.byId.set(item.id, item)
    for (const outcome of state.outcomes) this.outcomes.add(outcome)
    this.lastNumber = state.last_number
  }

  now(): number {
    return this.deps.clock.now().getTime()
  }

  private add(item: Item): void {
    this.userProducts = null
    this.byId.set(item.id, item)
    const listings = this.listingsOf(item.sellerId)
    listings.items.push(item)
    listings.clearCaches()
  }

  private listingsOf(userId: number): SellerListings {
    let listings = this.listingsBySeller.get(userId)
    if (listings === undefined) {
      listings = new SellerListings()
      this.listingsBySeller.set(userId, listings)
    }
    return listings
  }

  private nextNumber(): number {
    this.lastNumber += this.deps.random.integer(1, 9)
    return this.lastNumber
  }
}

function groupByProduct(items: Iterable<Item>): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    if (item.userProductId === null) continue
    const group = groups.get(item.userProductId)
    if (group === undefined) groups.set(item.userProductId, [item])
    else group.push(item)
  }
  return groups
}

/**
 * Refuses an update while another one of the same item is in progress. Each takes at least a turn of the event loop, so that
 * requests which arrive together do conflict. docs/mercadolibre.md, section 6.4.
 */
class UpdateLocks {
  private readonly ids = new Set<string>()

  constructor(private readonly settings: Settings) {}

  /** @throws WireError 409 while another update of that item is in progress */
  async run<T>(id: string, update: () => T): Promise<T> {
    if (this.ids.has(id)) throw lockConflict()
    this.ids.add(id)
    try {
      const {update_ms: updateMs} = this.settings
      // Unreferenced, so that a closing process does not wait.
      await (updateMs > 0 ? wait(updateMs, undefined, {ref: false}) : nextTurn())
      return update()
    } finally {
      this.ids.delete(id)
    }
  }
}
