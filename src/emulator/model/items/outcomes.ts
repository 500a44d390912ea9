import * as v from 'valibot'
import {type Fields, fieldNames} from '../json.js'
import {standardBody} from '../wire-errors.js'
import {itemNotFoundBody} from './errors.js'

/** `bulk` is an element of either multiget route, `item` is `GET /items/:id`, `update` is `PUT /items/:id`. */
const routes = ['bulk', 'item', 'update'] as const
export type OutcomeRoute = (typeof routes)[number]

/**
 * The effect of a PUT that is answered with 200 and differs from what was asked. `lagging`: the item changes, and the answer shows
 * it as it was. `ignored`: the item stays as it was, without a warning. `price_dropped`: all but the price changes, with a warning.
 */
const effects = ['lagging', 'ignored', 'price_dropped'] as const

/** A scripted answer for one item on one route. */
export const outcomeSchema = v.pipe(
  v.strictObject({
    id: v.string(),
    route: v.optional(v.picklist(routes), 'bulk'),
    /** Absent with an effect, which implies 200. */
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    /** The number of answers; 0 removes the script. */
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
    /** With 206: the fields that are left out. */
    missing: v.optional(fieldNames, () => ['seller_address', 'geolocation']),
    /** Only with an update that is answered with 200. */
    effect: v.optional(v.picklist(effects)),
  }),
  v.check(({status, effect}) => status !== undefined || effect !== undefined, 'status is missing'),
  v.transform(({status = 200, ...rest}) => ({status, ...rest})),
  v.check(
    ({route, status, effect}) => (route === 'update' && status < 300) === (effect !== undefined),
    'an effect goes with an update that is answered with 200',
  ),
)

export type Outcome = v.InferOutput<typeof outcomeSchema>

/** Scripted answers for single items, used up one by one. */
export class Outcomes {
  private readonly scripted = new Map<string, Outcome>()

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

/** The body of a scripted failure. docs/mercadolibre.md, section 3. */
export function outcomeBody({id, status}: Outcome): Fields {
  if (status === 404) return itemNotFoundBody(id)
  const word = words[status] ?? 'error'
  return standardBody(status, word, word)
}
