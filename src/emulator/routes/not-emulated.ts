import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {accessDenied, forbidden, notFound, standardBody, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {sendError} from './http-errors.js'

/**
 * Answers every route that the emulator does not have with 501 and records it, because a 404 could be taken for an answer of the
 * service. Unknown control routes are a 404.
 */
export function registerNotEmulated(app: FastifyInstance, world: World): void {
  // Browsers request it with the consent page.
  app.get('/favicon.ico', (_request, reply) => reply.code(404).send())

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = '/'] = request.url.split('?', 1)
    if (/^\/_emulator(?:\/|$)/.test(path)) return sendError(reply, notFound('there is no such control route'))
    const {method, route} = world.notEmulated.record(request.method, path)
    const message = `The emulator of meli-toolkit does not have ${method} ${route}; Mercado Libre may answer it`
    return sendError(
      reply,
      new WireError(
        501,
        {...standardBody(501, 'not_emulated', message), method, route},
        {'x-meli-emulator': 'not-emulated'},
      ),
    )
  }
  app.setNotFoundHandler(answer)
  app.addHook('onRequest', (request, reply, next) => {
    if (hasWordForId(request)) void answer(request, reply)
    else next()
  })
}

const routesById = /^\/(?:items|users|orders|shipments|packs|user-products|applications)\/:(\w+)$/

/** True when a word stands in place of an id, as in `/items/visits`. All ids of the service have a digit. */
function hasWordForId({routeOptions, params}: FastifyRequest): boolean {
  const name = routesById.exec(routeOptions.url ?? '')?.[1]
  if (name === undefined) return false
  const id = (params as Record<string, string | undefined>)[name]
  return id !== undefined && /^[a-z]+(?:[-_][a-z]+)*$/i.test(id)
}

/** Routes of which only a refusal is known. */
export function registerRefusedRoutes(app: FastifyInstance, world: World): void {
  // Closed with and without a token (docs/mercadolibre.md, section 0).
  app.get('/sites/:site/search', () => {
    throw forbidden()
  })

  // Replaced by `/item/{id}/performance` (section 6.3).
  app.get('/items/:id/health', (request) => {
    authenticate(world, request)
    throw notFound('resource not found')
  })

  // Only for the seller, whose answer is not known (section 3).
  app.get<{Params: {id: string}}>('/users/:id/questions/response_time', (request, reply) => {
    if (String(authenticate(world, request).userId) !== request.params.id) throw accessDenied()
    return reply.callNotFound()
  })
}
