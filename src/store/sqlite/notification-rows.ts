import type {NotificationState, NotificationWork} from '../../services/ports/index.js'

/** A row as SQLite holds it. */
export interface WorkRow {
  id: number
  user_id: number
  application_id: string
  topic: string
  resource: string
  actions: string | null
  sent_at: number | null
  received_at: number
  received: number
  state: NotificationState
  failures: number
  due_at: number
  finished_at: number | null
  error_code: string | null
  error_message: string | null
}

export const workColumns = [
  ...['id', 'user_id', 'application_id', 'topic', 'resource', 'actions', 'sent_at', 'received_at', 'received'],
  ...['state', 'failures', 'due_at', 'finished_at', 'error_code', 'error_message'],
]

export function readWork(row: WorkRow): NotificationWork {
  return {
    id: row.id,
    application_id: row.application_id,
    user_id: row.user_id,
    topic: row.topic,
    resource: row.resource,
    actions: row.actions === null ? null : (JSON.parse(row.actions) as string[]),
    sent_at: dateOf(row.sent_at),
    received_at: new Date(row.received_at),
    received: row.received,
    state: row.state,
    failures: row.failures,
    due_at: new Date(row.due_at),
    finished_at: dateOf(row.finished_at),
    error_code: row.error_code,
    error_message: row.error_message,
  }
}

export function dateOf(time: number | null): Date | null {
  return time === null ? null : new Date(time)
}

const hourMs = 3_600_000

export function hourOf(at: Date): number {
  return Math.floor(at.getTime() / hourMs) * hourMs
}
