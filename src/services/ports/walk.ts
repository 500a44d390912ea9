import type {MissingRecord} from './sync.js'
import type {Fetched, Traffic} from './sync-source.js'

export interface WalkPage<T> {
  /** In the order of the listing; one that could not be read says why. */
  records: readonly Fetched<T>[]
  /** With it the walk goes on behind this page, in another process too; null behind the last. */
  cursor: string | null
  /** How many records the walk will give in all, as far as known. */
  total: number | null
  /** What the service has and did not list: the run is incomplete, and the next one goes through everything again. */
  unreachable?: readonly MissingRecord[]
  /** What the service has and lists to nobody: the run is incomplete, and those of the changes go on naming it. */
  beyond?: readonly MissingRecord[]
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
  walk(request: WalkSourceRequest, signal: AbortSignal): AsyncIterable<WalkPage<T>>
}

export interface WalkSourceRequest {
  since: Date | null
  startedAt: Date
  cursor: string | null
  /** What was beyond the listing when the walk that this one goes on from was made: the last page has what still is. */
  beyond?: readonly MissingRecord[]
}
