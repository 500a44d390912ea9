import type {Clock, Identity, ItemState, LocalStock, MercadoLibre, SellingApi, WriteApi} from '../../ports/index.js'
import type {Writer} from '../writer.js'
import type {ChangePlan} from './change-result.js'
import type {LocalItems} from './local-items.js'

/** In whose name; an `Actor` of the guard is one. */
export interface Seller {
  identity: Pick<Identity, 'userId' | 'nickname' | 'isTestUser' | 'tags' | 'siteId'>
  session: {api: SellingApi & WriteApi & Pick<MercadoLibre, 'items'>}
}

export interface ChangeOptions {
  /** As the log keeps it: `stock set`. */
  command: string
  /** Nothing is sent; `requests` of the result tells what would be. */
  dryRun?: boolean
  signal?: AbortSignal | undefined
  /** The write that is taken back. */
  undoes?: number
  pushId?: string
  /** The item as it was read a moment ago, which spares a request. */
  state?: ItemState
  /** Called once, before the first request that changes something; fails when it is not to be. */
  confirm?: (plan: ChangePlan) => Promise<void>
  /** Called with each reading that still has something to change; fails when that is not to be. */
  check?: (now: Pick<ChangePlan, 'state' | 'before'>) => void
  /** False: the caller brings the local catalogue in step, many at a time. */
  refresh?: boolean
}

export interface ItemChangesDeps {
  writer: Pick<Writer, 'send'>
  clock: Pick<Clock, 'now' | 'sleep'>
  localStock: Pick<LocalStock, 'save'>
  localItems: Pick<LocalItems, 'refresh'>
  /** From 0 to less than 1. */
  random: () => number
}
