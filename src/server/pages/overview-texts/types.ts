import type {SoldResource} from '../../../services/dashboard/overview/sold-view.js'
import type {Attention, TokenState} from '../../../services/dashboard/overview/store-view.js'
import type {SyncState} from '../../../services/dashboard/overview/sync-state.js'
import type {NotificationState, ProductChange} from '../../../services/ports/index.js'

export interface OverviewTexts {
  stores: string
  connect: string
  /** The command that shares stores with whoever looks follows `owned`. */
  empty: [title: string, what: string, owned: string]
  tiles: {stores: string; attention: string; items: string; waiting: string}
  stale: string
  parked: string
  look: string
  allWell: string
  columns: {store: string; token: string; sync: string; items: string; notifications: string; next: string}
  kind: {real: string; test: string}
  token: Record<TokenState, string>
  sync: Record<SyncState, string>
  sold: Record<SoldResource, string>
  /** Of what the application has no permission for. */
  refused: string
  kinds: {full: string; incremental: string}
  next: {running: string; stopped: string; none: string; soon: string; login: string}
  /** In place of the last sync of a store that was connected a moment ago. */
  first: string
  attention: Record<Attention, [what: string, todo: string]>
  until: string
  ended: string
  took: string
  missing: string
  partial: string
  waiting: string
  oldest: string
  nothing: string
  never: string
  syncsChart: [title: string, describe: string, empty: string]
  hoursChart: [title: string, describe: string, empty: string]
  runsChart: [title: string, describe: string]
  asTable: string
  day: string
  hour: string
  runs: string
  mean: string
  longest: string
  received: string
  repeated: string
  dropped: string
  done: string
  retried: string
  now: string
  back: string
  connected: string
  sections: {runs: string; changes: string; notifications: string; refreshes: string}
  none: {runs: string; changes: string; notifications: string; refreshes: string}
  heads: Record<
    | 'when'
    | 'kind'
    | 'outcome'
    | 'duration'
    | 'new'
    | 'changed'
    | 'removed'
    | 'item'
    | 'field'
    | 'change'
    | 'topic'
    | 'resource'
    | 'state'
    | 'reason',
    string
  >
  fields: Record<ProductChange['field'], string>
  gone: string
  returned: string
  states: Record<NotificationState, string>
  refreshed: Record<'sent' | 'stored' | 'failed', string>
  /** By what the journal says, in English. */
  reasons: Readonly<Record<string, string>>
  zone: string
}
