import {MeliError} from '../../errors.js'
import {userIdInCode} from '../login/callback.js'

export interface TokenInput {
  userId: number
  refreshToken: string
  accessToken: string | undefined
  scope: string
  expiresAt: Date | undefined
}

/**
 * Reads what people have at hand: a bare refresh token (`TG-...-771100223`), or a JSON object with `refresh_token` and
 * perhaps `access_token`, `expires_at` (ISO 8601 or Unix seconds), `scope` and `user_id`, as the token endpoint and most
 * tools write it. Nothing of the input is repeated in an error.
 */
export function parseTokenRecord(text: string): TokenInput {
  const input = text.trim()
  if (input === '') throw unreadable('standard input is empty')
  if (!input.startsWith('{')) return fromFields({refresh_token: input})
  let record: unknown
  try {
    record = JSON.parse(input)
  } catch {
    throw unreadable('standard input is not valid JSON')
  }
  return fromFields(record as Record<string, unknown>)
}

function fromFields(fields: Record<string, unknown>): TokenInput {
  const refreshToken = text(fields.refresh_token)
  if (refreshToken === undefined || /\s/.test(refreshToken)) throw unreadable('there is no refresh token in it')
  const userId = positiveId(fields.user_id) ?? userIdInCode(refreshToken)
  if (userId === undefined) throw unreadable('it does not say which user it belongs to')
  return {
    userId,
    refreshToken,
    accessToken: text(fields.access_token),
    scope: text(fields.scope) ?? '',
    expiresAt: time(fields.expires_at),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

function positiveId(value: unknown): number | undefined {
  const id = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}

function time(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'number' ? value * 1000 : (text(value) ?? Number.NaN))
  return Number.isNaN(date.getTime()) ? undefined : date
}

function unreadable(why: string): MeliError {
  return new MeliError('MELI_INPUT_UNREADABLE', `no token to import: ${why}`, {
    try: ['give a refresh token, or {"refresh_token":"..."} as the token endpoint answers, on standard input'],
  })
}
