import {type ErrorCode, isMeliError, MeliError} from '../../../core/errors.js'
import {fingerprint} from '../../../core/fingerprint.js'
import type {
  Account,
  AccountStore,
  ConnectMercadoLibre,
  ExchangeJournal,
  Grant,
  HeldGrantStore,
  InstallStore,
  LeaseRequest,
  OAuth,
  PendingInstall,
  Protect,
  Telemetry,
  ThisProcess,
} from '../../ports/index.js'
import {LeaseWatch, RequestLease} from '../../sync/lease.js'
import {isStoreFailing, revoke} from '../../writes/revocation.js'
import type {Writer} from '../../writes/writer.js'
import {offlineAccessMissing} from '../auth/account-errors.js'
import {answeredBy, beginUnderLease, journalCode, newExchange} from '../auth/exchanges.js'
import {authorizationLost} from '../auth/explain-loss.js'
import {beforeSending, type OneTimeAnswer, type OneTimeAnswerDeps, withOneTimeAnswer} from '../auth/one-time-answer.js'
import {grantMismatch, setAside} from '../auth/other-users-grant.js'
import type {Ended, KeptAlive} from './ends.js'

export interface InstallKeeperDeps extends OneTimeAnswerDeps {
  installs: InstallStore
  accounts: Pick<AccountStore, 'list'>
  heldGrants: Pick<HeldGrantStore, 'setAside' | 'setAsideSince'>
  journal: ExchangeJournal
  oauth: () => Promise<OAuth>
  connect: ConnectMercadoLibre
  /** The configured application: tokens of another one cannot be refreshed. */
  clientId: string
  process: ThisProcess
  httpTimeoutMs: number
  protect: Protect
  writer: Pick<Writer, 'record'>
  telemetry?: Pick<Telemetry, 'refresh'> | undefined
}

type HeldTokens = Grant & {refreshToken: string}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** A token with less time left is refreshed; schedules come round more often than this. */
const marginMs = 60 * minuteMs

/** Beyond the HTTP time-out: what a holder needs to store the answer. */
const leaseGraceMs = 5_000

/** Keeps the tokens of pending installations working, and ends them when their time is over. */
export class InstallKeeper {
  private readonly watches = new Map<string, LeaseWatch>()
  private readonly unreleased = new Map<string, string>()

  constructor(private readonly deps: InstallKeeperDeps) {}

  /** Time for a refresh and for a revocation. */
  get leaseMs(): number {
    return 2 * (this.deps.httpTimeoutMs + leaseGraceMs)
  }

  async keepAlive(): Promise<KeptAlive> {
    const {installs, clock} = this.deps
    const kept: KeptAlive = {refreshed: 0, ended: 0, lost: [], failed: []}
    const now = clock.now()
    await this.releaseLeft()
    await installs.sweepHeld(new Date(now.getTime() - dayMs))
    for (const install of await installs.list()) {
      try {
        const outcome = await this.keep(install, now)
        if (outcome !== undefined) kept[outcome] += 1
      } catch (error) {
        if (!isMeliError(error)) throw error
        const {code, message} = error
        const errors = code === 'MELI_AUTHORIZATION_LOST' ? kept.lost : kept.failed
        errors.push({installation_id: install.id, code, message})
      }
    }
    return kept
  }

  /**
   * Revokes it at the service, and removes it. Undefined while another process is at its token, or when it is gone. When it
   * could not be revoked, it is kept and the error thrown, unless `unrevoked` allows to remove it all the same.
   */
  async end(install: PendingInstall, {unrevoked}: {unrevoked: Unrevoked}): Promise<Ended | undefined> {
    const {installs} = this.deps
    try {
      return await this.underLease(install, async (grant, lease) => {
        try {
          const {revocation, ...ended} = await this.revoke(install, grant, lease)
          await installs.remove(install.id, revocation)
          return ended
        } catch (error) {
          if (!isMeliError(error) || mustStay(error, unrevoked)) throw error
          if (error.code === 'MELI_GRANT_REJECTED') {
            const lost = await this.removeRefused(install, grant, lease)
            return lost && notRevoked(lost)
          }
          await installs.remove(install.id)
          return notRevoked(error.code === 'MELI_TOKEN_REJECTED' ? await this.explain(install, grant) : error)
        }
      })
    } catch (error) {
      // Tokens that cannot be decrypted cannot be revoked. Removing them lets the user start over after losing the key.
      if (!isMeliError(error, 'MELI_SEAL_BROKEN') || unrevoked !== 'on purpose') throw error
      await installs.remove(install.id)
      return notRevoked(error)
    }
  }

  /**
   * Asks whose the tokens are that came in answer to another account's. The id under which it is pending from then on;
   * undefined while another process is at its token, or when it is gone.
   */
  async identify(install: PendingInstall): Promise<string | undefined> {
    return this.underLease(install, async (grant, lease) => {
      const {accessToken} = this.expires(grant) ? await this.refresh(install, grant, lease) : grant
      const {identity} = await this.deps.connect({current: async () => accessToken}).me()
      return this.deps.installs.pend(install.id, identity, install.pendingUntil)
    })
  }

