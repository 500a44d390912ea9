import type {FastifyReply, FastifyRequest} from 'fastify'
import {isMeliError, MeliError} from '../../core/errors.js'
import type {WebLogin, WebLoginEnd} from '../../services/accounts/login/web-login.js'
import {HttpError} from '../http-error.js'
import {localPath} from '../local-path.js'
import {queryField, randomToken, readCookie, setCookie} from '../operator-session.js'
import {type ConnectSite, connectPath, failurePage, failureStatus, startPage} from '../pages/connect-pages.js'
import {renewedPage} from '../pages/install-pages.js'
import {callbackPath, type RouteModule} from '../serve-app.js'
import {isVisit, sendPage, viewerOf} from './respond.js'

export interface AuthDeps {
  /** Made on first use: it needs the application's id and secret, and its absence is a page. */
  login: () => Promise<Pick<WebLogin, 'start' | 'finish'>>
  sites: readonly ConnectSite[]
  /** The site that is offered first. */
  siteId: string
  /** Called when a seller's tokens have come to a store. */
  onConnected?: (() => void) | undefined
}

/** As long as a state lives. */
const bindingSeconds = 15 * 60

/** Logins a minute of one address. */
const loginsPerMinute = 30

/** The way of a seller to Mercado Libre and back. */
export function authRoutes({login, sites, siteId, onConnected = () => undefined}: AuthDeps): RouteModule {
  return (app) => {
    const config = {rateLimit: {max: loginsPerMinute, timeWindow: 60_000, groupId: 'connect'}}
    // A HEAD would make a state, or use one up.
    const options = {config, exposeHeadRoute: false}

    app.get(connectPath, async (request, reply) => {
      const chosen = queryField(request, 'site')?.toUpperCase() ?? siteId
      return sendPage(reply, startPage(viewerOf(request), sites, chosen))
    })

    app.get('/api/auth/meli/start', options, async (request, reply) => {
      if (!isVisit(request)) throw new HttpError(400)
      const {query} = request
      const next = queryField(request, 'next')
      const path = localPath(next)
      // What is not a path of ours is refused rather than forgotten: whoever wrote the link should see it.
      if (path === undefined && hasField(query, 'next')) throw new HttpError(400)
      // A second tab shares the cookie of the first, so that both can come back.
      const binding = readCookie(request, 'connect') ?? randomToken()
      return orFailure(request, reply, async () => {
        const site = queryField(request, 'site')?.toUpperCase()
        if (site !== undefined && !sites.some(({id}) => id === site)) throw unknownSite()
        const url = await (await login()).start({siteId: site, next: path, binding}, app.site.publicUrl)
        setCookie(request, reply, 'connect', binding, bindingSeconds)
        return reply.redirect(url.href, 302)
      })
    })

    app.get(callbackPath, options, async (request, reply) => {
      if (!isVisit(request)) throw new HttpError(400)
      const viewer = viewerOf(request)
      return orFailure(request, reply, async () => {
        const binding = readCookie(request, 'connect')
        const end = await (await login()).finish(request.url, binding, viewer.operator?.name)
        if (end.outcome !== 'pending') onConnected()
        if (end.outcome === 'renewed') return sendPage(reply, renewedPage(viewer, end.nickname))
        return reply.redirect(pathAfter(end), 302)
      })
    })
  }
}

function pathAfter(end: Exclude<WebLoginEnd, {outcome: 'renewed'}>): string {
  // Judged again: between then and now another version may have written the row.
  const next = localPath(end.next ?? undefined)
  if (end.outcome === 'linked') return next ?? `/stores/${end.storeId}`
  const onward = next === undefined ? '' : `&next=${encodeURIComponent(next)}`
  return `/install/meli/complete?installation_id=${end.installationId}${onward}`
}

/** Every refusal is a page that says what to do; anything else is the application's error handler's. */
async function orFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!isMeliError(error) || error.family === 'bug') throw error
    request.log.warn({code: error.code}, 'a login failed')
    return sendPage(reply, failurePage(viewerOf(request), error), failureStatus(error))
  }
}

function unknownSite(): MeliError {
  return new MeliError('MELI_SITE_UNKNOWN', 'the address asks for a site that Mercado Libre does not have')
}

function hasField(query: unknown, name: string): boolean {
  return typeof query === 'object' && query !== null && Object.hasOwn(query, name)
}
