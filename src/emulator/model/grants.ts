import type {Application} from './applications.js'
import type {VirtualClock} from './clock.js'
import type {Random} from './random.js'
import type {Settings} from './settings.js'

export interface Challenge {
  value: string
  method: 'S256' | 'plain'
}

export interface Code {
  value: string
  userId: number
  appId: number
  redirectUri: string
  challenge: Challenge | null
  expiresAt: number
}

export interface AccessToken {
  value: string
  userId: number
  appId: number
  scopes: string[]
  permissions: string[]
  expiresAt: number
}

/** A user's permission for an application. Its permissions stay as they were when it was given (section 2.7). */
export interface Grant {
  userId: number
  appId: number
  scopes: string[]
  permissions: string[]
  createdAt: number
  lastUsedAt: number
  refreshToken: {value: string; expiresAt: number} | null
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** docs/mercadolibre.md, section 2.4, with months of 30 days. */
export const lifetimes = {
  codeMs: 10 * minuteMs,
  accessTokenMs: 6 * 60 * minuteMs,
  refreshTokenMs: 180 * dayMs,
  unusedMs: 120 * dayMs,
} as const

export interface IssuedTokens {
  access: AccessToken
  grant: Grant
}

/** Codes, tokens and grants with their lifetimes. The token endpoint decides who may have one. */
export class Grants {
  private readonly codes = new Map<string, Code>()
  private readonly accessTokens = new Map<string, AccessToken>()
  private readonly grants = new Map<string, Grant>()

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly settings: Settings,
  ) {}

  issueCode(fields: Omit<Code, 'value' | 'expiresAt'>): Code {
    const code = {
      ...fields,
      value: `TG-${this.random.hex(24)}-${fields.userId}`,
      expiresAt: this.nowMs() + lifetimes.codeMs,
    }
    this.codes.set(code.value, code)
    return code
  }

  /** The code while it is valid. Does not use it up. */
  code(value: string): Code | undefined {
    const code = this.codes.get(value)
    return code !== undefined && this.nowMs() < code.expiresAt ? code : undefined
  }

  /** Uses up the code. */
  exchange(code: Code, app: Application): IssuedTokens {
    this.codes.delete(code.value)
    return this.authorize(code.userId, app)
  }

  /** Replaces an earlier grant of the same user and application, which ends its refresh token. */
  authorize(userId: number, app: Application): IssuedTokens {
    const now = this.nowMs()
    const grant: Grant = {
      userId,
      appId: app.id,
      scopes: [...app.scopes],
      permissions: [...app.permissions],
      createdAt: now,
      lastUsedAt: now,
      refreshToken: null,
    }
    this.grants.set(key(userId, app.id), grant)
    return this.issueTokens(grant)
  }

  /** The grant whose current refresh token this is. Used, replaced, expired and revoked tokens find nothing. */
  byRefreshToken(value: string): Grant | undefined {
    for (const grant of this.grants.values()) {
      if (grant.refreshToken?.value !== value) continue
      return this.nowMs() < grant.refreshToken.expiresAt && this.inUse(grant) ? grant : undefined
    }
    return undefined
  }

  refresh(grant: Grant): IssuedTokens {
    grant.lastUsedAt = this.nowMs()
    return this.issueTokens(grant)
  }

  /** A token for the application itself, in its owner's name. There is no grant, and so no refresh token. */
  issueToApplication(app: Application): AccessToken {
    const scopes = app.scopes.filter((scope) => scope !== 'offline_access')
    return this.newAccessToken({userId: app.ownerId, appId: app.id, scopes, permissions: app.permissions})
  }

  accessToken(value: string): AccessToken | undefined {
    const token = this.accessTokens.get(value)
    if (token === undefined || this.nowMs() >= token.expiresAt) return undefined
    return token
  }

  markUsed({userId, appId}: AccessToken): void {
    const grant = this.grants.get(key(userId, appId))
    if (grant !== undefined) grant.lastUsedAt = this.nowMs()
  }

  get(userId: number, appId: number): Grant | undefined {
    return this.grants.get(key(userId, appId))
  }

  list(match: {userId?: number; appId?: number}): Grant[] {
    return [...this.grants.values()].filter((grant) => matches(grant, match))
  }

  /** Ends the matching grants with their codes and tokens, and returns their number. */
  revoke(match: {userId?: number; appId?: number}): number {
    const ended = this.list(match)
    for (const {userId, appId} of ended) this.grants.delete(key(userId, appId))
    removeWhere(this.codes, match)
    removeWhere(this.accessTokens, match)
    return ended.length
  }

  export(): {codes: Code[]; accessTokens: AccessToken[]; grants: Grant[]} {
    const now = this.nowMs()
    return {
      codes: [...this.codes.values()].filter(({expiresAt}) => now < expiresAt),
      accessTokens: [...this.accessTokens.values()].filter(({expiresAt}) => now < expiresAt),
      grants: [...this.grants.values()],
    }
  }

  import({codes, accessTokens, grants}: ReturnType<Grants['export']>): void {
    this.codes.clear()
    this.accessTokens.clear()
    this.grants.clear()
    for (const code of codes) this.codes.set(code.value, {...code})
    for (const token of accessTokens) this.accessTokens.set(token.value, {...token})
    for (const grant of grants) this.grants.set(key(grant.userId, grant.appId), {...grant})
  }

  private issueTokens(grant: Grant): IssuedTokens {
    const {userId, appId, scopes, permissions} = grant
    if (this.settings.refresh_kills_access_tokens) removeWhere(this.accessTokens, {userId, appId})
    const access = this.newAccessToken({userId, appId, scopes, permissions})
    grant.refreshToken = scopes.includes('offline_access')
      ? {value: `TG-${this.random.hex(24)}-${userId}`, expiresAt: this.nowMs() + lifetimes.refreshTokenMs}
      : null
    return {access, grant}
  }

  private newAccessToken(fields: Omit<AccessToken, 'value' | 'expiresAt'>): AccessToken {
    const {userId, appId, scopes, permissions} = fields
    const now = this.clock.now()
    const access: AccessToken = {
      value: `APP_USR-${appId}-${monthDayHour(now)}-${this.random.hex(32)}-${userId}`,
      userId,
      appId,
      scopes: [...scopes],
      permissions: [...permissions],
      expiresAt: now.getTime() + lifetimes.accessTokenMs,
    }
    this.accessTokens.set(access.value, access)
    return access
  }

  /** Four months without a call end a grant (section 2.4). */
  private inUse(grant: Grant): boolean {
    return this.nowMs() - grant.lastUsedAt < lifetimes.unusedMs
  }

  private nowMs(): number {
    return this.clock.now().getTime()
  }
}

function key(userId: number, appId: number): string {
  return `${userId}:${appId}`
}

function matches(row: {userId: number; appId: number}, match: {userId?: number; appId?: number}): boolean {
  return (match.userId ?? row.userId) === row.userId && (match.appId ?? row.appId) === row.appId
}

function removeWhere(
  rows: Map<string, {userId: number; appId: number}>,
  match: {userId?: number; appId?: number},
): void {
  for (const [value, row] of rows) if (matches(row, match)) rows.delete(value)
}

function monthDayHour(date: Date): string {
  const parts = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()]
  return parts.map((part) => String(part).padStart(2, '0')).join('')
}
