import {hostname} from 'node:os'
import {setTimeout as wait} from 'node:timers/promises'
import type {Config} from './config.js'
import {MeliError} from './errors.js'
import type {Interrupts} from './interrupts.js'
import type {Http, HttpLogEntry, HttpOptions} from './meli/http.js'
import type {AuthService, AuthServiceDeps} from './services/auth/auth-service.js'
import type {Browser, Clock, ConnectMercadoLibre, OAuth, People, Store} from './services/ports.js'
import type {Sessions} from './services/sessions.js'
import {version} from './version.js'

/** A value made on first use, once. */
function once<T>(make: () => Promise<T>): {(): Promise<T>; made: () => Promise<T> | undefined} {
  let value: Promise<T> | undefined
  const get = () => {
    value ??= make()
    return value
  }
  return Object.assign(get, {made: () => value})
}

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => wait(ms, undefined, signal === undefined ? {} : {signal}),
}

/** The parts of the world outside that somebody can put another in the place of; all else is always real. */
export interface Surroundings {
  clock: Clock
  people: People
  browser: Browser
}

/**
 * The only wiring: configuration to services. Every getter imports what it needs when it is called, so that a command
 * pays for what it uses; each line says what it depends on.
 */
export class Context {
  readonly clock: Clock
  readonly process = {pid: process.pid, host: hostname()}

  constructor(
    readonly config: Config,
    private readonly interrupts: Interrupts,
    private readonly surroundings: Partial<Surroundings> = {},
  ) {
    this.clock = surroundings.clock ?? systemClock
  }

  readonly store = once(async (): Promise<Store> => {
    const {openStore} = await import('./store/open.js')
    const {home, databaseFile: file, encryptionKey} = this.config
    const store = await openStore({home, file, ...(encryptionKey !== undefined && {encryptionKey})})
    // On stderr, and so under --json too, whatever the command.
    for (const warning of store.warnings) (await this.people()).say(`Warning: ${warning}`)
    return store
  })

  readonly http = once(async (): Promise<Http> => {
    const {createHttp} = await import('./meli/http.js')
    const log = await this.httpLog()
    return createHttp({...this.httpOptions(), ...(log !== undefined && {log})})
  })

  readonly connect = once(async (): Promise<ConnectMercadoLibre> => {
    const {createMercadoLibre} = await import('./meli/api.js')
    return createMercadoLibre(await this.http())
  })

  readonly oauth = once(async (): Promise<OAuth> => {
    const {createOAuth} = await import('./meli/oauth.js')
    const {authUrl} = this.config
    const {clientId, clientSecret} = this.application()
    return createOAuth({
      http: await this.http(),
      clientId,
      clientSecret,
      ...(authUrl !== undefined && {authUrl}),
      clock: this.clock.now,
    })
  })

  readonly auth = once(async (): Promise<AuthService> => {
    const {AuthService} = await import('./services/auth/auth-service.js')
    return new AuthService(this.authDeps(await this.store()))
  })

  readonly online = async () => ({auth: await this.auth(), connect: await this.connect()})

  readonly sessions = once(async (): Promise<Sessions> => {
    const {Sessions} = await import('./services/sessions.js')
    return new Sessions({auth: this.auth, connect: await this.connect(), accessToken: this.config.accessToken})
  })

  readonly people = once(async (): Promise<People> => {
    if (this.surroundings.people !== undefined) return this.surroundings.people
    const {createPeople} = await import('./ui/people.js')
    const {stdin: input, stderr: output} = process
    return createPeople({input, output, interactive: input.isTTY === true && output.isTTY === true})
  })

  /** Everything on standard input; refuses to wait for somebody to type it. */
  readonly stdin = async (wanted: {what: string; example: string}): Promise<string> => {
    const {readStdin} = await import('./ui/stdin.js')
    return readStdin(process.stdin, wanted)
  }

