import {type ServeFlags, type ServeSettings, serveSettings} from '../cli/serve-settings.js'
import {once} from '../core/once.js'
import {sites} from '../meli/api/sites.js'
import {type Listener, openListener} from '../server/listener.js'
import {authRoutes} from '../server/routes/auth.js'
import {dashboardRoutes} from '../server/routes/dashboard.js'
import {healthRoutes} from '../server/routes/health.js'
import {installRoutes} from '../server/routes/install.js'
import {metricsRoutes} from '../server/routes/metrics.js'
import {notificationRoutes} from '../server/routes/notifications.js'
import {signInRoutes} from '../server/routes/sign-in.js'
import {buildServeApp, callbackPath, type RouteModule} from '../server/serve-app.js'
import type {SignInLinkResult} from '../services/dashboard/operators/operators.js'
import {Readiness} from '../services/dashboard/readiness.js'
import type {LogOutput} from '../ui/log.js'
import {applicationOf, refuseFixedToken} from './application.js'
import {createSchedule, type ServeModules} from './serve-schedule.js'
import type {World} from './world.js'

/** As long as a request that is under way may take once the process is to end. */
const drainMs = 20_000

export interface Serving {
  /** Where it listens. */
  url: URL
  /** Where browsers reach it. */
  publicUrl: URL
  /** For whoever started it; works once. */
  signIn: SignInLinkResult
  warnings: readonly string[]
  /** Every route with its methods, as a tree. */
  routes: string
  /** Takes nothing new, ends what is under way, and gives back what it held. */
  stop(): Promise<void>
}

/** Everything of `meli serve`, once it listens. */
export async function serve(world: World, modules: ServeModules, flags: ServeFlags): Promise<Serving> {
  const {config, log} = world
  const publicUrl = flags.publicUrl ?? config.publicUrl?.href
  const settings = serveSettings({...flags, publicUrl})
  refuseFixedToken(config)
  applicationOf(config)
  const output = await log()
  // First of all: a port that is taken should not cost anybody a migration.
  const listener = await listen(settings, output)
  try {
    return await serveOn(listener, world, modules, settings, output)
  } catch (error) {
    await listener.drain(0)
    throw error
  }
}

function listen({host, port, tls, proxies}: ServeSettings, {log}: LogOutput): Promise<Listener> {
  const onCertificate = (problem: string | null) => {
    if (problem === null) log.info('the certificate was reloaded')
    else log.error({reason: problem}, 'the certificate cannot be reloaded; the previous one stays in use')
  }
  const onCrowd = (ip: string) => log.warn({ip}, 'connection limit per address reached; new connections are closed')
  return openListener({host, port, tls, proxies, onCertificate, onCrowd})
}

async function serveOn(
  listener: Listener,
  world: World,
  modules: ServeModules,
  settings: ServeSettings,
  output: LogOutput,
): Promise<Serving> {
  const {notifications, dashboard} = modules
  const {log, correlate} = output
  const {config, clock} = world
  const publicUrl = settings.publicUrl ?? listener.url
  const store = await world.store()
  const {syncEveryMs} = settings
  const overview = await dashboard.overview({syncEveryMs})
  const metrics = await dashboard.metrics(overview, {syncEveryMs})
  const operators = await dashboard.operators()
  const worker = running(await notifications.worker())
  const schedule = await createSchedule(world, modules, {everyMs: syncEveryMs, output})
  const readiness = new Readiness({clock, probe: (at) => store.probe(at), schedule, worker})
  const app = await buildServeApp({
    publicUrl,
    trustProxy: settings.proxies.length > 0 ? settings.proxies : false,
    peers: settings.peers,
    log,
    correlate,
    sessions: operators,
    redirectUri: config.redirectUri,
    authorizationOrigins: authorizationOrigins(config.authUrl),
    routes: [
      healthRoutes({readiness}),
      metricsRoutes({metrics, from: config.metricsFrom}),
      dashboardRoutes({overview}),
      ...(await pages(world, modules, () => schedule.look())),
    ],
  })
  // The first that is written: where that cannot be, nothing has been started that would have to be stopped.
  const signIn = await operators.invite(config.operator, publicUrl.origin)
  listener.serve((request, response) => app.routing(request, response))
  worker.start()
  schedule.start()
  log.info({url: listener.url.origin, public_url: publicUrl.origin, pid: world.process.pid}, 'serving')
  const stop = once(async () => {
    log.info('shutting down')
    readiness.drain()
    await Promise.all([listener.drain(drainMs), worker.stop(), schedule.stop()])
    // What arrived last is stored by now, or was answered with 503.
    await (await notifications.intake()).close()
    await app.close()
    log.info('stopped')
  })
  return {
    url: listener.url,
    publicUrl,
    signIn,
    routes: app.printRoutes({commonPrefix: false}),
    warnings: [...settings.warnings, ...redirectWarnings(config.redirectUri, publicUrl)],
    stop,
  }
}

async function pages(
  {config}: World,
  {accounts, notifications, dashboard}: ServeModules,
  onConnected: () => void,
): Promise<RouteModule[]> {
  return [
    signInRoutes({operators: await dashboard.operators()}),
    authRoutes({login: accounts.webLogin, sites, siteId: config.site, onConnected}),
    installRoutes({installs: await accounts.installs(), onConnected}),
    notificationRoutes({intake: await notifications.intake(), senders: config.notificationSenders}),
  ]
}

/** The worker, with the means to stop it and to know whether it still goes round. */
function running(worker: {run(signal: AbortSignal): Promise<void>}) {
  const ending = new AbortController()
  let alive = false
  let ended: Promise<void> = Promise.resolve()
  return {
    start() {
      alive = true
      ended = worker.run(ending.signal).finally(() => {
        alive = false
      })
      // Whoever asks for readiness is told; `stop` hears of it too.
      ended.catch(() => undefined)
    },
    health: () => ({alive}),
    async stop() {
      ending.abort()
      await ended
    },
  }
}

/** A form that leads to the consent page may be redirected there: browsers ask for leave beforehand. */
function authorizationOrigins(authUrl: URL | undefined): string[] {
  return authUrl === undefined ? sites.map(({authHost}) => `https://${authHost}`) : [authUrl.origin]
}

function redirectWarnings(redirectUri: string | undefined, publicUrl: URL): string[] {
  if (redirectUri === undefined) {
    return ['MELI_REDIRECT_URI is not set, so no seller can connect here']
  }
  const origin = URL.canParse(redirectUri) ? new URL(redirectUri).origin : redirectUri
  if (origin === publicUrl.origin) return []
  return [
    `sellers cannot connect here: MELI_REDIRECT_URI leads to ${origin}, but this server is ${publicUrl.origin}. If browsers reach it at ${origin}, add --public-url ${origin}; otherwise set MELI_REDIRECT_URI to ${publicUrl.origin}${callbackPath}, and register that in the DevCenter`,
  ]
}
