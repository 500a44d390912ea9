import type {FastifyInstance, FastifyRequest} from 'fastify'
import {authenticate} from '../authenticate.js'
import type {Caller} from '../caller.js'
import type {World} from '../state/world.js'
import {WireError} from '../wire-error.js'
import {badRequest, notFound} from '../wire-errors.js'
import {privateView, publicView} from './user-views.js'

const mostIds = 20

/** `/users/me`, `/users/{id}` and the two forms of bulk (docs/mercadolibre.md, sections 0 and 5). */
export function registerUsers(app: FastifyInstance, world: World): void {
  app.get('/users/me', (request) => {
    const caller = authenticate(world, request)
    return view(world, String(caller.userId), caller)
  })

  app.get<{Params: {id: string}}>('/users/:id', (request) =>
    view(world, request.params.id, authenticate(world, request)),
  )

  app.get('/users/bulk', (request) => {
    const caller = authenticate(world, request)
    const wanted = attributes(request)?.map((name) => name.replace(/^body\./, ''))
    return listOfIds(request).map((id) => {
      const {status, body} = outcome(world, id, caller)
      return {id, status_code: status, body: status === 200 ? select(body, wanted) : body}
    })
  })

  app.get('/users', (request) => {
    const caller = authenticate(world, request)
    const wanted = attributes(request)
    return listOfIds(request).map((id) => {
      const {status, body} = outcome(world, id, caller)
      return {code: status, body: status === 200 ? select(body, wanted) : body}
    })
  })
}

/** The private view for the account itself, the public one for others; the wording of the 404 is a guess. */
function view(world: World, id: string, caller: Caller): Record<string, unknown> {
  const user = /^\d+$/.test(id) ? world.users.get(Number(id)) : undefined
  if (user === undefined) throw notFound(`User with id ${id} not found`)
  return user.id === caller.userId ? privateView(user) : publicView(user)
}

function outcome(world: World, id: string, caller: Caller): {status: number; body: unknown} {
  try {
    return {status: 200, body: view(world, id, caller)}
  } catch (error) {
    if (error instanceof WireError) return {status: error.status, body: error.body}
    throw error
  }
}

function listOfIds(request: FastifyRequest): string[] {
  const ids =
    parameter(request, 'ids')
      ?.split(',')
      .filter((id) => id !== '') ?? []
  if (ids.length === 0) throw badRequest('ids is a required parameter')
  if (ids.length > mostIds) throw badRequest(`at most ${mostIds} ids are accepted`)
  return ids
}

function attributes(request: FastifyRequest): string[] | undefined {
  return parameter(request, 'attributes')?.split(',')
}

function select(body: unknown, names: readonly string[] | undefined): unknown {
  if (names === undefined) return body
  return Object.fromEntries(Object.entries(body as Record<string, unknown>).filter(([name]) => names.includes(name)))
}

function parameter({query}: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}
