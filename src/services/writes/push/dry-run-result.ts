import type {DryRunRequest} from '../dry-run.js'
import type {BadLine, Note} from './judge.js'
import type {PushOptions} from './product-push.js'
import type {PushFailure} from './push-result.js'

export interface PushRequest extends DryRunRequest {
  /** The first of them. */
  line: number
  /** All that the request carries out. */
  lines: number[]
  item_id: string
}

/** What a push would send, and what would be in its way. */
export interface PushDryRunResult {
  dry_run: true
  ok: boolean
  file: string
  mode: 'sandbox' | 'production'
  user_id: number | null
  nickname: string | null
  /** Bad lines are in the way: nothing would be sent. */
  refused: boolean
  lines: number
  /** Lines that differ from what the service has; stock that listings share goes with the first of theirs. */
  changes: number
  unchanged: number
  /** Bad lines that are left out are among them. */
  failed: number
  /** Lines that close a listing, which is final. */
  closings: number
  bad_lines: BadLine[]
  failures: PushFailure[]
  ignored_columns: string[]
  unknown_columns: string[]
  notes: Note[]
  /** Empty when they were handed out one by one. */
  requests: PushRequest[]
}

export interface PushDryRunOptions extends Omit<PushOptions, 'restart' | 'onProgress'> {
  /**
   * Takes each request as soon as it is known: in the order of the lines, but at the end those that set the stock of a user
   * product, and then those of items with variations.
   */
  onRequest?: ((request: PushRequest) => void) | undefined
}
