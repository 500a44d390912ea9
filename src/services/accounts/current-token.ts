import type {AuthService} from './auth/auth-service.js'
import type {Sessions} from './sessions.js'

export interface TokenResult {
  access_token: string
  /** Null for MELI_ACCESS_TOKEN, of which only the service knows more. */
  expires_at: string | null
  user_id: number
}

export interface CurrentTokenOptions {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
}

export interface CurrentTokenDeps {
  auth: () => Promise<AuthService>
  sessions: () => Promise<Sessions>
  accessToken: string | undefined
}

/** An access token for use in another program; refreshed first when it is about to expire. */
export class CurrentToken {
  constructor(private readonly deps: CurrentTokenDeps) {}

  async run(options: CurrentTokenOptions): Promise<TokenResult> {
    const {accessToken} = this.deps
    if (accessToken !== undefined) {
      // Opening a session asks the service whose it is: handing out a token of the wrong kind is how accidents begin.
      const {userId} = await (await this.deps.sessions()).open(options)
      return {access_token: accessToken, expires_at: null, user_id: userId}
    }
    const {account, ...rest} = options
    const token = await (await this.deps.auth()).getValidToken(account, rest)
    return {
      access_token: token.accessToken,
      expires_at: token.expiresAt.toISOString(),
      user_id: token.account.userId,
    }
  }
}
