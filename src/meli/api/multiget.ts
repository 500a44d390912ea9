import {isMeliError} from '../../core/errors.js'
import type {Fetched, ItemState, SyncedProduct, Traffic} from '../../services/ports/index.js'
import {apiError, isRecordRefused, unusableAnswer} from '../http/api-errors.js'
import {AskAgain, type BackOff} from '../http/ask-again.js'
import type {ApiResponse, Requester, RequestOptions} from '../http/client-types.js'
import {type ReadDocument, readBulkAnswer, readSingleAnswer} from '../wire/bulk-answer.js'
import {readItemState, stateFields} from '../wire/item-state.js'
import {itemFields, readProduct} from '../wire/items.js'
import {ownerFields, readOwner} from '../wire/owners.js'

/** Ids in one request, by the service's rule. docs/mercadolibre.md, section 6.2. */
export const mostIds = 20
/** How an API tells that it has no such route. */
const noRoute = new Set([404, 405, 410, 501])
/** The selection works on the element: what is not named of its envelope is dropped as any other field. */
const envelope = ['id', 'status_code', 'error'] as const

/** Without it variations come without their attributes, the SKU among them. docs/mercadolibre.md, section 6.3. */
export const withVariationAttributes = {include_attributes: 'all'} as const

type Sending = Pick<RequestOptions, 'signal' | 'deadline' | 'patient'>

interface Reading<T> {
  fields: readonly string[]
  read: ReadDocument<T>
}

/** Items by id, twenty in a request. */
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
    return this.#all(ids, sending, {fields: itemFields, read: (document) => readProduct(document, userId)})
  }

  /** The same of what has to be known before items are changed. */
  states(ids: readonly string[], sending: Sending): Promise<Fetched<ItemState>[]> {
    return this.#all(ids, sending, {fields: stateFields, read: readItemState})
  }

  /** Whose items these are; without those that cannot be had. */
  async owners(ids: readonly string[], sending: Sending): Promise<Map<string, number>> {
    const answers = await this.#all(ids, sending, {fields: ownerFields, read: readOwner})
    return new Map(answers.flatMap((answer) => (answer.ok ? [[answer.id, answer.record.sellerId] as const] : [])))
  }

  async #all<T extends {id: string}>(ids: readonly string[], sending: Sending, reading: Reading<T>) {
    if (ids.length > mostIds) throw new RangeError(`at most ${mostIds} ids in one request, not ${ids.length}`)
    if (ids.length === 0) return []
    const answers = await this.#again.until(await this.#some(ids, sending, reading), sending, (failed) => {
      this.client.traffic.retries++
      return this.#some(failed, sending, reading)
    })
    const all: Fetched<T>[] = []
    for (const answer of answers)
      all.push(isUnaccounted(answer) ? await this.#single(answer.id, sending, reading) : answer)
    return all
  }

  async #some<T extends {id: string}>(
    ids: readonly string[],
    sending: Sending,
    {fields, read}: Reading<T>,
  ): Promise<Fetched<T>[]> {
    const answer = await this.#ask(ids, fields, sending)
    const answers = readBulkAnswer(answer, read)
    if (answers === undefined) throw unusableAnswer(answer, 'a list of items')
    return ids.map((id) => answers.get(id) ?? unaccounted(id))
  }

  /** Only a refusal of this item is its answer. Anything else would fail the next item too, so it ends the run, which resumes later. */
  async #single<T extends {id: string}>(id: string, sending: Sending, {fields, read}: Reading<T>): Promise<Fetched<T>> {
    const options = {
      ...sending,
      query: {attributes: fields, ...withVariationAttributes},
      expectsJson: true,
      anyStatus: true,
    }
    const answer = await this.client.request('GET', `/items/${encodeURIComponent(id)}`, options)
    if (answer.status >= 400 && !isRecordRefused(answer)) throw apiError(answer)
    if (answer.status >= 300 && answer.status < 400) throw unusableAnswer(answer, 'an item')
    try {
      return readSingleAnswer(answer, id, read)
    } catch (error) {
      if (!isMeliError(error) || error.code !== 'MELI_ANSWER_UNUSABLE') throw error
      return {ok: false, id, status: answer.status, message: error.message}
    }
  }

  /** The new route names fields below `body`, the old one as they are. */
  async #ask(ids: readonly string[], fields: readonly string[], sending: Sending): Promise<ApiResponse> {
    const options: RequestOptions = {...sending, expectsJson: true}
    if (this.#bulk) {
      const query = {
        ids,
        attributes: [...envelope, ...fields.map((name) => `body.${name}`)],
        ...withVariationAttributes,
      }
      const answer = await this.client.request('GET', '/items/bulk', {...options, query, anyStatus: true})
      if (answer.status < 300) return answer
      if (!noRoute.has(answer.status)) throw answer.status < 400 ? unusableAnswer(answer, 'items') : apiError(answer)
    }
    const answer = await this.client.request('GET', '/items', {
      ...options,
      query: {ids, attributes: fields, ...withVariationAttributes},
    })
    this.#bulk = false
    return answer
  }
}

/** No element of a bulk answer speaks of this id. */
function unaccounted(id: string): {ok: false; id: string; status: number; message: string} {
  return {ok: false, id, status: 0, message: 'not in the answer'}
}

function isUnaccounted(answer: Fetched<unknown>): boolean {
  return !answer.ok && answer.status === 0
}