  readonly progress = async (noun: string) => {
    const {createProgress} = await import('./ui/progress.js')
    return createProgress({stream: process.stderr, now: () => this.clock.now().getTime(), noun})
  }

  readonly handshakes = once(async () => {
    const {Handshake} = await import('./services/verify/handshake.js')
    const {Handshakes} = await import('./services/verify/handshakes.js')
    const {accessToken, clientId} = this.config
    const checkConfiguration = () => `application ${this.application().clientId}`
    const {auth, clock} = this
    const accounts = async () => (await this.store()).accounts
    const connect = await this.connect()
    const handshake = new Handshake({auth, accounts, connect, clock, checkConfiguration, clientId, accessToken})
    return new Handshakes({handshake, accounts, clock, accessToken})
  })

  readonly accountStatus = once(async () => {
    const {AccountStatus} = await import('./services/accounts/status.js')
    const store = await this.store()
    return new AccountStatus({accounts: store.accounts, store, clock: this.clock, online: this.online})
  })

  readonly switchAccount = once(async () => {
    const {switchAccount} = await import('./services/accounts/switch.js')
    const {accounts} = await this.store()
    return (idOrNickname: string) => switchAccount(accounts, idOrNickname)
  })

  readonly currentToken = once(async () => {
    const {CurrentToken} = await import('./services/accounts/current-token.js')
    return new CurrentToken({auth: this.auth, accessToken: this.config.accessToken})
  })

  readonly logout = once(async () => {
    const {Logout} = await import('./services/accounts/logout.js')
    return new Logout({accounts: (await this.store()).accounts, online: this.online})
  })

  readonly refreshNow = once(async () => {
    const {RefreshNow} = await import('./services/accounts/refresh.js')
    const {createCommandRunner} = await import('./shell.js')
    return new RefreshNow({
      auth: await this.auth(),
      accounts: (await this.store()).accounts,
      runner: createCommandRunner(),
    })
  })

  readonly importToken = once(async () => {
    const {ImportToken} = await import('./services/accounts/import-token.js')
    const {heldGrants, journal} = await this.store()
    const {oauth, clock, process} = this
    const {clientId} = this.application()
    return new ImportToken({
      heldGrants,
      journal,
      oauth,
      linker: await this.linker(),
      clock,
      clientId,
      process,
      protect: this.interrupts.protect,
    })
  })

  private readonly linker = once(async () => {
    const {Linker} = await import('./services/login/linker.js')
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
    const {LoginService} = await import('./services/login/login-service.js')
    const {clientId} = this.application()
    const {logins, heldGrants, accounts, testUsers} = await this.store()
    const {oauth, clock} = this
    return new LoginService({
      logins,
      heldGrants,
      accounts,
      testUsers,
      oauth,
      linker: await this.linker(),
      clock,
      clientId,
      protect: this.interrupts.protect,
    })
  })

  readonly loginFlow = once(async () => {
    const {LoginFlow} = await import('./services/login/login-flow.js')
    const {createCallbackListener} = await import('./server/callback-listener.js')
    const listener = createCallbackListener()
    const [login, browser, people] = [await this.login(), await this.browser(), await this.people()]
    return new LoginFlow({login, listener, browser, people, clock: this.clock})
  })

  private readonly browser = once(async (): Promise<Browser> => {
    if (this.surroundings.browser !== undefined) return this.surroundings.browser
    const {createBrowser} = await import('./ui/browser.js')
    return createBrowser({env: this.config.childEnv})
  })

  readonly createTestUsers = once(async () => {
    const {CreateTestUsers} = await import('./services/test-users/create.js')
    const {testUsers} = await this.store()
    return new CreateTestUsers({
      sessions: await this.sessions(),
      testUsers,
      people: await this.people(),
      clock: this.clock,
      protect: this.interrupts.protect,
    })
  })

