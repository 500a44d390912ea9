import {exitCodes, isMeliError, MeliError} from '../../core/errors.js'
import type {Account, AccountStore, Clock, ConnectMercadoLibre} from '../ports/index.js'
import {type AccountView, accountView} from './account-view.js'
import {accountUnknown} from './auth/account-errors.js'
import type {AuthService} from './auth/auth-service.js'
import {findAccount} from './auth/choose-account.js'

export interface StatusAccount extends AccountView {
  /** Only with `check`: `unknown` when the service could not be asked, which says nothing about the token. */
  check?: 'accepted' | 'refused' | 'unknown'
  check_detail?: string
}

export interface StatusResult {
  ok: boolean
  accounts: StatusAccount[]
  database: string
  warnings: string[]
  exit_code: number
}

export interface StatusOptions {
  account?: string | undefined
  /** Only test users. */
  sandbox: boolean
  /** Ask the service; refreshes where needed. */
  check: boolean
}

export interface StatusDeps {
  accounts: Pick<AccountStore, 'list'>
  store: {path: string; warnings: readonly string[]}
  clock: Clock
  /** Reached only with `check`, so that the offline status loads no HTTP client. */
  online: () => Promise<{auth: AuthService; connect: ConnectMercadoLibre}>
}

/** Which accounts are connected, and how they are. */
export class AccountStatus {
  constructor(private readonly deps: StatusDeps) {}

  async run({account, sandbox, check}: StatusOptions): Promise<StatusResult> {
    const all = await this.deps.accounts.list()
    const shown = narrow(all, account, sandbox)
    if (shown.length === 0) {
      throw new MeliError(
        sandbox ? 'MELI_NO_TEST_USER' : 'MELI_NO_ACCOUNT',
        sandbox ? 'no test user is connected' : 'no account is connected',
        {
          try: [sandbox ? 'meli create-test-user --login' : 'meli auth login'],
        },
      )
    }
    const now = this.deps.clock.now()
    const result: StatusResult = {
      ok: true,
      accounts: shown.map((a) => accountView(a, now)),
      database: this.deps.store.path,
      warnings: [...this.deps.store.warnings],
      exit_code: 0,
    }
    if (check) return this.checked(result, shown)
    const dead = result.accounts.some((a) => a.token === 'invalid')
    return dead ? {...result, ok: false, exit_code: exitCodes.auth} : result
  }

  private async checked(result: StatusResult, shown: readonly Account[]): Promise<StatusResult> {
    const {auth, connect} = await this.deps.online()
    const accounts: StatusAccount[] = []
    let exitCode = 0
    for (const account of shown) {
      try {
        const token = await auth.getValidToken(account.userId, {sandbox: account.isTestUser})
        await connect(auth.tokenSource(account)).me()
        accounts.push({...accountView({...token.account}, this.deps.clock.now()), check: 'accepted'})
      } catch (error) {
        if (!isMeliError(error)) throw error
        exitCode ||= error.exitCode
        const check = error.family === 'network' || error.family === 'config' ? 'unknown' : 'refused'
        const isLost = error.code === 'MELI_AUTHORIZATION_LOST' || error.code === 'MELI_GRANT_MISMATCH'
        const state = isLost ? {...account, status: 'invalid' as const} : account
        accounts.push({...accountView(state, this.deps.clock.now()), check, check_detail: error.message})
      }
    }
    return {...result, ok: exitCode === 0, accounts, exit_code: exitCode}
  }
}

function narrow(all: readonly Account[], account: string | undefined, sandbox: boolean): Account[] {
  const kind = sandbox ? all.filter((a) => a.isTestUser) : [...all]
  if (account === undefined) return kind
  const found = findAccount(kind, account)
  if (found !== undefined) return [found]
  throw accountUnknown(account)
}
