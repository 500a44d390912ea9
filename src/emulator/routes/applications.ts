import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Application} from '../model/applications.js'
import type {Grant} from '../model/grants.js'
import {sites} from '../model/sites.js'
import {accessDenied, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'

interface UserAndApp {
  Params: {userId: string; appId: string}
}

/** Routes for applications and their grants (docs/mercadolibre.md, section 2.7), and the list of sites. */
export function registerApplications(app: FastifyInstance, world: World): void {
  app.get('/sites', (request) => {
    authenticate(world, request)
    return [...sites.values()].map(({currencyId, id, name}) => ({default_currency_id: currencyId, id, name}))
  })

  app.get<{Params: {appId: string}}>('/applications/:appId', (request) => {
    const caller = authenticate(world, request)
    const application = applicationOf(world, request.params.appId)
    return application.ownerId === caller.userId ? ownerView(world, application) : publicView(application)
  })

  app.get<{Params: {appId: string}}>('/applications/:appId/grants', (request) => {
    const caller = authenticate(world, request)
    const application = applicationOf(world, request.params.appId)
    if (application.ownerId !== caller.userId) throw accessDenied()
    const grants = world.grants.list({appId: application.id})
    const offset = wholeNumber(request, 'offset', 0)
    const limit = Math.min(wholeNumber(request, 'limit', 50), 50)
    return {
      paging: {total: grants.length, limit, offset},
      grants: grants.slice(offset, offset + limit).map(grantView),
    }
  })

  app.get<{Params: {userId: string}}>('/users/:userId/applications', (request) => {
    const {userId} = authenticate(world, request)
    if (String(userId) !== request.params.userId) throw accessDenied()
    return world.grants.list({userId}).map(grantView)
  })

  app.delete<UserAndApp>('/users/:userId/applications/:appId', (request) => {
    const {userId} = authenticate(world, request)
    if (String(userId) !== request.params.userId) throw accessDenied()
    const {id} = applicationOf(world, request.params.appId)
    if (world.grants.revoke({userId, appId: id}) === 0) throw notFound('The grant was not found')
    return {user_id: String(userId), app_id: String(id), msg: 'Autorización eliminada'}
  })
}

function applicationOf(world: World, id: string): Application {
  const application = world.applications.get(Number(id))
  if (application === undefined) throw notFound(`Application with id ${id} not found`)
  return application
}

function publicView({id, siteId}: Application): Record<string, unknown> {
  return {
    id,
    site_id: siteId,
    thumbnail: null,
    url: `http://apps.example.com/${id}`,
    sandbox_mode: false,
    project_id: null,
    active: true,
    max_requests_per_hour: 18_000,
    certification_status: 'not_certified',
  }
}

function ownerView(world: World, application: Application): Record<string, unknown> {
  const {url, topics} = world.notifications.subscription(application.id)
  return {
    ...publicView(application),
    name: application.name,
    description: '',
    owner_id: application.ownerId,
    catalog_product_id: null,
    item_id: null,
    price: null,
    currency_id: null,
    need_authorization: true,
    short_name: `app-${application.id}`,
    callback_url: application.redirectUris[0] ?? null,
    callback_urls: application.redirectUris,
    blocked: false,
    disabled: false,
    partial_blocked: {blocked: false},
    use_pkce: application.pkce === 'required',
    allow_flow: flowsOf(world, application),
    roles: [],
    is_public: true,
    scopes: application.scopes,
    domains: [],
    notifications_callback_url: url ?? '',
    notifications_topics: topics,
  }
}

function flowsOf({settings}: World, {scopes}: Application): string[] {
  const flows = ['authorization_code']
  if (settings.client_credentials === 'accepted') flows.push('client_credentials')
  if (scopes.includes('offline_access')) flows.push('refresh_token')
  return flows
}

function grantView({userId, appId, createdAt, scopes}: Grant): Record<string, unknown> {
  return {user_id: String(userId), app_id: String(appId), date_created: new Date(createdAt).toISOString(), scopes}
}

function wholeNumber({query}: FastifyRequest, name: string, fallback: number): number {
  const value = Number((query as Record<string, unknown>)[name] ?? fallback)
  return Number.isInteger(value) && value >= 0 ? value : fallback
}
