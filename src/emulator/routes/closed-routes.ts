import type {FastifyInstance} from 'fastify'
import {accessDenied, forbidden, notFound} from '../model/api-error.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'

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
