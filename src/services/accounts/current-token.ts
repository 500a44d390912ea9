import type {AuthService} from '../auth/auth-service.js'

export interface TokenResult {
  access_token: string
  /** Null for MELI_ACCESS_TOKEN, of which only the service knows more. */
  expires_at: string | null
  user_id: number | null
}

export interface CurrentTokenOptions {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
}

/** An access token for use in another program; refreshed first when it is about to expire. */
export class CurrentToken {
  constructor(private readonly deps: {auth: () => Promise<AuthService>; accessToken: string | undefined}) {}

  async run({account, sandbox, site}: CurrentTokenOptions): Promise<TokenResult> {
    const {accessToken} = this.deps
    if (accessToken !== undefined) return {access_token: accessToken, expires_at: null, user_id: null}
    const token = await (await this.deps.auth()).getValidToken(account, {sandbox, site})
    return {
      access_token: token.accessToken,
      expires_at: token.expiresAt.toISOString(),
      user_id: token.account.userId,
    }
  }
}
