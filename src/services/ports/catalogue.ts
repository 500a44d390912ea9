import type {SyncOutcome} from './sync.js'

/** A listing in columns named as the service names its fields; `price` keeps its exact decimal text. */
export interface Product {
  id: string
  userId: number
  siteId: string | null
  title: string | null
  price: string | null
  currencyId: string | null
  availableQuantity: number | null
  soldQuantity: number | null
  status: string | null
  sellerSku: string | null
  categoryId: string | null
  listingTypeId: string | null
  condition: string | null
  permalink: string | null
  thumbnail: string | null
  userProductId: string | null
  lastUpdated: Date | null
  /** The service answered 206: some parts are missing. */
  partial: boolean
  /** The whole answer as the service sent it. */
  json: string
}

export interface ProductCounts {
  created: number
  updated: number
  unchanged: number
}

/** Table `product`. */
export interface ProductStore {
  /** Upserts one batch in one transaction and marks it as seen by the run. A removed product that is back counts as updated. */
  save(batch: readonly Product[], seen: {runId: string; at: Date}): Promise<ProductCounts>
  /** What `save` would do, writing nothing. */
  compare(batch: readonly Product[]): Promise<ProductCounts>
  /** Marks listed products that could not be fetched as seen, so that they are not taken for removed. */
  touch(userId: number, ids: readonly string[], runId: string): Promise<void>
  /** Sets `removed_at` on what the run did not see; returns how many. */
  removeUnseen(userId: number, seen: {runId: string; at: Date}): Promise<number>
  /** How many products of the user, not yet removed, are not among these ids: what `removeUnseen` would remove. */
  countUnlisted(userId: number, listed: ReadonlySet<string>): Promise<number>
}

export interface SyncRun {
  id: string
  resource: 'products'
  userId: number
  startedAt: Date
}

/** Table `sync_run`. */
export interface SyncRunStore {
  start(run: SyncRun): Promise<void>
  finish(id: string, outcome: SyncOutcome, counts: Readonly<Record<string, number>>, at: Date): Promise<void>
}
