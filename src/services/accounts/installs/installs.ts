import {MeliError} from '../../../core/errors.js'
import type {Clock, InstallState, InstallStore, PendingInstall} from '../../ports/index.js'
import type {KeptAlive} from './ends.js'
import type {InstallKeeper} from './keeper.js'

export interface InstallView {
  installation_id: string
  /** Null, as site and kind, for tokens that came in answer to another account's, until it is completed. */
  nickname: string | null
  user_id: number
  site_id: string | null
  is_test_user: boolean | null
  created_at: string
  /** Revoked at the service, and removed, after this; only removed where the nickname is null. */
  pending_until: string
}

export interface CompletedInstall {
  installation_id: string
  nickname: string
  store_id: string
  /** Who linked it: somebody else, perhaps, and earlier. */
  operator: string
  linked_at: string
}

export interface DiscardedInstall {
  installation_id: string
  /** Null as in `InstallView`. */
  nickname: string | null
  user_id: number
  /**
   * False when the service could not be told, and the grant may live on there; when the seller is connected besides; or when
   * the tokens came in answer to another account's.
   */
  revoked: boolean
  revoke_error: {code: string; message: string} | null
}

export interface InstallsDeps {
  installs: InstallStore
  keeper: () => Promise<InstallKeeper>
  clock: Clock
}

/** Sellers who authorized the application where no operator was signed in: list, link to a store, or let go. */
export class Installs {
  constructor(private readonly deps: InstallsDeps) {}

  async list(): Promise<{installations: InstallView[]}> {
    const now = this.deps.clock.now()
    const all = await this.deps.installs.list()
    return {installations: all.filter(({pendingUntil}) => pendingUntil > now).map(view)}
  }

  /** What a page or a command shows of one; `unknown` also when its time is over. */
  async find(id: string): Promise<InstallState> {
    const found = await this.deps.installs.find(id)
    const over = found.state === 'pending' && found.install.pendingUntil <= this.deps.clock.now()
    return over ? {state: 'unknown'} : found
  }

  /**
   * Links it to the store of this operator. One that was linked before leads to the same store, whoever asks.
   * MELI_INSTALL_UNKNOWN; MELI_INSTALL_BUSY when its token is being refreshed for longer than a refresh takes;
   * MELI_OFFLINE_ACCESS_MISSING without a refresh token. For one who is signed in, MELI_OPERATOR_UNKNOWN when removed meanwhile.
   */
  async complete(id: string, operator: string, {signedIn = false} = {}): Promise<CompletedInstall> {
    const {installs, clock} = this.deps
    const found = await installs.find(id)
    if (found.state === 'pending' && !found.install.identified) id = await this.identify(found.install)
    for (let waits = 0; ; waits += 1) {
      const end = await installs.complete(id, operator, clock.now(), signedIn)
      if (end.state === 'linked') {
        const {nickname, storeId: store_id, linkedAt} = end
        return {
          installation_id: id,
          nickname,
          store_id,
          operator: end.operator,
          linked_at: linkedAt.toISOString(),
        }
      }
      if (end.state !== 'busy') throw unknownInstall(id)
      if (waits === 20) throw busy()
      await clock.sleep(250)
    }
  }

  private async identify(install: PendingInstall): Promise<string> {
    return this.whenFree(install.id, (keeper) => keeper.identify(install))
  }

  /** Another process may be at its token, or may have died at it: then its lease has to run out. */
  private async whenFree<T>(id: string, attempt: (keeper: InstallKeeper) => Promise<T | undefined>): Promise<T> {
    const {installs, clock} = this.deps
    const keeper = await this.deps.keeper()
    const giveUpAt = clock.monotonic() + 2 * keeper.leaseMs
    for (;;) {
      const done = await attempt(keeper)
      if (done !== undefined) return done
      if ((await installs.find(id)).state !== 'pending') throw unknownInstall(id)
      if (clock.monotonic() >= giveUpAt) throw busy()
      await clock.sleep(250)
    }
  }

  /** Revoked at the service, and removed here even if that fails. MELI_INSTALL_UNKNOWN, MELI_INSTALL_BUSY. */
  async discard(id: string): Promise<DiscardedInstall> {
    const found = await this.deps.installs.find(id)
    if (found.state === 'linked') throw connectedInstall(id, found.nickname)
    if (found.state !== 'pending') throw unknownInstall(id)
    const {install} = found
    if (!install.identified) return this.forget(install)
    const ended = await this.whenFree(id, (keeper) => keeper.end(install, {unrevoked: 'on purpose'}))
    return {
      installation_id: id,
      nickname: install.nickname,
      user_id: install.userId,
      revoked: ended.revoked,
      revoke_error: ended.revokeError,
    }
  }

  /** This account never gave us permission here, so discarding its tokens revokes nothing. */
  private async forget({id, userId}: PendingInstall): Promise<DiscardedInstall> {
    await this.deps.installs.remove(id)
    return {installation_id: id, nickname: null, user_id: userId, revoked: false, revoke_error: null}
  }

  /** Refreshes what would expire, and ends what waited too long. For a schedule; one failing never stops another. */
  async keepAlive(): Promise<KeptAlive> {
    const keeper = await this.deps.keeper()
    return keeper.keepAlive()
  }
}

function view({id, identified, nickname, userId, siteId, isTestUser, ...times}: PendingInstall): InstallView {
  return {
    installation_id: id,
    nickname: identified ? nickname : null,
    user_id: userId,
    site_id: identified ? siteId : null,
    is_test_user: identified ? isTestUser : null,
    created_at: times.createdAt.toISOString(),
    pending_until: times.pendingUntil.toISOString(),
  }
}

function unknownInstall(id: string): MeliError {
  return new MeliError(
    'MELI_INSTALL_UNKNOWN',
    `no installation ${JSON.stringify(id.slice(0, 80))} waits for an operator`,
    {
      try: ['meli installs list', 'after seven days the seller has to authorize again'],
    },
  )
}

function connectedInstall(id: string, nickname: string): MeliError {
  const account = /^[\w.-]+$/.test(nickname) ? nickname : 'ID|NICK'
  // The name goes with the account.
  const what = nickname === '' ? 'it was connected, and disconnected again' : `${nickname} is connected`
  return new MeliError('MELI_INSTALL_UNKNOWN', `Installation ${id} is no longer pending: ${what}`, {
    try: nickname === '' ? ['meli auth status'] : [`to revoke the permission: meli auth logout --account ${account}`],
  })
}

function busy(): MeliError {
  return new MeliError('MELI_INSTALL_BUSY', 'the token of this installation is being refreshed at this moment', {
    try: ['Try again in a few seconds'],
  })
}
