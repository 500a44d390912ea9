import {randomUUID} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import type {FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {isMeliError} from '../core/errors.js'
import {HttpError} from './http-error.js'
import {withoutFinalSlash} from './notifications-path.js'
import {type OperatorSessions, operatorOf, readCookie} from './operator-session.js'
import {errorLine, errorPage} from './pages/error-page.js'
import {preferredLanguage} from './pages/language.js'
import {refuseOtherPeers} from './peers.js'
import {registerAssets} from './routes/assets.js'

/** Adds routes. Each gets a scope of its own: parsers and hooks that it adds are its own too. */
export type RouteModule = (app: FastifyInstance) => void | Promise<void>

export interface ServeAppOptions {
  /** Where browsers and Mercado Libre reach this server; its Host header is the only one that is answered. */
  publicUrl: URL
  /** Addresses or CIDRs of proxies whose X-Forwarded-* headers are believed. */
  trustProxy?: readonly string[] | false
  /** Addresses or CIDRs that may be connected, besides this machine; anybody when undefined. */
  peers?: readonly string[] | undefined
  log?: FastifyBaseLogger
  /** Runs what follows so that all it logs, in whatever part of the program, carries the id of the request. */
  correlate?: (id: string, work: () => void) => void
  sessions: OperatorSessions
  routes: readonly RouteModule[]
  /** As registered. Where it is of the same origin as `publicUrl`, its path leads to the callback. */
  redirectUri?: string | undefined
  /** Where forms may end up after a redirect, besides here: origins of authorization hosts. */
  authorizationOrigins?: readonly string[]
}

declare module 'fastify' {
  interface FastifyInstance {
    site: {publicUrl: URL; secure: boolean}
  }
  interface FastifyContextConfig {
    /** Answered whatever the Host header says: for health checks, which know a machine by its address. */
    anyHost?: boolean
  }
}

export const callbackPath = '/api/auth/meli/callback'

/** Requests a minute of one address (IPv6: of one /64), of all routes that do not set their own `config.rateLimit`. */
export const requestsPerMinute = 240

/** The listener takes no more than this of all headers. */
const longestAddress = 16 * 1024

/** Forms of ours are a few hundred bytes. */
const bodyLimit = 16 * 1024

/** The web application of `meli serve`. It listens to nothing by itself. */
export async function buildServeApp(options: ServeAppOptions): Promise<FastifyInstance> {
  const {publicUrl, trustProxy = false, log, redirectUri} = options
  const {default: fastify, LogController} = await import('fastify')
  const app = fastify({
    ...(log === undefined ? {} : {loggerInstance: log}),
    // Addresses carry codes and states, so what is logged is the route.
    logController: new LogController({disableRequestLogging: true, requestIdLogLabel: 'request_id'}),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trustProxy === false ? false : [...trustProxy],
    bodyLimit,
    rewriteUrl: redirectRewriter(publicUrl, redirectUri),
    // The framework answers longer ones past all hooks; as it is, routes refuse them.
    routerOptions: {maxParamLength: longestAddress},
    return503OnClosing: false,
  })
  app.decorate('site', {publicUrl, secure: publicUrl.protocol === 'https:'})
  app.decorateRequest('operatorSession', undefined)
  app.decorateRequest('formToken', undefined)

  if (options.peers !== undefined) refuseOtherPeers(app, options.peers)
  // Before all else that may refuse: pages that refuse have these headers too.
  await addSecurityHeaders(app, options)
  const {correlate = (_id, work) => work()} = options
  // Twice: while a body is read, the events of the socket lead out of it.
  app.addHook('onRequest', (request, _reply, done) => correlate(request.id, done))
  app.addHook('preValidation', (request, _reply, done) => correlate(request.id, done))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.routeOptions.config.anyHost !== true && hostOf(request) !== publicUrl.host) {
      throw new HttpError(421, 'elsewhere')
    }
  })
  app.addHook('preHandler', async (request) => {
    const id = readCookie(request, 'session')
    if (id !== undefined) request.operatorSession = await options.sessions.find(id)
  })
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    const {method, routeOptions} = request
    const ms = Math.round(reply.elapsedTime)
    const fields = {method, route: routeOptions.url ?? null, status: reply.statusCode, ms}
    // What programs ask for all day long says nothing as long as it goes well.
    const isUsual = routeOptions.config.anyHost === true && reply.statusCode < 300
    if (isUsual) request.log.debug(fields, 'request')
    else request.log.info(fields, 'request')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(error, request, reply))

  await addPlugins(app)
  app.setNotFoundHandler({preHandler: app.rateLimit()}, (request, reply) => answer(request, reply, 404))
  for (const route of options.routes) await app.register(async (scope) => route(scope))
  await app.ready()
  return app
}

