/** A part of a resource that can be listed by itself, by a documented filter of the service; `{}` is the whole. */
export interface Slice {
  readonly status?: string
}

export interface ListedPage {
  ids: readonly string[]
  /** Of the slice, as the service counts it now. */
  total: number
  /** With it the listing goes on after this page, in another process too; null after the last page. */
  cursor: string | null
}

export type Fetched<T> = {ok: true; id: string; record: T} | {ok: false; id: string; status: number; message: string}

/** What was sent so far, by everything that this source did. */
export interface Traffic {
  requests: number
  retries: number
  /** Answers of 429. */
  rateLimited: number
  /** Of bodies as received, before gunzip. */
  bytes: number
}

/** One resource of one account at the service. The engine knows nothing else of HTTP. */
export interface SyncSource<T> {
  /** The most ids that one `fetch` takes. */
  readonly batchSize: number
  /** Filters that part the whole without overlap; empty when the resource cannot be parted. */
  readonly slices: readonly Slice[]
  /** `recent` reaches this far, offset and limit together. */
  readonly recentCap: number
  readonly traffic: Traffic
  /**
   * Page after page, in no order that matters, up to one whose cursor is null. A cursor that was given gives the same place again, however
   * often; MELI_LISTING_EXPIRED when it is lost: list again from null.
   */
  list(slice: Slice, cursor: string | null, signal: AbortSignal): AsyncIterable<ListedPage>
  /** The most recently changed first, of the whole or of a slice. */
  recent(
    page: {offset: number; limit: number; slice?: Slice},
    signal: AbortSignal,
  ): Promise<{ids: readonly string[]; total: number}>
  /** One answer for each id, in the order asked. */
  fetch(ids: readonly string[], signal: AbortSignal): Promise<Fetched<T>[]>
  changedAt(record: T): Date | null
  isPartial(record: T): boolean
}
