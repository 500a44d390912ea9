import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Application} from '../model/applications.js'
import {missedRow, type Notification} from '../model/notifications/notification.js'
import {sites} from '../model/sites.js'
import {accessDenied, badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'

interface Query {
  app_id?: string
  topic?: string
  site_id?: string
  offset?: string
  limit?: string
}

const mostRows = 100

/** `GET /missed_feeds`: notifications without a 200 of the last two days, oldest first. docs/mercadolibre.md, section 10. */
export function registerMissedFeeds(app: FastifyInstance, world: World): void {
  app.get<{Querystring: Query}>('/missed_feeds', (request) => {
    const application = requestedApplication(world, request)
    const {topic, site_id: siteId, offset, limit} = request.query
    const {settings} = world.notifications
    if (settings.missed_feeds_need_site && topic === 'items' && siteId === undefined)
      throw badRequest('site_id is required for topic items')
    if (siteId !== undefined && !sites.has(siteId)) throw badRequest(`invalid site_id ${siteId}`)

    const first = count('offset', offset, 0)
    const rows = world.notifications
      .missed()
      .filter((row) => row.appId === application.id && row.topic === (topic ?? row.topic) && isOfSite(row, siteId))
      .slice(first, first + Math.min(count('limit', limit, 10), mostRows))
    // A page after the last one looks like no rows at all.
    if (rows.length === 0) return {messages: settings.missed_feeds_end === 'null' ? null : []}
    return {messages: rows.map((row) => missedRow(row, settings))}
  })
}

/** The application in the query. Which tokens are accepted is not documented; here its owner's, and those of its own users. */
function requestedApplication(world: World, request: FastifyRequest<{Querystring: Query}>): Application {
  const caller = authenticate(world, request)
  const {app_id: appId} = request.query
  if (appId === undefined || appId === '') throw badRequest('app_id is required')
  const application = world.applications.get(Number(appId))
  if (application === undefined) throw notFound(`Application with id ${appId} not found`)
  if (caller.appId !== application.id && caller.userId !== application.ownerId) throw accessDenied()
  return application
}

/** The ids of items begin with their site (docs/mercadolibre.md, section 1). */
function isOfSite({resource}: Notification, siteId: string | undefined): boolean {
  return siteId === undefined || (resource.split('/').find((part) => /^[A-Z]{3}/.test(part)) ?? '').startsWith(siteId)
}

function count(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name} must be a number`)
  return Number(text)
}
