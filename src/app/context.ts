import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import type {AuthService, AuthServiceDeps} from '../services/accounts/auth/auth-service.js'
import type {Sessions} from '../services/accounts/sessions.js'
import type {LocalReadingDeps} from '../services/catalogue/local-reading.js'
import type {Store} from '../services/ports/index.js'
import {Adapters} from './adapters.js'
import {applicationOf, redirectUriOf, refuseFixedToken} from './application.js'

/**
 * The only wiring: configuration to services. Every getter imports what it needs when it is called, so that a command
 * pays for what it uses; each line says what it depends on.
 */
export class Context extends Adapters {
  readonly auth = once(async (): Promise<AuthService> => {
    const {AuthService} = await import('../services/accounts/auth/auth-service.js')
    return new AuthService(this.authDeps(await this.store()))
  })

  readonly online = async () => ({auth: await this.auth(), connect: await this.connect()})

  readonly sessions = once(async (): Promise<Sessions> => {
    const {Sessions} = await import('../services/accounts/sessions.js')
    return new Sessions({auth: this.auth, connect: await this.connect(), accessToken: this.config.accessToken})
  })

  readonly handshakes = once(async () => {
    const {Handshake} = await import('../services/accounts/verify/handshake.js')
    const {Handshakes} = await import('../services/accounts/verify/handshakes.js')
    const {accessToken, clientId} = this.config
    const checkConfiguration = () => `application ${applicationOf(this.config).clientId}`
    const {auth, clock} = this
    const accounts = async () => (await this.store()).accounts
    const connect = await this.connect()
    const handshake = new Handshake({auth, accounts, connect, clock, checkConfiguration, clientId, accessToken})
    return new Handshakes({handshake, accounts, clock, accessToken})
  })

  readonly accountStatus = once(async () => {
    const {AccountStatus} = await import('../services/accounts/status.js')
    const store = await this.store()
    return new AccountStatus({accounts: store.accounts, store, clock: this.clock, online: this.online})
  })

  readonly switchAccount = once(async () => {
    const {switchAccount} = await import('../services/accounts/switch.js')
    const {accounts} = await this.store()
    return (idOrNickname: string) => switchAccount(accounts, idOrNickname)
  })

  readonly currentToken = once(async () => {
    const {CurrentToken} = await import('../services/accounts/current-token.js')
    return new CurrentToken({auth: this.auth, sessions: this.sessions, accessToken: this.config.accessToken})
  })

  readonly writer = once(async () => {
    const {Writer} = await import('../services/writes/writer.js')
    const {redact} = await import('../core/redact.js')
    const {writeLog: log} = await this.store()
    const {clock, process} = this
    return new Writer({log, clock, process, protect: this.interrupts.protect, redact})
  })

  readonly logout = once(async () => {
    const {Logout} = await import('../services/accounts/logout.js')
    const {accounts, journal} = await this.store()
    const {clock, process, online} = this
    return new Logout({accounts, journal, online, writer: await this.writer(), clock, process})
  })

  readonly refreshNow = once(async () => {
    refuseFixedToken(this.config)
    const {RefreshNow} = await import('../services/accounts/refresh.js')
    const {createCommandRunner} = await import('./shell.js')
    return new RefreshNow({
      auth: await this.auth(),
      accounts: (await this.store()).accounts,
      runner: createCommandRunner({env: this.config.childEnv}),
      protect: this.interrupts.protect,
    })
  })

  readonly importToken = once(async () => {
    const {ImportToken} = await import('../services/accounts/import-token.js')
    const {heldGrants, journal, accounts, testUsers, claimSpace} = await this.store()
    const {oauth, clock, process} = this
    const {clientId} = applicationOf(this.config)
    const [linker, {protect}] = [await this.linker(), this.interrupts]
    const stores = {heldGrants, journal, accounts, testUsers, claimSpace}
    const {httpTimeoutMs} = this.config
    const terminal = await this.terminal()
    return new ImportToken({...stores, oauth, linker, clock, clientId, process, httpTimeoutMs, terminal, protect})
  })

  protected readonly linker = once(async () => {
    const {Linker} = await import('../services/accounts/login/linker.js')
    const {accounts, heldGrants} = await this.store()
    return new Linker({
      accounts,
      heldGrants,
      connect: await this.connect(),
      clock: this.clock,
      operator: this.config.operator,
    })
  })

  readonly login = once(async () => {
    const {LoginService} = await import('../services/accounts/login/login-service.js')
    const {clientId} = applicationOf(this.config)
    const {logins, heldGrants, journal, accounts, testUsers, claimSpace} = await this.store()
    const {oauth, clock, process} = this
    const [linker, {protect}] = [await this.linker(), this.interrupts]
    const stores = {logins, heldGrants, journal, accounts, testUsers, claimSpace}
    return new LoginService({...stores, oauth, linker, clock, clientId, process, protect})
  })

