import type {WriteAction, WriteEnd, WriteMethod, WriteRecord, WriteValues} from '../ports/index.js'

export interface WriteView {
  id: number
  at: string
  user_id: number
  nickname: string
  is_test_user: boolean
  command: string
  action: WriteAction
  subject: string
  variation_id: number | null
  method: WriteMethod
  path: string
  /** JSON, without secrets. */
  body: string | null
  before: WriteValues | null
  after: WriteValues | null
  /** `running`: its process lives. `cut_off`: it died before the answer, so that nobody knows. */
  outcome: WriteEnd | 'running' | 'cut_off'
  status: number | null
  error_code: string | null
  message: string | null
  ended_at: string | null
  undoes: number | null
  undone_by: number | null
  push_id: string | null
}

export function writeView(record: WriteRecord, isAlive: (holder: string) => boolean): WriteView {
  const {id, command, action, subject, method, path, body, before, after, undoes, end} = record
  return {
    id,
    at: record.at.toISOString(),
    user_id: record.userId,
    nickname: record.nickname,
    is_test_user: record.isTestUser,
    ...{command, action, subject, variation_id: record.variationId, method, path, body, before, after},
    outcome: end?.outcome ?? (isAlive(record.holder) ? 'running' : 'cut_off'),
    status: end?.status ?? null,
    error_code: end?.errorCode ?? null,
    message: end?.message ?? null,
    ended_at: end?.at.toISOString() ?? null,
    undoes,
    undone_by: record.undoneBy,
    push_id: record.pushId,
  }
}