  /** MELI_AUTHORIZATION_LOST when the service refused its token: then it is removed. */
  private async keep(install: PendingInstall, now: Date): Promise<'refreshed' | 'ended' | undefined> {
    const {installs, clientId} = this.deps
    const overMs = now.getTime() - install.pendingUntil.getTime()
    // An operator has to decide first whether anything may be sent with these tokens.
    if (!install.identified) return overMs >= 0 && (await installs.remove(install.id)) ? 'ended' : undefined
    // With another application than it was given to, the service can be told nothing.
    if (install.clientId !== clientId)
      return overMs > dayMs && (await installs.remove(install.id)) ? 'ended' : undefined
    if (overMs >= 0) {
      // A service that cannot be told for a day is not asked for ever.
      const ended = await this.end(install, {unrevoked: overMs > dayMs ? 'unreachable' : 'refused'})
      return ended && 'ended'
    }
    if (!this.expires(install)) return undefined
    return this.underLease(install, async (grant, lease) => {
      // Another process may have come between the list and the lease.
      if (!this.expires(grant)) return undefined
      try {
        await this.refresh(install, grant, lease)
        return 'refreshed'
      } catch (error) {
        if (!isMeliError(error, 'MELI_GRANT_REJECTED')) throw error
        const lost = await this.removeRefused(install, grant, lease)
        if (lost !== undefined) throw lost
        return undefined
      }
    })
  }

  /**
   * A lease can run out under a slow holder, and then another process may have spent the token that was refused: what it
   * stored, or is about to store, stays. Undefined in that case.
   */
  private async removeRefused(
    install: PendingInstall,
    grant: HeldTokens,
    lease: RequestLease,
  ): Promise<MeliError | undefined> {
    if (!(await lease.take())) return undefined
    if (!(await this.deps.installs.removeRefused(install.id, grant.refreshToken))) return undefined
    return this.explain(install, grant)
  }

  private expires({expiresAt}: {expiresAt: Date}): boolean {
    return expiresAt.getTime() - this.deps.clock.now().getTime() < marginMs
  }

  private async revoke(install: PendingInstall, grant: HeldTokens, lease: RequestLease): Promise<Revoked> {
    const {clientId} = install
    const connected = {revoked: false, revokeError: null}
    if (await this.isConnected(install)) return connected
    const {accessToken} = this.expires(grant) ? await this.refresh(install, grant, lease) : grant
    // Once more: a login that ended during the refresh would be revoked with it.
    if (await this.isConnected(install)) return connected
    const api = this.deps.connect({current: async () => accessToken})
    const {exchangeId} = await revoke(this.deps, {api, who: install, clientId, command: 'installs discard'})
    return {revoked: true, revokeError: null, revocation: {exchangeId, at: this.deps.clock.now()}}
  }

  private async explain(install: PendingInstall, {refreshToken}: HeldTokens): Promise<MeliError> {
    const own = fingerprint(refreshToken)
    const {journal, heldGrants} = this.deps
    const sent = await journal.since(install.userId, {fingerprint: own, storedAt: install.createdAt})
    return authorizationLost(install, sent, own, await heldGrants.setAsideSince(install, install.createdAt))
  }

  private async isConnected({userId, clientId}: PendingInstall): Promise<boolean> {
    const isSame = (one: Account) => one.userId === userId && one.clientId === clientId && one.status === 'active'
    return (await this.deps.accounts.list()).some(isSame)
  }

  /** Sent once. An answer that gets lost is asked for again when the schedule comes round. */
  private async refresh(install: PendingInstall, held: HeldTokens, lease: RequestLease): Promise<HeldTokens> {
    const {installs, journal, clock, telemetry} = this.deps
    const {id, userId} = install
    const {refreshToken: spent, scope} = held
    const oauth = await this.deps.oauth()
    return withOneTimeAnswer(this.deps, async (answer) => {
      const exchange = newExchange(this.deps, {kind: 'pending_refresh', userId, sent: spent, reason: 'kept alive'})
      const exchangeId = await beforeSending(() => beginUnderLease(this.deps, exchange))
      if (exchangeId === undefined) throw busyElsewhere(install)
      const failed = (code: ErrorCode | null) =>
        answer.tidy(() => journal.finish(exchangeId, 'failed', code, clock.now()))
      const isCovered = await lease.coversRequest().catch(async (error: unknown) => {
        await failed(null)
        throw error
      })
      if (!isCovered) {
        await failed(null)
        throw busyElsewhere(install)
      }
      try {
        const grant = await oauth.refresh(spent, {userId, scope})
        if (grant.userId !== userId) throw await this.setAside(install, grant, {spent, exchangeId, lease, answer})
        const next = {...grant, refreshToken: grant.refreshToken ?? spent}
        const rotation = {id, spent, next, answered: answeredBy(exchangeId, next.refreshToken), at: clock.now()}
        const stored = await answer.persist(() => installs.rotate(rotation), {
          lost: `the token of ${nameOf(install)} was refreshed, but the new one could not be stored and is lost`,
          try: ['the seller has to authorize the application again'],
          between: () => lease.take(),
        })
        telemetry?.refresh(stored ? 'stored' : 'adopted')
        return next
      } catch (error) {
        telemetry?.refresh('failed')
        await failed(journalCode(error))
        throw error
      }
    })
  }

