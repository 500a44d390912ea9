import {MeliError} from '../../core/errors.js'
import {readJson} from '../../core/json.js'
import {userIdInCode} from './login/callback.js'

export interface TokenInput {
  userId: number
  refreshToken: string
  accessToken: string | undefined
  scope: string
  expiresAt: Date | undefined
}

/**
 * Reads what people have at hand: a bare refresh token (`TG-...-771100223`), or a JSON object with `refresh_token` and
 * perhaps `access_token`, `expires_at` (ISO 8601, or Unix time in seconds or milliseconds), `scope` and `user_id`, as the token endpoint and most
 * tools write it. Nothing of the input is repeated in an error.
 */
export function parseTokenRecord(text: string): TokenInput {
  const input = text.trim()
  if (input === '') throw unreadable('standard input is empty')
  if (!input.startsWith('{')) return fromFields({refresh_token: input})
  const record = readJson(input)
  if ('why' in record) throw unreadable(`standard input ${record.why}`)
  return fromFields(record.value as Record<string, unknown>)
}

function fromFields(fields: Record<string, unknown>): TokenInput {
  const refreshToken = text(fields.refresh_token)
  if (refreshToken === undefined || /\s/.test(refreshToken)) throw unreadable('there is no refresh token in it')
  const userId = positiveId(fields.user_id) ?? userIdInCode(refreshToken)
  if (userId === undefined) {
    throw unreadable(
      'it does not say which user the token belongs to',
      'add the user id: {"refresh_token":"...","user_id":123}',
    )
  }
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

/** In seconds this is the year 5138, in milliseconds 1973. */
const leastMs = 1e11

function time(value: unknown): Date | undefined {
  const number = typeof value === 'number' ? value * (value > leastMs ? 1 : 1000) : undefined
  const date = new Date(number ?? text(value) ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function unreadable(why: string, hint?: string): MeliError {
  return new MeliError('MELI_INPUT_UNREADABLE', `no token to import: ${why}`, {
    try: [hint ?? 'give a refresh token, or {"refresh_token":"..."} as the token endpoint answers, on standard input'],
  })
}
