import type {FastifyInstance, FastifyRequest} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import type {Caller} from '../model/caller.js'
import {type Fields, isFields} from '../model/json.js'
import {WireError} from '../model/wire-error.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {documentedSelection, readSelection, type Selection} from './item-selection.js'
import {inOwnOrder} from './multiget.js'
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
    const {settings} = world.catalogue
    // Where the route does not exist yet, `bulk` is just the id of a user.
    if (settings.bulk === 'only-old') return view(world, 'bulk', caller)
    const wanted = readSelection(parameter(request, 'attributes'))
    const element = settings.bulk_element === 'documented' ? documentedElement : observedElement
    const ids = listOfIds(request)
    return (settings.multiget_order === 'own' ? inOwnOrder(ids) : ids).map((id) =>
      element(outcome(world, id, caller), wanted),
    )
  })

  app.get('/users', (request) => {
    const caller = authenticate(world, request)
    if (world.catalogue.settings.bulk === 'only-new') throw notFound('resource not found')
    const wanted = readSelection(parameter(request, 'attributes'))
    return listOfIds(request).map((id) => {
      const {status, body} = outcome(world, id, caller)
      return {code: status, body: status === 200 ? (wanted?.pick(body) ?? body) : body}
    })
  })
}

/** As the elements of `/items/bulk` (section 6.2): names select on the element, and a refusal has an `error` and no `body`. */
function observedElement({id, status, body}: Outcome, wanted: Selection | undefined): Fields {
  const envelope = {id, status_code: status}
  const element = status === 200 ? {...envelope, body} : {...envelope, error: {message: body.message}}
  return wanted?.pick(element) ?? element
}

/** As on the pages: every element keeps its members, and names select below `body.`. */
function documentedElement({id, status, body}: Outcome, wanted: Selection | undefined): Fields {
  const selection = documentedSelection(wanted).body
  return {id, status_code: status, body: status === 200 ? (selection?.pick(body) ?? body) : body}
}

/** The private view for the account itself, the public one for others; the wording of the 404 is a guess. */
function view(world: World, id: string, caller: Caller): Record<string, unknown> {
  const user = /^\d+$/.test(id) ? world.users.get(Number(id)) : undefined
  if (user === undefined) throw notFound(`User with id ${id} not found`)
  return user.id === caller.userId ? privateView(user) : publicView(user)
}

interface Outcome {
  id: string
  status: number
  body: Fields
}

function outcome(world: World, id: string, caller: Caller): Outcome {
  try {
    return {id, status: 200, body: view(world, id, caller)}
  } catch (error) {
    if (error instanceof WireError && isFields(error.body)) return {id, status: error.status, body: error.body}
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

function parameter({query}: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}
