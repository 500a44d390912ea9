import {isMeliError, type MeliError} from '../../core/errors.js'
import type {Account, AccountStore, ConnectMercadoLibre} from '../ports/index.js'
import {isStoreFailing, type RevocationDeps, revoke} from '../writes/revocation.js'
import type {AuthService} from './auth/auth-service.js'
import {assertKind} from './sessions.js'

export interface LogoutResult {
  user_id: number
  nickname: string
  is_test_user: boolean
  /** False when the service could not be told: the grant may live on there. */
  revoked: boolean
  revoke_error: {code: string; message: string} | null
  /** Always true: the local copy is gone whatever the service said. */
  wiped: boolean
}

export interface LogoutDeps extends RevocationDeps {
  accounts: AccountStore
  online: () => Promise<{auth: AuthService; connect: ConnectMercadoLibre}>
}

/** Revokes the grant at the service, and wipes it here even if that fails, unless only our own database was in the way. */
export class Logout {
  constructor(private readonly deps: LogoutDeps) {}

  async run(
    account: string | undefined,
    options: {sandbox: boolean; site?: string | undefined},
  ): Promise<LogoutResult> {
    const {auth} = await this.deps.online()
    return this.disconnect(await auth.account(account, options))
  }

  private async disconnect(account: Account): Promise<LogoutResult> {
    const refusal = await this.revoke(account)
    await this.deps.accounts.remove(account.userId)
    return {
      user_id: account.userId,
      nickname: account.nickname,
      is_test_user: account.isTestUser,
      revoked: refusal === undefined,
      revoke_error: refusal === undefined ? null : {code: refusal.code, message: refusal.message},
      wiped: true,
    }
  }

  private async revoke(account: Account): Promise<MeliError | undefined> {
    try {
      const {auth, connect} = await this.deps.online()
      const api = connect(auth.tokenSource(account))
      // The first write of this process: the account's own tags must agree with the row.
      const {identity} = await api.me()
      assertKind(identity, account.isTestUser)
      await revoke(this.deps, {api, who: identity, clientId: account.clientId, command: 'auth logout'})
      return undefined
    } catch (error) {
      if (isMeliError(error) && error.family !== 'guard' && !isStoreFailing(error)) return error
      throw error
    }
  }
}