  readonly loginFlow = once(async () => {
    const {LoginFlow} = await import('../services/accounts/login/login-flow.js')
    const {createCallbackListener} = await import('../server/callback-listener.js')
    const listener = createCallbackListener()
    const [login, browser, terminal] = [await this.login(), await this.browser(), await this.terminal()]
    return new LoginFlow({login, listener, browser, terminal, clock: this.clock})
  })

  readonly createTestUsers = once(async () => {
    const {CreateTestUsers} = await import('../services/accounts/test-users/create.js')
    const {testUsers, claimSpace} = await this.store()
    return new CreateTestUsers({
      sessions: await this.sessions(),
      testUsers,
      claimSpace,
      terminal: await this.terminal(),
      writer: await this.writer(),
      clock: this.clock,
      protect: this.interrupts.protect,
    })
  })

  readonly connectTestUsers = once(async () => {
    const {ConnectTestUsers} = await import('../services/accounts/test-users/connect.js')
    return new ConnectTestUsers({
      create: await this.createTestUsers(),
      flow: await this.loginFlow(),
      accounts: (await this.store()).accounts,
      terminal: await this.terminal(),
    })
  })

  readonly testUserVault = once(async () => {
    const {TestUserVault} = await import('../services/accounts/test-users/keep.js')
    const {testUsers, accounts} = await this.store()
    return new TestUserVault({testUsers, accounts, clock: this.clock})
  })

  readonly productSync = once(async () => {
    const {ProductSync} = await import('../services/sync/product-sync.js')
    const {keepHeapSmall} = await import('./small-heap.js')
    keepHeapSmall()
    const store = await this.store()
    const {clock, process} = this
    const {syncLedger: ledger, cache} = store
    const budget = await this.rateBudget()
    const sink = (userId: number) => store.productSink(userId)
    const activity = () => performance.eventLoopUtilization()
    return new ProductSync({ledger, cache, sink, clock, process, budget, activity})
  })

  readonly syncAll = once(async () => {
    const {SyncAll} = await import('../services/sync/all.js')
    const {accounts, syncLedger: ledger} = await this.store()
    const [productSync, sessions] = [await this.productSync(), await this.sessions()]
    const {accessToken} = this.config
    return new SyncAll({accounts, ledger, sessions, productSync, clock: this.clock, accessToken})
  })

  readonly syncRuns = once(async () => {
    const {SyncRuns} = await import('../services/sync/runs.js')
    const {accounts, syncLedger: ledger} = await this.store()
    return new SyncRuns({accounts, ledger, isAlive: mayBeAlive, clock: this.clock})
  })

  readonly wordValues = once(async () => {
    const {WordValues} = await import('../services/catalogue/completion/word-values.js')
    const {sites} = await import('../meli/api/sites.js')
    const stored = async () => ((await this.storeLocation()).exists ? this.store() : undefined)
    return new WordValues({sites, stored})
  })

  /** The dependencies shared by all readers of the local copy. The heap stays small, because exports may be of any length. */
  protected async localReading(): Promise<LocalReadingDeps> {
    const {keepHeapSmall} = await import('./small-heap.js')
    keepHeapSmall()
    const {accounts, syncLedger: ledger} = await this.store()
    return {accounts, ledger, clock: this.clock}
  }

  readonly catalogue = once(async () => {
    const {Catalogue} = await import('../services/catalogue/catalogue.js')
    const {catalogue, questions, localStock: stock} = await this.store()
    return new Catalogue({...(await this.localReading()), catalogue, questions, stock})
  })

  readonly refreshProduct = once(async () => {
    const {RefreshProduct} = await import('../services/catalogue/refresh-product.js')
    const store = await this.store()
    return new RefreshProduct({
      catalogue: store.catalogue,
      sink: (userId) => store.productSink(userId),
      clock: this.clock,
    })
  })

  readonly invalidate = once(async () => {
    const {Invalidate} = await import('../services/catalogue/invalidate.js')
    const {accounts, catalogue, cache} = await this.store()
    return new Invalidate({accounts, catalogue, cache, clock: this.clock})
  })

  authDeps(store: Pick<Store, 'accounts' | 'heldGrants' | 'journal' | 'claimSpace'>): AuthServiceDeps {
    const {accounts, heldGrants, journal, claimSpace} = store
    const {clientId, refreshMarginMs, httpTimeoutMs} = this.config
    const {clock, oauth, process, telemetry} = this
    const {protect} = this.interrupts
    const stores = {accounts, heldGrants, journal, claimSpace}
    return {...stores, oauth, clock, clientId, refreshMarginMs, httpTimeoutMs, process, protect, telemetry}
  }

  /** The site to work on; MELI_SITE_UNKNOWN before anything is sent or stored under a name that does not exist. */
  async siteId(): Promise<string> {
    const {findSite} = await import('../meli/api/sites.js')
    return findSite(this.config.site).id
  }

  /** The redirect URI as registered, or an error that says how to set one. */
  redirectUri(): string {
    // First: whoever has set nothing yet is told of all of it at once.
    applicationOf(this.config)
    return redirectUriOf(this.config)
  }
}
