import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {accessDenied, forbidden, notFound, standardBody, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {sendError} from './http-errors.js'

/**
 * Answers every route that the emulator does not have with 501, and notes it: a 404 could be taken for an answer of the
 * service. The control routes are the emulator's own, and are simply not found.
 */
export function registerNotEmulated(app: FastifyInstance, world: World): void {
  // Browsers ask for it beside the consent page.
  app.get('/favicon.ico', (_request, reply) => reply.code(404).send())

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const [path = '/'] = request.url.split('?', 1)
    if (/^\/_emulator(?:\/|$)/.test(path)) return sendError(reply, notFound('there is no such control route'))
    const {method, route} = world.notEmulated.note(request.method, path)
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
    if (namesAnotherRoute(request)) void answer(request, reply)
    else next()
  })
}

const routesById = /^\/(?:items|users|orders|shipments|packs|user-products|applications)\/:(\w+)$/

/** Every id of the service has a digit, so that a word in its place, as in `/items/visits`, belongs to another route. */
function namesAnotherRoute({routeOptions, params}: FastifyRequest): boolean {
  const name = routesById.exec(routeOptions.url ?? '')?.[1]
  if (name === undefined) return false
  const id = (params as Record<string, string | undefined>)[name]
  return id !== undefined && /^[a-z]+(?:[-_][a-z]+)*$/i.test(id)
}

/** Routes of which a refusal is all that is known. */
export function registerRefusals(app: FastifyInstance, world: World): void {
  // docs/mercadolibre.md, section 0: closed, with and without a token.
  app.get('/sites/:site/search', () => {
    throw forbidden()
  })

  // Section 6.3: it is gone, `/item/{id}/performance` took its place.
  app.get('/items/:id/health', (request) => {
    authenticate(world, request)
    throw notFound('resource not found')
  })

  // Section 3: the seller's alone; what it answers to the seller is not known.
  app.get<{Params: {id: string}}>('/users/:id/questions/response_time', (request, reply) => {
    if (String(authenticate(world, request).userId) !== request.params.id) throw accessDenied()
    return reply.callNotFound()
  })
}
