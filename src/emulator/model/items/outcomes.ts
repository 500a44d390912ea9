import {badRequest, standardBody} from '../api-error.js'
import {type Fields, isFieldName, isFields, textOf} from '../json.js'
import {itemNotFoundBody} from './errors.js'

/** `bulk` is an element of either multiget, `item` is `GET /items/:id`, `update` is `PUT /items/:id`. */
export type OutcomeRoute = 'bulk' | 'item' | 'update'

/**
 * The effect of a PUT that is answered with 200 and does something else than asked. `lagging`: it is done, and the answer shows the item as
 * it was. `ignored`: nothing is done, and nothing said. `price_dropped`: all but the price is done, with a warning.
 */
export type UpdateEffect = 'lagging' | 'ignored' | 'price_dropped'

export interface Outcome {
  id: string
  route: OutcomeRoute
  status: number
  times: number
  /** With 206: the fields that are left out. */
  missing: readonly string[]
  /** With an update that is answered with 200. */
  effect?: UpdateEffect
}

/** Answers that somebody ordered for one item on one route, used up one by one. */
export class Outcomes {
  private readonly scripted = new Map<string, Outcome>()

  /** `times: 0` takes the order back. */
  add(outcome: Outcome): void {
    const key = `${outcome.route} ${outcome.id}`
    if (outcome.times === 0) this.scripted.delete(key)
    else this.scripted.set(key, {...outcome})
  }

  take(route: OutcomeRoute, id: string): Outcome | undefined {
    if (this.scripted.size === 0) return undefined
    const key = `${route} ${id}`
    const outcome = this.scripted.get(key)
    if (outcome === undefined) return undefined
    outcome.times -= 1
    if (outcome.times <= 0) this.scripted.delete(key)
    return outcome
  }

  list(): Outcome[] {
    return [...this.scripted.values()].map((outcome) => ({...outcome}))
  }

  clear(): void {
    this.scripted.clear()
  }
}

const words: Readonly<Record<number, string>> = {
  404: 'not_found',
  429: 'too_many_requests',
  500: 'internal_server_error',
  502: 'bad_gateway',
  503: 'service_not_available',
  504: 'gateway_timeout',
}

/** The body of an ordered failure. docs/mercadolibre.md, section 3. */
export function outcomeBody({id, status}: Outcome): Fields {
  if (status === 404) return itemNotFoundBody(id)
  const word = words[status] ?? 'error'
  return standardBody(status, word, word)
}

const routes: readonly OutcomeRoute[] = ['bulk', 'item', 'update']
const effects: readonly UpdateEffect[] = ['lagging', 'ignored', 'price_dropped']

export function readOutcome(body: unknown): Outcome {
  if (!isFields(body)) throw badRequest('an outcome must be an object')
  const id = textOf(body.id)
  const route = routes.find((name) => name === (body.route ?? 'bulk'))
  const effect = effects.find((name) => name === body.effect)
  const {status = effect === undefined ? undefined : 200, times = 1, missing = ['seller_address', 'geolocation']} = body
  if (id === null) throw badRequest('an outcome needs an id')
  if (route === undefined) throw badRequest(`route must be one of ${routes.join(', ')}`)
  if (!isCount(status) || status < 200 || status > 599) throw badRequest('status must be from 200 to 599')
  if (!isCount(times)) throw badRequest('times must be 0 or more')
  if (!Array.isArray(missing) || !missing.every(isFieldName)) throw badRequest('missing must be a list of fields')
  if (body.effect !== effect) throw badRequest(`effect must be one of ${effects.join(', ')}`)
  if ((route === 'update' && status < 300) !== (effect !== undefined))
    throw badRequest('an effect goes with an update that is answered with 200')
  return {id, route, status, times, missing, ...(effect && {effect})}
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
