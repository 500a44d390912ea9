import {wireTopic} from '../../notifications/topics.js'
import type {Exchange, NotificationWork, ProductEvent} from '../../ports/index.js'
import type {SyncRunView} from '../../sync/runs.js'

/** Of a store that is known already. */
export type StoreRun = Omit<SyncRunView, 'user_id' | 'nickname'>

export interface ChangeView {
  at: string
  item_id: string
  title: string | null
  field: ProductEvent['field']
  before: string | null
  after: string | null
}

export interface NotificationView {
  received_at: string
  topic: string
  resource: string
  state: NotificationWork['state']
  /** How many notifications this one stands for. */
  received: number
  failures: number
  error_code: string | null
}

/** Of the journal; nothing in it could be used as a token. */
export interface RefreshView {
  sent_at: string
  reason: string
  outcome: Exchange['outcome']
  duration_ms: number | null
  error_code: string | null
}

export function storeRun({user_id: _userId, nickname: _nickname, ...run}: SyncRunView): StoreRun {
  return run
}

export function changeView({at, itemId, title, field, before, after}: ProductEvent): ChangeView {
  return {at: at.toISOString(), item_id: itemId, title, field, before, after}
}

export function notificationView(work: NotificationWork): NotificationView {
  const {received_at, resource, state, received, failures, error_code} = work
  const topic = wireTopic(work.topic)
  return {received_at: received_at.toISOString(), topic, resource, state, received, failures, error_code}
}

/** Logins and logouts are not shown among them. */
export const refreshKinds = ['refresh', 'import', 'pending_refresh'] as const

export function refreshView({sentAt, finishedAt, reason, outcome, errorCode}: Exchange): RefreshView {
  const duration_ms = finishedAt === null ? null : Math.max(0, finishedAt.getTime() - sentAt.getTime())
  return {sent_at: sentAt.toISOString(), reason, outcome, duration_ms, error_code: errorCode}
}