  /** Its own token was sent, and what came for it is another account's: the seller has to authorize again. */
  private async setAside(
    install: PendingInstall,
    grant: Grant,
    {spent, exchangeId, lease, answer}: {spent: string; exchangeId: string; lease: RequestLease; answer: OneTimeAnswer},
  ): Promise<MeliError> {
    const {id: own, userId, clientId, siteId} = install
    const asked = {userId, name: nameOf(install)}
    const received = {grant, clientId, exchangeId, distrust: {installationId: own, spent}}
    const id = await answer.persist(() => setAside(this.deps, received), {
      lost: `the token of ${asked.name} was answered with that of account ${grant.userId}, which could not be stored and is lost`,
      between: () => lease.take(),
    })
    return grantMismatch({asked, answered: grant.userId, id}, [
      `the installation of ${asked.name} is gone; to connect that account: meli auth login${siteId === '' ? '' : ` --site ${siteId}`} --expect ${userId}`,
    ])
  }

  /** With the row as it is under the lease; undefined while another process is at its token, or when the row is gone. */
  private async underLease<T>(
    {id}: PendingInstall,
    work: (grant: HeldTokens, lease: RequestLease) => Promise<T>,
  ): Promise<T | undefined> {
    const {installs, clock, httpTimeoutMs: requestMs, process, protect} = this.deps
    const {leaseMs} = this
    const holder = process.newHolder(leaseMs)
    // Kept from one round to the next: only by then has another's lease run out.
    const watch = this.watches.get(id) ?? new LeaseWatch(clock, leaseMs)
    this.watches.set(id, watch)
    const acquire = (request: LeaseRequest) => installs.acquireLease(id, request)
    const lease = new RequestLease({clock, holder, requestMs, leaseMs, watch, acquire})
    if (!(await lease.take())) return undefined
    this.watches.delete(id)
    try {
      const loaded = await installs.load(id)
      if (loaded === undefined) return undefined
      const {refreshToken} = loaded.held.grant
      if (refreshToken === undefined)
        throw offlineAccessMissing('the tokens are kept as they are', [`to delete them: meli installs discard ${id}`])
      return await protect(() => work({...loaded.held.grant, refreshToken}, lease))
    } catch (error) {
      // Nothing was sent, and the caller waits, or comes again.
      if (isMeliError(error, 'MELI_INSTALL_BUSY')) return undefined
      throw error
    } finally {
      this.unreleased.set(holder, id)
      await this.releaseLeft()
    }
  }

  /** A process that lives would keep others out for ever by a lease that it could not give back: it is tried again next time. */
  private async releaseLeft(): Promise<void> {
    for (const [each, installId] of this.unreleased) {
      await this.deps.installs.releaseLease(installId, each).then(
        () => this.unreleased.delete(each),
        () => undefined,
      )
    }
  }
}

function busyElsewhere(install: PendingInstall): MeliError {
  return new MeliError('MELI_INSTALL_BUSY', `another process is refreshing the token of ${nameOf(install)}`, {
    try: ['Try again in a few seconds'],
  })
}

function nameOf({nickname, userId}: PendingInstall): string {
  return nickname === '' ? `account ${userId}` : `${nickname} (${userId})`
}

/** With the journal entry of the revocation, when there was one. */
type Revoked = Ended & {revocation?: {exchangeId: string; at: Date}}

/**
 * When tokens that could not be revoked are removed all the same: only after an answer of the service that says no; when it
 * could not be reached either; or whatever the reason, because somebody discards them.
 */
type Unrevoked = 'refused' | 'unreachable' | 'on purpose'

function mustStay(error: MeliError, unrevoked: Unrevoked): boolean {
  // Another process is at the token, or nothing could be written down and so nothing was sent: it works when tried again.
  if (error.code === 'MELI_INSTALL_BUSY' || isStoreFailing(error)) return true
  if (unrevoked === 'on purpose') return false
  if (error.family === 'network') return unrevoked === 'refused'
  return error.family === 'config' || error.code === 'MELI_GRANT_MISMATCH'
}

function notRevoked({code, message}: MeliError): Ended {
  return {revoked: false, revokeError: {code, message}}
}
