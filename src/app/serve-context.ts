import {randomUUID} from 'node:crypto'
import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import {version} from '../core/version.js'
import type {Metrics} from '../server/metrics.js'
import type {Overview} from '../services/dashboard/overview/overview.js'
import type {Account} from '../services/ports/index.js'
import {applicationOf, redirectUriOf} from './application.js'
import {SellContext} from './sell-context.js'

/** All of the wiring: besides what `SellContext` has, the web flow, operators, notifications, and `meli serve` itself. */
export class ServeContext extends SellContext {
  readonly webLogin = once(async () => {
    const {WebLogin} = await import('../services/accounts/login/web-login.js')
    const {usePkce: pkce, site: siteId, operator: owner} = this.config
    const redirectUri = redirectUriOf(this.config)
    const [login, linker, {installs, accounts}] = [await this.login(), await this.linker(), await this.store()]
    return new WebLogin({login, linker, installs, accounts, owner, redirectUri, pkce, siteId})
  })

  readonly operators = once(async () => {
    const {Operators} = await import('../services/dashboard/operators/operators.js')
    return new Operators({operators: (await this.store()).operators, clock: this.clock, owner: this.config.operator})
  })

  readonly installs = once(async () => {
    const {Installs} = await import('../services/accounts/installs/installs.js')
    return new Installs({installs: (await this.store()).installs, keeper: this.installKeeper, clock: this.clock})
  })

  private readonly installKeeper = once(async () => {
    const {InstallKeeper} = await import('../services/accounts/installs/keeper.js')
    const {clientId} = applicationOf(this.config)
    const {installs, accounts, heldGrants, journal, claimSpace} = await this.store()
    const {oauth, clock, process, telemetry} = this
    const {httpTimeoutMs} = this.config
    const [connect, {protect}] = [await this.connect(), this.interrupts]
    return new InstallKeeper({
      installs,
      accounts,
      heldGrants,
      journal,
      claimSpace,
      oauth,
      connect,
      clock,
      clientId,
      process,
      httpTimeoutMs,
      protect,
      writer: await this.writer(),
      telemetry,
    })
  })

  /** What pages and gauges show. `owner` sees every store: whoever runs the server. */
  async overview(options: {syncEveryMs: number}): Promise<Overview> {
    const {Overview} = await import('../services/dashboard/overview/overview.js')
    const {accounts, installs, inbox, jobs, journal, overview} = await this.store()
    const {clock, config} = this
    const runs = await this.syncRuns()
    const read = {accounts, installs, inbox, jobs, journal, overview, runs}
    return new Overview({...read, clock, isAlive: mayBeAlive, owner: config.operator, timeZone: 'UTC', ...options})
  }

  /** Counts everything from here on. */
  async measure(overview: Pick<Overview, 'gauges'>, options: {syncEveryMs: number}): Promise<Metrics> {
    const {Metrics} = await import('../server/metrics.js')
    const metrics = new Metrics({version, stores: overview.gauges, ...options})
    this.telemetry.listen(metrics)
    return metrics
  }

  readonly inboxLog = once(async () => {
    const {InboxLog} = await import('../services/notifications/inbox-log.js')
    const {accounts, inbox} = await this.store()
    return new InboxLog({accounts, inbox, clock: this.clock})
  })

  readonly notificationIntake = once(async () => {
    const {Intake} = await import('../services/notifications/intake.js')
    const {clientId} = applicationOf(this.config)
    const {accounts, inbox} = await this.store()
    const onWork = () => void this.notificationWorker.made()?.then((worker) => worker.wake())
    const {clock, telemetry} = this
    return new Intake({accounts, inbox, clock, clientId, telemetry, onWork})
  })

  readonly notificationWorker = once(async () => {
    const {resourceRefresh} = await import('../services/notifications/kinds.js')
    const {NotificationWorker} = await import('../services/notifications/worker.js')
    const store = await this.store()
    const {clock, process, telemetry} = this
    const output = await this.log()
    const {accounts, inbox} = store
    const [auth, connect] = [await this.auth(), await this.connect()]
    const resources = resourceRefresh({store, accounts, auth, connect, clock})
    return new NotificationWorker({
      ...{inbox, resources, clock, process, telemetry, log: output.log, random: Math.random},
      correlate: (work) => output.correlate(randomUUID(), work),
    })
  })

  readonly recoverNotifications = once(async () => {
    const {Recover} = await import('../services/notifications/recover.js')
    const {clientId} = applicationOf(this.config)
    const {accounts} = await this.store()
    const [auth, connect] = [await this.auth(), await this.connect()]
    const missedFeeds = (account: Account) => connect(auth.tokenSource(account))
    return new Recover({accounts, missedFeeds, intake: await this.notificationIntake(), clientId})
  })

  /** Each notification that comes, passed on to this address as well. */
  async followNotifications(forwardTo: URL | undefined) {
    const {Follow} = await import('../services/notifications/follow.js')
    const {createForwarder} = await import('./notification-forwarder.js')
    const {inbox} = await this.store()
    const {userAgent} = this.httpOptions()
    const forwarder = forwardTo === undefined ? undefined : createForwarder(forwardTo, {userAgent})
    return new Follow({inbox, clock: this.clock, forwarder})
  }

  /** Whether a `meli serve` is at work on this database. */
  async serving(): Promise<'running' | 'none' | 'unknown'> {
    const {servingOf} = await import('../services/sync/schedule/serving.js')
    const {jobs} = await this.store()
    return servingOf(await jobs.list(), {now: this.clock.now(), isAlive: mayBeAlive})
  }

  /** Receives notifications on a port of this machine, for whoever has no `meli serve` running. */
  async receiveNotifications(port: number) {
    const {listenForNotifications} = await import('../server/notification-listener.js')
    const intake = await this.notificationIntake()
    const listener = await listenForNotifications(port, {intake, senders: this.config.notificationSenders})
    const close = async () => {
      await listener.close()
      await intake.close()
    }
    return {url: listener.url, close}
  }
}
