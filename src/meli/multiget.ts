import type {Fetched, ItemState, SyncedProduct, Traffic} from '../services/ports.js'
import {apiError, unusableAnswer} from './api-errors.js'
import {AskAgain, type BackOff} from './ask-again.js'
import type {ApiResponse, Requester, RequestOptions} from './client-types.js'
import {readStates, stateFields} from './wire-item-state.js'
import {itemFields, readElements} from './wire-items.js'
import {readOwners} from './wire-owners.js'

/** Ids in one request, by the service's rule. docs/mercadolibre.md, section 6.2. */
export const mostIds = 20
/** How an API tells that it has no such route. */
const noRoute = new Set([404, 405, 410])

const ownerFields = ['id', 'seller_id'] as const

type Sending = Pick<RequestOptions, 'signal' | 'deadline' | 'patient'>

/** Items by id, with the fields of a SyncedProduct and no others. */
export class Multiget {
  /** The bulk route replaces the old one; until it is everywhere, the first refusal decides for good. */
  #bulk = true

  readonly #again: AskAgain

  constructor(
    private readonly client: Requester & {readonly traffic: Traffic},
    backOff: BackOff,
  ) {
    this.#again = new AskAgain(backOff)
  }

  /** One answer for each id, in the order asked; those that fail for the moment are asked for again. */
  fetch(ids: readonly string[], userId: number, sending: Sending): Promise<Fetched<SyncedProduct>[]> {
    return this.#all(ids, sending, (some) => this.#once(some, userId, sending))
  }

  /** The same of what has to be known before items are changed. */
  states(ids: readonly string[], sending: Sending): Promise<Fetched<ItemState>[]> {
    return this.#all(ids, sending, async (some) => {
      const answer = await this.#ask(some, stateFields, sending)
      const partial = answer.status === 206
      return readAll(answer, readStates(answer.source(), some, {partial, redact: (text) => answer.redact(text)}))
    })
  }

  async #all<T>(ids: readonly string[], sending: Sending, ask: (ids: readonly string[]) => Promise<Fetched<T>[]>) {
    if (ids.length > mostIds) throw new RangeError(`at most ${mostIds} ids in one request, not ${ids.length}`)
    if (ids.length === 0) return []
    return this.#again.until(await ask(ids), sending, (failed) => {
      this.client.traffic.retries++
      return ask(failed)
    })
  }

  async #once(ids: readonly string[], userId: number, sending: Sending): Promise<Fetched<SyncedProduct>[]> {
    const answer = await this.#ask(ids, itemFields, sending)
    const context = {userId, partial: answer.status === 206, redact: (text: string) => answer.redact(text)}
    return readAll(answer, readElements(answer.source(), ids, context))
  }

  /** Whose items these are; without those that cannot be had. */
  async owners(ids: readonly string[], sending: Sending): Promise<Map<string, number>> {
    if (ids.length > mostIds) throw new RangeError(`at most ${mostIds} ids in one request, not ${ids.length}`)
    if (ids.length === 0) return new Map()
    const answer = await this.#ask(ids, ownerFields, sending)
    const owners = readOwners(answer.json())
    if (!owners) throw unusableAnswer(answer, 'a list of items')
    return owners
  }

  /** The new route names fields below `body`, the old one as they are. */
  async #ask(ids: readonly string[], fields: readonly string[], sending: Sending): Promise<ApiResponse> {
    const options: RequestOptions = {...sending, expectsJson: true}
    if (this.#bulk) {
      const query = {ids, attributes: fields.map((name) => `body.${name}`)}
      const answer = await this.client.request('GET', '/items/bulk', {...options, query, anyStatus: true})
      if (answer.status < 300) return answer
      if (!noRoute.has(answer.status)) throw answer.status < 400 ? unusableAnswer(answer, 'items') : apiError(answer)
    }
    const answer = await this.client.request('GET', '/items', {...options, query: {ids, attributes: fields}})
    this.#bulk = false
    return answer
  }
}

function readAll<T>(answer: ApiResponse, elements: T[] | undefined): T[] {
  if (elements === undefined) throw unusableAnswer(answer, 'a list of items')
  return elements
}
