import type {Identity} from '../../ports/index.js'
import type {ValidToken} from '../auth/auth-service.js'
import type {Check, Checklist} from './checks.js'

export interface HandshakeResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  user: {id: number; nickname: string; email: string | null; site_id: string; tags: string[]} | null
  token: {expires_at: string; refreshed: boolean; scope: string} | null
  checks: Check[]
  /** The code of the first failure, as in docs/errors.md. */
  error_code: string | null
  exit_code: number
  /** What to try next; empty when all is well. */
  suggestions: string[]
}

export function handshakeResult(
  {sandbox}: {sandbox: boolean},
  list: Checklist,
  {identity, token}: {identity?: Identity | undefined; token?: ValidToken} = {},
): HandshakeResult {
  return {
    ok: list.ok,
    mode: sandbox ? 'sandbox' : 'production',
    user: identity === undefined ? null : user(identity),
    token:
      token === undefined
        ? null
        : {expires_at: token.expiresAt.toISOString(), refreshed: token.refreshed, scope: token.account.scope},
    checks: list.list(),
    error_code: list.cause?.code ?? null,
    exit_code: list.cause?.exitCode ?? 0,
    suggestions: [...(list.cause?.suggestions ?? [])],
  }
}

function user({userId, nickname, email, siteId, tags}: Identity): HandshakeResult['user'] {
  return {id: userId, nickname, email, site_id: siteId, tags}
}
