import {MeliError} from '../../core/errors.js'
import type {Fetched, ItemState, SellingApi, UserProductStock} from '../../services/ports/index.js'
import {unusableAnswer} from '../http/api-errors.js'
import type {RequestOptions} from '../http/client-types.js'
import {readPage} from '../http/page.js'
import {wholeDocument} from '../wire/bulk-answer.js'
import {readItemState, stateFields} from '../wire/item-state.js'
import {readStock} from '../wire/stock.js'
import type {ApiParts} from './api-parts.js'
import {Multiget, withVariationAttributes} from './multiget.js'

/** More items than these with one SKU need no counting: it names none. */
const skuPageSize = 100

/** What is read before something is written. docs/mercadolibre.md, sections 6.1 to 6.3 and 6.6. */
export function sellingApi(parts: ApiParts): SellingApi {
  return new WiredSelling(parts)
}

/** With functions for properties: the parts of the API are put together into one object. */
class WiredSelling implements SellingApi {
  readonly #client: ApiParts['client']
  readonly #multiget: Multiget

  constructor({client, backOff}: ApiParts) {
    this.#client = client
    this.#multiget = new Multiget(client, backOff)
  }

  item = async (id: string, signal?: AbortSignal): Promise<ItemState> => {
    const query = {attributes: stateFields, ...withVariationAttributes}
    const answer = await this.#client.request('GET', `/items/${encodeURIComponent(id)}`, {...sending(signal), query})
    const state = readItemState(wholeDocument(answer))
    if (state?.id !== id) throw unusableAnswer(answer, `everything needed about ${id}`)
    return state
  }

  itemStates = (ids: readonly string[], signal?: AbortSignal): Promise<Fetched<ItemState>[]> => {
    return this.#multiget.states(ids, sending(signal))
  }

  itemsWithSku = async (userId: number, sku: string, signal?: AbortSignal): Promise<string[]> => {
    const asAttribute = await this.#search(userId, {seller_sku: sku}, signal)
    return asAttribute.length > 0 ? asAttribute : this.#search(userId, {sku}, signal)
  }

  userProductStock = async (id: string, signal?: AbortSignal): Promise<UserProductStock> => {
    const answer = await this.#client.request('GET', `/user-products/${encodeURIComponent(id)}/stock`, sending(signal))
    const stock = readStock(answer.json(), id, answer.headers['x-version'] ?? null)
    if (stock === undefined) throw unusableAnswer(answer, 'stock by location')
    return stock
  }

  async #search(userId: number, filter: Record<string, string>, signal: AbortSignal | undefined): Promise<string[]> {
    const query = {...filter, limit: skuPageSize}
    const answer = await this.#client.request('GET', `/users/${userId}/items/search`, {...sending(signal), query})
    const {results} = readPage(answer.json())
    const ids = results.filter((each) => typeof each === 'string')
    if (ids.length === results.length) return ids
    throw new MeliError('MELI_ANSWER_UNUSABLE', 'The list of items contains something other than ids', {
      try: ['try again in a minute'],
    })
  }
}

function sending(signal: AbortSignal | undefined): RequestOptions {
  return {patient: true, expectsJson: true, ...(signal && {signal})}
}
