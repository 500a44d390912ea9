import {MeliError} from '../../../core/errors.js'
import type {Account, AccountStore, TokenRecord, TokenSource} from '../../ports/index.js'
import {type AccountChoice, chooseAccount} from './choose-account.js'
import {actAs} from './login-command.js'
import {type RefreshDeps, Refresher} from './refresh.js'

export interface AuthServiceDeps extends RefreshDeps {
  accounts: AccountStore
  /** A token with less time left than this is refreshed first. */
  refreshMarginMs: number
}

export interface TokenOptions extends Omit<AccountChoice, 'account'> {
  /** Ask for more time than the refresh margin, in milliseconds. */
  minTtlMs?: number | undefined
  /** `never` takes what is stored and fails with MELI_TOKEN_EXPIRED; `always` refreshes even a fresh token. */
  refresh?: 'if-needed' | 'never' | 'always' | undefined
}

export interface ValidToken {
  accessToken: string
  account: Account
  expiresAt: Date
  /** True when this call spent the refresh token; false too when another process had just done it. */
  refreshed: boolean
}

/**
 * Hands out access tokens that work, and keeps them working. Safe to use from many processes on one database: a refresh
 * token is spent once (docs/architecture.md, "One refresh").
 */
export class AuthService {
  private readonly refresher: Refresher

  constructor(private readonly deps: AuthServiceDeps) {
    this.refresher = new Refresher(deps)
  }

  /** The account that these options mean. Offline. MELI_NO_ACCOUNT, MELI_NO_TEST_USER, MELI_ACCOUNT_AMBIGUOUS, MELI_WRONG_KIND. */
  async account(account?: string | number, options: Omit<AccountChoice, 'account'> = {}): Promise<Account> {
    return chooseAccount(await this.deps.accounts.list(), {...options, account})
  }

  /**
   * A token with at least five minutes left, refreshed if need be.
   * @param account user id or nickname; without it the default account, or the only one of its kind
   * @throws MeliError of the auth family when a person must log in again, of the network family when a retry may help
   */
  async getValidToken(account?: string | number, options: TokenOptions = {}): Promise<ValidToken> {
    const chosen = await this.account(account, options)
    if (options.refresh === 'never') return this.stored(chosen)
    if (options.refresh === 'always') {
      const before = await this.deps.accounts.load(chosen.userId)
      return this.refresh(chosen, (record) => record.accessToken !== before?.accessToken, 'asked for')
    }
    const leastMs = Math.max(this.deps.refreshMarginMs, options.minTtlMs ?? 0)
    return this.refresh(chosen, (record) => this.msLeft(record) >= leastMs, 'expiring')
  }

  /** For clients: the current token, and a new one after a 401 on a token that was believed valid. */
  tokenSource(account: Account): TokenSource {
    return {
      current: async () => (await this.getValidToken(account.userId, {sandbox: account.isTestUser})).accessToken,
      renew: async (rejected) =>
        (await this.refresh(account, (record) => record.accessToken !== rejected, 'answered 401')).accessToken,
    }
  }

  private async refresh(
    account: Account,
    satisfied: (record: TokenRecord) => boolean,
    reason: string,
  ): Promise<ValidToken> {
    const {record, refreshed} = await this.refresher.refreshUnless(account, satisfied, reason)
    return {...token(record), refreshed}
  }

  private async stored(chosen: Account): Promise<ValidToken> {
    const record = await this.deps.accounts.load(chosen.userId)
    if (record === undefined || this.msLeft(record) <= 0) {
      throw new MeliError(
        'MELI_TOKEN_EXPIRED',
        `the access token of ${chosen.nickname} expired at ${chosen.expiresAt.toISOString()}`,
        {
          try: ['omit --no-refresh', `meli auth refresh ${actAs(chosen)}`],
        },
      )
    }
    return {...token(record), refreshed: false}
  }

  private msLeft(account: Account): number {
    return account.expiresAt.getTime() - this.deps.clock.now().getTime()
  }
}

function token({accessToken, refreshToken: _, ...account}: TokenRecord): Omit<ValidToken, 'refreshed'> {
  return {accessToken, account, expiresAt: account.expiresAt}
}