async function addSecurityHeaders(app: FastifyInstance, {authorizationOrigins = []}: ServeAppOptions): Promise<void> {
  const {secure} = app.site
  const helmet = await import('@fastify/helmet')
  await app.register(helmet.default, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'", ...authorizationOrigins],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: {policy: 'no-referrer'},
    strictTransportSecurity: secure ? {maxAge: 15_552_000, includeSubDomains: false} : false,
    xFrameOptions: {action: 'deny'},
  })
}

async function addPlugins(app: FastifyInstance): Promise<void> {
  const [cookie, formbody, limit] = await Promise.all([
    import('@fastify/cookie'),
    import('@fastify/formbody'),
    import('@fastify/rate-limit'),
  ])
  await app.register(cookie.default)
  await app.register(formbody.default)
  // Before the limit: a page and what it looks like count as one request.
  registerAssets(app)
  await app.register(limit.default, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    ipv6Subnet: 64,
    errorResponseBuilder: () => new HttpError(429),
  })
}

/** The service compares redirect URIs to the character, so ours is recognized before the router decodes anything. */
function redirectRewriter(publicUrl: URL, redirectUri: string | undefined) {
  const own = redirectUri !== undefined && URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  return (request: IncomingMessage): string => {
    const url = withoutFinalSlash(decodable(request.url ?? '/'))
    if (own === undefined || own.origin !== publicUrl.origin) return url
    const [path, query] = [url.split('?', 1)[0], url.slice(url.indexOf('?'))]
    if (path !== own.pathname || !/[?&](state|code|error)=/.test(query)) return url
    return callbackPath + query
  }
}

/** What does not decode the framework would answer past all hooks: without headers, limit and log. It leads to a 404. */
function decodable(url: string): string {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return url
  } catch {
    return '/undecodable'
  }
}

/** Without the port that goes without saying; of a proxy's X-Forwarded-Host where the proxy is believed. */
function hostOf(request: FastifyRequest): string {
  const host = request.host.toLowerCase()
  return request.server.site.secure ? host.replace(/:443$/, '') : host.replace(/:80$/, '')
}

function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) return answer(request, reply, error.statusCode, error.refusal)
  if (isMeliError(error) && error.family === 'network') {
    request.log.warn({code: error.code}, error.message)
    return answer(request, reply, 503)
  }
  const status = error.statusCode ?? 500
  if (!isMeliError(error) && status >= 400 && status < 500) return answer(request, reply, status)
  request.log.error({err: error}, 'a request failed')
  return answer(request, reply, 500)
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  refusal?: HttpError['refusal'],
): FastifyReply {
  reply.code(status)
  const {accept, 'accept-language': languages} = request.headers
  if (accept?.includes('text/html') !== true)
    return reply.type('text/plain; charset=utf-8').send(errorLine({status, refusal}))
  const [language, operator] = [preferredLanguage(languages), operatorOf(request)]
  const markup = errorPage({language, status, refusal, requestId: request.id, operator})
  return reply.type('text/html; charset=utf-8').header('vary', 'accept-language').send(markup)
}
