import {MeliError} from '../../errors.js'
import type {StockLocation, UserProductStock, WriteRequest} from '../ports.js'
import {facilityStock, severalPlaces, stockElsewhere} from './rules.js'
import type {Refusal} from './wanted.js'

export type StockChange =
  | {kind: 'unchanged'}
  | {kind: 'change'; request: WriteRequest; after: UserProductStock}
  | ({kind: 'refused'} & Refusal)

/** Places that the seller may write to. docs/mercadolibre.md, section 6.6. */
const writable: ReadonlySet<string> = new Set(['selling_address', 'seller_warehouse'])

/**
 * The request that makes `quantity` of this user product available in all. What lies in warehouses of the service counts,
 * and cannot be changed; with several places of the seller's nobody can tell which is meant.
 */
export function stockChange(stock: UserProductStock, quantity: number): StockChange {
  const own = stock.locations.filter(({type}) => writable.has(type))
  const there = sumOf(stock.locations) - sumOf(own)
  const [place, second] = own
  if (second !== undefined) return {kind: 'refused', ...severalPlaces(stock.id, own.map(spoken))}
  if (place === undefined && there > 0) return {kind: 'refused', ...facilityStock(stock.id, {there, wanted: quantity})}
  if (place === undefined) return {kind: 'refused', ...stockElsewhere(stock.id)}
  const target = quantity - there
  if (target === place.quantity) return {kind: 'unchanged'}
  if (target < 0) return {kind: 'refused', ...facilityStock(stock.id, {there, wanted: quantity})}
  const locations = stock.locations.map((each) => (each === place ? {...place, quantity: target} : each))
  return {kind: 'change', request: requestOf(stock, place, target), after: {...stock, version: null, locations}}
}

function requestOf({id, version}: UserProductStock, place: StockLocation, quantity: number): WriteRequest {
  if (version === null)
    throw new MeliError('MELI_ANSWER_UNUSABLE', `The stock of ${id} came without its version, which a change needs`, {
      try: ['try again in a minute'],
    })
  const {type, storeId: store_id, networkNodeId: network_node_id} = place
  const body = type === 'selling_address' ? {quantity} : {locations: [{store_id, network_node_id, quantity}]}
  return {method: 'PUT', path: `/user-products/${id}/stock/type/${type}`, headers: {'x-version': version}, body}
}

function sumOf(locations: readonly StockLocation[]): number {
  return locations.reduce((sum, {quantity}) => sum + quantity, 0)
}

function spoken({type, storeId, quantity}: StockLocation): string {
  return `${storeId ?? type}: ${quantity}`
}
