import type {MeliError} from '../../core/errors.js'

/** A request to any path, for `meli api`. */
export interface RawRequest {
  method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the API's address, with its query. */
  path: string
  headers?: Readonly<Record<string, string>>
  /** JSON text, sent as it is. */
  body?: string
}

export interface RawAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  text: string
  /** The body as it is, for what is no text. */
  bytes: Uint8Array
  /** What the status means; null when the request was carried out. */
  error: MeliError | null
}

export interface RawApi {
  /**
   * An answer of any status; reads are retried as always. The signal stops what changes something only before it leaves.
   */
  raw(request: RawRequest, signal?: AbortSignal): Promise<RawAnswer>
  /**
   * Results of a listing, over offset, or over a scroll when the query has `search_type=scan`; each as the service wrote
   * it, in one line of JSON. MELI_LISTING_INCOMPLETE behind them when fewer came than the service counts.
   */
  rawPages(request: Pick<RawRequest, 'path' | 'headers'>, signal?: AbortSignal): AsyncIterable<string>
}
