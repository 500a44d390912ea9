import type {StoreView} from './store-view.js'

/** What a scrape reads of one store. */
export interface StoreGauges {
  store_id: string
  nickname: string
  site_id: string
  kind: 'real' | 'test'
  authorized: boolean
  token_seconds_left: number
  /**
   * By resource, since the last run that got through. Of products without one, since the store was connected; what was
   * not tried yet, or was refused ever since, is not among them.
   */
  sync_age_seconds: Readonly<Record<string, number>>
  /** By resource, whether the application may not read it; none of products, without which nothing works. */
  sync_refused: Readonly<Record<string, boolean>>
  /** Of the last run; null when there was none. */
  sync_duration_seconds: number | null
  sync_missing_items: number
  notifications_waiting: number
  notifications_parked: number
  notifications_oldest_seconds: number
}

export function storeGauges(view: StoreView, now: Date): StoreGauges {
  const {token, sync, sold, notifications} = view
  const connectedMs = now.getTime() - Date.parse(view.connected_at)
  return {
    store_id: view.store_id,
    nickname: view.nickname,
    site_id: view.site_id,
    kind: view.kind,
    authorized: token.state !== 'refused',
    token_seconds_left: token.seconds_left,
    sync_age_seconds: {
      products: sync.age_seconds ?? Math.max(0, Math.floor(connectedMs / 1000)),
      ...Object.fromEntries(sold.flatMap(({resource, age_seconds: age}) => (age === null ? [] : [[resource, age]]))),
    },
    sync_refused: Object.fromEntries(sold.map(({resource, state}) => [resource, state === 'refused'])),
    sync_duration_seconds: sync.last === null ? null : sync.last.duration_ms / 1000,
    sync_missing_items: sync.last?.missing ?? 0,
    notifications_waiting: notifications.waiting,
    notifications_parked: notifications.parked,
    notifications_oldest_seconds: notifications.oldest_seconds ?? 0,
  }
}