  readonly connectTestUsers = once(async () => {
    const {ConnectTestUsers} = await import('./services/test-users/connect.js')
    return new ConnectTestUsers({
      create: await this.createTestUsers(),
      flow: await this.loginFlow(),
      accounts: (await this.store()).accounts,
      people: await this.people(),
    })
  })

  readonly testUserVault = once(async () => {
    const {TestUserVault} = await import('./services/test-users/keep.js')
    const {testUsers, accounts} = await this.store()
    return new TestUserVault({testUsers, accounts, clock: this.clock})
  })

  readonly productSync = once(async () => {
    const {ProductSync} = await import('./services/sync/product-sync.js')
    const {products, syncRuns} = await this.store()
    return new ProductSync({products, syncRuns, clock: this.clock})
  })

  httpOptions(own: {apiUrl?: string | URL; timeoutMs?: number} = {}): HttpOptions {
    const {apiUrl, httpTimeoutMs, proxy} = this.config
    const {now, sleep} = this.clock
    const origin = new URL(own.apiUrl ?? apiUrl)
    const timeoutMs = own.timeoutMs ?? httpTimeoutMs
    return {origin, userAgent: `meli-toolkit/${version}`, timeoutMs, now, sleep, ...(proxy !== undefined && {proxy})}
  }

  authDeps({accounts, journal}: Pick<Store, 'accounts' | 'journal'>): AuthServiceDeps {
    const {clientId, refreshMarginMs, httpTimeoutMs} = this.config
    const {clock, oauth, process} = this
    const {protect} = this.interrupts
    return {accounts, journal, oauth, clock, clientId, refreshMarginMs, httpTimeoutMs, process, protect}
  }

  /** Where the store is, without opening it. */
  readonly storeLocation = once(async () => {
    const {locateStore} = await import('./store/location.js')
    const {home, databaseFile: file, encryptionKey} = this.config
    return locateStore({home, file, encryptionKey})
  })

  /** The site to work on; MELI_SITE_UNKNOWN before anything is sent or stored under a name that does not exist. */
  async siteId(): Promise<string> {
    const {findSite} = await import('./meli/sites.js')
    return findSite(this.config.site).id
  }

  /** The redirect URI as registered, or an error that says how to set one. */
  redirectUri(): string {
    const {redirectUri} = this.config
    if (redirectUri !== undefined && URL.canParse(redirectUri)) return redirectUri
    throw new MeliError(
      'MELI_REDIRECT_URI_MISSING',
      redirectUri === undefined ? 'no redirect URI is set' : 'the redirect URI is not an address',
      {
        try: [
          'set MELI_REDIRECT_URI (or --redirect-uri) to one that is registered for the application, character for character',
        ],
      },
    )
  }

  async close(): Promise<void> {
    const store = await this.store.made()?.catch(() => undefined)
    await store?.close()
    const http = await this.http.made()?.catch(() => undefined)
    http?.close()
  }

  /** Client id and secret, or an error that says how to set them. */
  private application(): {clientId: string; clientSecret: string} {
    const {clientId, clientSecret} = this.config
    const where = 'they are on the page of your application in the DevCenter'
    if (clientId === undefined) {
      throw new MeliError('MELI_CLIENT_ID_MISSING', 'no application id is set', {
        try: [
          `set MELI_CLIENT_ID and MELI_CLIENT_SECRET: ${where}`,
          'meli emulator start, to try without an application',
        ],
      })
    }
    if (clientSecret === undefined) {
      throw new MeliError('MELI_CLIENT_SECRET_MISSING', 'no client secret is set', {
        try: [`set MELI_CLIENT_SECRET in the environment or in an --env-file: ${where}`],
      })
    }
    return {clientId, clientSecret}
  }

  private async httpLog(): Promise<((entry: HttpLogEntry) => void) | undefined> {
    if (this.config.logLevel === 'silent') return undefined
    const {createLog} = await import('./ui/log.js')
    const log = createLog(this.config.logLevel)
    return (entry) => log.debug({...entry}, 'http')
  }
}
