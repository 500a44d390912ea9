import type {ItemState, WriteValues} from '../../ports/index.js'
import type {DryRunRequest} from '../dry-run.js'

/**
 * What became of one item. Values under the service's names: `price` as exact text, `available_quantity`, `status`; the stock
 * of several variations each under `available_quantity.ID`.
 */
export interface ChangeResult {
  user_id: number
  nickname: string
  item_id: string
  title: string | null
  currency_id: string | null
  variation_id: number | null
  /** Of what was to change, when it was last read before it was sent. */
  before: WriteValues
  after: WriteValues
  /** False when it was so already, and of a dry run. */
  changed: boolean
  /** What makes it so, in this order. */
  requests: DryRunRequest[]
  /** How often changes were sent, those that were refused included. */
  attempts: number
  /** Entries of the log of writes: `meli history show ID`. */
  write_ids: number[]
  /** What follows from the change. */
  notes: string[]
  /** What went otherwise than one would expect. */
  warnings: string[]
}

/** What somebody is asked before it is done. */
export interface ChangePlan {
  state: ItemState
  before: WriteValues
  after: WriteValues
  notes: readonly string[]
}
