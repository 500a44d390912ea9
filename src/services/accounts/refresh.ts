import {MeliError} from '../../core/errors.js'
import type {Account, AccountStore, CommandRunner, Protect} from '../ports/index.js'
import {disconnected} from './auth/account-errors.js'
import type {AuthService, ValidToken} from './auth/auth-service.js'

export interface RefreshResult {
  user_id: number
  nickname: string
  /** False when another process refreshed at the same moment and its token was adopted. */
  refreshed: boolean
  expires_at: string
  /** Exit status of the `--on-rotate` command; null without one. */
  on_rotate: number | null
}

export interface RefreshCommandDeps {
  auth: AuthService
  accounts: Pick<AccountStore, 'load'>
  runner: CommandRunner
  protect: Protect
}

export interface RefreshOptions {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  onRotate?: string | undefined
  /** Heeded until the refresh begins; from then on the command is waited for. */
  signal?: AbortSignal
}

/** Refreshes now, and hands the new refresh token to a command on its stdin, for secrets kept elsewhere. */
export class RefreshNow {
  constructor(private readonly deps: RefreshCommandDeps) {}

  async run(options: RefreshOptions): Promise<RefreshResult> {
    const {onRotate} = options
    if (onRotate === undefined) return {...view(await this.refresh(options)), on_rotate: null}
    // In one piece: where the database is thrown away, the command has the only copy of what the refresh brought.
    options.signal?.throwIfAborted()
    return this.deps.protect(async () => {
      const token = await this.refresh(options)
      return {...view(token), on_rotate: await this.handOver(token.account, onRotate)}
    })
  }

  private refresh({account, sandbox, site}: RefreshOptions): Promise<ValidToken> {
    return this.deps.auth.getValidToken(account, {sandbox, site, refresh: 'always'})
  }

  private async handOver({userId, nickname}: Account, command: string): Promise<number> {
    const record = await this.deps.accounts.load(userId)
    // An empty line would overwrite the secret that is kept elsewhere.
    if (record === undefined) throw disconnected(nickname)
    const status = await this.deps.runner.run(command, `${record.refreshToken}\n`)
    if (status !== 0) throw hookFailed(nickname, status)
    return status
  }
}

function view({account, refreshed, expiresAt}: ValidToken): Omit<RefreshResult, 'on_rotate'> {
  return {user_id: account.userId, nickname: account.nickname, refreshed, expires_at: expiresAt.toISOString()}
}

function hookFailed(nickname: string, status: number): MeliError {
  return new MeliError(
    'MELI_ON_ROTATE_FAILED',
    `the new refresh token of ${nickname} is stored here, but the --on-rotate command failed with status ${status}; its destination still holds a used token`,
    {
      try: ['repair the command, then meli auth refresh --on-rotate CMD again'],
      details: {status},
    },
  )
}
