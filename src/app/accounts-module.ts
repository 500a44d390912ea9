import {once} from '../core/once.js'
import type {AuthServiceDeps} from '../services/accounts/auth/auth-service.js'
import type {Store} from '../services/ports/index.js'
import {applicationOf, redirectUriOf, refuseFixedToken} from './application.js'
import type {World} from './world.js'

export type AccountsModule = ReturnType<typeof accountsModule>

/** Tokens, logins, test users, pending installations: everything about which accounts there are and acting as one. */
export function accountsModule(world: World) {
  const tokens = tokenServices(world)
  const logins = loginServices(world)
  return {
    ...tokens,
    ...accountServices(world, tokens),
    ...logins,
    ...testUserServices(world, {...tokens, ...logins}),
    installs: installServices(world),
  }
}

type TokenServices = ReturnType<typeof tokenServices>

function tokenServices({config, store, connect, oauth, clock, process, protect, telemetry}: World) {
  const {accessToken, clientId, refreshMarginMs, httpTimeoutMs} = config
  const authServiceDeps = ({accounts, heldGrants, journal, claimSpace}: Store): AuthServiceDeps => {
    const stores = {accounts, heldGrants, journal, claimSpace}
    return {...stores, oauth, clock, clientId, refreshMarginMs, httpTimeoutMs, process, protect, telemetry}
  }
  const auth = once(async () => {
    const {AuthService} = await import('../services/accounts/auth/auth-service.js')
    return new AuthService(authServiceDeps(await store()))
  })
  const sessions = once(async () => {
    const {Sessions} = await import('../services/accounts/sessions.js')
    return new Sessions({auth, connect: await connect(), accessToken})
  })
  return {
    auth,
    /** For the library, whose user opens the store. */
    authServiceDeps,
    sessions,
    currentToken: once(async () => {
      const {CurrentToken} = await import('../services/accounts/current-token.js')
      return new CurrentToken({auth, sessions, accessToken})
    }),
    refreshNow: once(async () => {
      refuseFixedToken(config)
      const {RefreshNow} = await import('../services/accounts/refresh.js')
      const {createCommandRunner} = await import('./command-runner.js')
      const {accounts} = await store()
      const runner = createCommandRunner({env: config.childEnv})
      return new RefreshNow({auth: await auth(), accounts, runner, protect})
    }),
  }
}

function accountServices({config, clock, process, store, connect, writer}: World, {auth}: TokenServices) {
  const online = async () => ({auth: await auth(), connect: await connect()})
  return {
    handshakes: once(async () => {
      const {Handshake} = await import('../services/accounts/verify/handshake.js')
      const {Handshakes} = await import('../services/accounts/verify/handshakes.js')
      const {accessToken, clientId} = config
      const checkConfiguration = () => `application ${applicationOf(config).clientId}`
      const accounts = async () => (await store()).accounts
      const deps = {auth, accounts, connect: await connect(), clock, checkConfiguration, clientId, accessToken}
      return new Handshakes({handshake: new Handshake(deps), accounts, clock, accessToken})
    }),
    status: once(async () => {
      const {AccountStatus} = await import('../services/accounts/status.js')
      const opened = await store()
      return new AccountStatus({accounts: opened.accounts, store: opened, clock, online})
    }),
    switchAccount: once(async () => {
      const {switchAccount} = await import('../services/accounts/switch.js')
      const {accounts} = await store()
      return (idOrNickname: string) => switchAccount(accounts, idOrNickname)
    }),
    logout: once(async () => {
      const {Logout} = await import('../services/accounts/logout.js')
      const {accounts, journal} = await store()
      return new Logout({accounts, journal, online, writer: await writer(), clock, process})
    }),
  }
}

