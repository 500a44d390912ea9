import type {ProductChange} from './local-catalogue.js'
import type {SyncOutcome, SyncRunRecord} from './sync.js'

export interface ItemFigures {
  userId: number
  live: number
  /** Kept with parts missing. */
  partial: number
  /** Changed at the service, and not fetched since. */
  stale: number
}

export interface LastRuns {
  userId: number
  newest: SyncRunRecord | null
  /** The newest that went through all it had to, whether or not each record could be had: `complete` or `incomplete`. */
  through: SyncRunRecord | null
}

/** Runs that began in one hour (UTC) and ended so, of several sellers together. */
export interface SyncHour {
  hour: Date
  outcome: SyncOutcome
  runs: number
  totalMs: number
  longestMs: number
}

export interface ProductEvent extends ProductChange {
  itemId: string
  /** Of today. */
  title: string | null
}

/** Figures for pages and gauges, each in one cheap reading. */
export interface OverviewStore {
  items(userIds: readonly number[]): Promise<ItemFigures[]>
  /** @param resource as in the ledger: `products`, `orders` */
  lastRuns(userIds: readonly number[], resource: string): Promise<LastRuns[]>
  /** Of products; oldest first, without runs that have no end yet. */
  syncHours(userIds: readonly number[], since: Date): Promise<SyncHour[]>
  /** What changed last, newest first. */
  changes(userId: number, limit: number): Promise<ProductEvent[]>
}
