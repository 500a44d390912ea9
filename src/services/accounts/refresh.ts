import {MeliError} from '../../errors.js'
import type {AuthService} from '../auth/auth-service.js'
import type {AccountStore, CommandRunner} from '../ports.js'

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
}

/** Refreshes now, and hands the new refresh token to a command on its stdin, for secrets kept elsewhere. */
export class RefreshNow {
  constructor(private readonly deps: RefreshCommandDeps) {}

  async run(options: {
    account?: string | undefined
    sandbox: boolean
    site?: string | undefined
    onRotate?: string | undefined
  }): Promise<RefreshResult> {
    const {auth, accounts, runner} = this.deps
    const token = await auth.getValidToken(options.account, {
      sandbox: options.sandbox,
      site: options.site,
      refresh: 'always',
    })
    const {userId, nickname} = token.account
    let status: number | null = null
    if (options.onRotate !== undefined) {
      const record = await accounts.load(userId)
      status = await runner.run(options.onRotate, `${record?.refreshToken ?? ''}\n`)
      if (status !== 0) throw hookFailed(nickname, status)
    }
    return {
      user_id: userId,
      nickname,
      refreshed: token.refreshed,
      expires_at: token.expiresAt.toISOString(),
      on_rotate: status,
    }
  }
}

function hookFailed(nickname: string, status: number): MeliError {
  return new MeliError(
    'MELI_ON_ROTATE_FAILED',
    `the new refresh token of ${nickname} is stored here, but the --on-rotate command failed with status ${status}; where it should have written holds a dead token now`,
    {
      try: ['repair the command, then meli auth refresh --on-rotate CMD again'],
      details: {status},
    },
  )
}