function loginServices(world: World) {
  const {config, clock, process, protect, store, connect, oauth, terminal, browser} = world
  const linker = once(async () => {
    const {Linker} = await import('../services/accounts/login/linker.js')
    const {accounts, heldGrants} = await store()
    return new Linker({accounts, heldGrants, connect: await connect(), clock, operator: config.operator})
  })
  const login = once(async () => {
    const {LoginService} = await import('../services/accounts/login/login-service.js')
    const {clientId} = applicationOf(config)
    const {logins, heldGrants, journal, accounts, testUsers, claimSpace} = await store()
    const stores = {logins, heldGrants, journal, accounts, testUsers, claimSpace}
    return new LoginService({...stores, oauth, linker: await linker(), clock, clientId, process, protect})
  })
  return {
    login,
    loginFlow: once(async () => {
      const {LoginFlow} = await import('../services/accounts/login/login-flow.js')
      const {createCallbackListener} = await import('../server/callback-listener.js')
      const listener = createCallbackListener()
      return new LoginFlow({
        login: await login(),
        listener,
        browser: await browser(),
        terminal: await terminal(),
        clock,
      })
    }),
    webLogin: once(async () => {
      const {WebLogin} = await import('../services/accounts/login/web-login.js')
      const {usePkce: pkce, site: siteId, operator: owner} = config
      const redirectUri = redirectUriOf(config)
      const {installs, accounts} = await store()
      return new WebLogin({
        login: await login(),
        linker: await linker(),
        installs,
        accounts,
        owner,
        redirectUri,
        pkce,
        siteId,
      })
    }),
    importToken: once(async () => {
      const {ImportToken} = await import('../services/accounts/import-token.js')
      const {clientId} = applicationOf(config)
      const {heldGrants, journal, accounts, testUsers, claimSpace} = await store()
      const stores = {heldGrants, journal, accounts, testUsers, claimSpace}
      const {httpTimeoutMs} = config
      const [linking, notices] = [await linker(), await terminal()]
      return new ImportToken({
        ...stores,
        oauth,
        linker: linking,
        clock,
        clientId,
        process,
        httpTimeoutMs,
        terminal: notices,
        protect,
      })
    }),
    /** The site to work on; MELI_SITE_UNKNOWN before anything is sent or stored under a name that does not exist. */
    async siteId(): Promise<string> {
      const {findSite} = await import('../meli/api/sites.js')
      return findSite(config.site).id
    },
    /** The redirect URI as registered. */
    redirectUri(): string {
      // First, so that somebody who has set nothing yet sees everything that is missing at once.
      applicationOf(config)
      return redirectUriOf(config)
    },
  }
}

function testUserServices(
  {clock, protect, store, terminal, writer}: World,
  {sessions, loginFlow}: TokenServices & ReturnType<typeof loginServices>,
) {
  const createTestUsers = once(async () => {
    const {CreateTestUsers} = await import('../services/accounts/test-users/create.js')
    const {testUsers, claimSpace} = await store()
    return new CreateTestUsers({
      sessions: await sessions(),
      testUsers,
      claimSpace,
      terminal: await terminal(),
      writer: await writer(),
      clock,
      protect,
    })
  })
  return {
    createTestUsers,
    connectTestUsers: once(async () => {
      const {ConnectTestUsers} = await import('../services/accounts/test-users/connect.js')
      return new ConnectTestUsers({
        create: await createTestUsers(),
        flow: await loginFlow(),
        accounts: (await store()).accounts,
        terminal: await terminal(),
      })
    }),
    testUsers: once(async () => {
      const {TestUserVault} = await import('../services/accounts/test-users/keep.js')
      const {testUsers, accounts} = await store()
      return new TestUserVault({testUsers, accounts, clock})
    }),
  }
}

function installServices(world: World) {
  const {config, clock, process, protect, telemetry, store, connect, oauth, writer} = world
  const keeper = once(async () => {
    const {InstallKeeper} = await import('../services/accounts/installs/keeper.js')
    const {clientId} = applicationOf(config)
    const {installs, accounts, heldGrants, journal, claimSpace} = await store()
    return new InstallKeeper({
      installs,
      accounts,
      heldGrants,
      journal,
      claimSpace,
      oauth,
      connect: await connect(),
      clock,
      clientId,
      process,
      httpTimeoutMs: config.httpTimeoutMs,
      protect,
      writer: await writer(),
      telemetry,
    })
  })
  return once(async () => {
    const {Installs} = await import('../services/accounts/installs/installs.js')
    return new Installs({installs: (await store()).installs, keeper, clock})
  })
}
