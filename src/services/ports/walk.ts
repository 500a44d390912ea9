import type {MissingRecord} from './sync.js'
import type {Fetched, Traffic} from './sync-source.js'

export interface WalkPage<T> {
  /** In the order of the listing; one that could not be read says why. */
  records: readonly Fetched<T>[]
  /** With it the walk goes on behind this page, in another process too; null behind the last. */
  cursor: string | null
  /** How many records the walk will give in all, as far as known. */
  total: number | null
  /** What the service has and will not list: the run is incomplete. */
  unreachable?: readonly MissingRecord[]
}

/**
 * A resource whose listing gives whole records, page by page, in an order that changes under way do not disturb: nothing
 * that is there throughout is left out. What comes twice is the same record.
 */
export interface WalkSource<T> {
  readonly traffic: Traffic
  /**
   * Everything, or what may have changed since then. A `cursor` is of the same walk, begun at `startedAt` by this process
   * or another. MELI_LISTING_EXPIRED when it is of no use any more: walk again from null.
   */
  walk(
    request: {since: Date | null; startedAt: Date; cursor: string | null},
    signal: AbortSignal,
  ): AsyncIterable<WalkPage<T>>
}
