import {MeliError} from '../../../core/errors.js'
import type {
  ItemState,
  StockLocation,
  UserProductStock,
  VariationState,
  WriteRequest,
  WriteValues,
} from '../../ports/index.js'
import {facilityStock, placeUnknown, severalPlaces, stockElsewhere} from './refusals.js'
import type {Refusal, SellerTraits, StockStep} from './wanted.js'

/** Where `PUT /user-products/{id}/stock/type/selling_address` is. docs/mercadolibre.md, section 6.6. */
const sitesWithSellingAddress: ReadonlySet<string> = new Set(['MLA', 'MLC'])
/** Tags of sellers with several stock locations, whose items refuse or ignore a quantity. */
const multiOriginTags: ReadonlySet<string> = new Set(['warehouse_management', 'multiwarehouse'])

/**
 * The user product whose stock it is to be written to; undefined when it is the item's own field. That also holds for
 * user products where the service has no such route: what is written to the item is copied to all that share it.
 */
export function userProductOf(
  state: ItemState,
  variation: VariationState | undefined,
  {tags, siteId, stockByLocation = false}: SellerTraits,
): string | undefined {
  const id = variation?.user_product_id ?? state.user_product_id
  if (id === null) return undefined
  if (stockByLocation || tags.some((tag) => multiOriginTags.has(tag))) return id
  const site = state.site_id ?? siteId ?? ''
  return tags.includes('user_product_seller') && sitesWithSellingAddress.has(site) ? id : undefined
}

export type StockChange =
  | {kind: 'unchanged'}
  | {
      kind: 'change'
      request: WriteRequest
      /** The stock by location after the request. */
      stock: UserProductStock
      before: WriteValues
      after: WriteValues
    }
  | ({kind: 'refused'} & Refusal)

type Asked = Pick<StockStep, 'quantity' | 'place' | 'before' | 'after'>

/** Places that the seller may write to. docs/mercadolibre.md, section 6.6. */
const writable: ReadonlySet<string> = new Set(['selling_address', 'seller_warehouse'])

/**
 * The request that makes `quantity` of this user product available in all; with a place, at that one. What lies in
 * warehouses of the service counts, and cannot be changed; of several places nobody can tell which is meant.
 */
export function stockChange(stock: UserProductStock, asked: Asked): StockChange {
  const {quantity, place: wanted} = asked
  const own = stock.locations.filter(({type}) => writable.has(type))
  const places = wanted === null ? own : own.filter(({store_id}) => store_id === wanted)
  const elsewhere = wanted === null ? sumOf(stock.locations) - sumOf(own) : 0
  const [place, second] = places
  if (second !== undefined) return {kind: 'refused', ...severalPlaces(stock.id, own)}
  if (place === undefined) return {kind: 'refused', ...noPlace(stock, own, asked, elsewhere)}
  const target = quantity - elsewhere
  if (target === place.quantity) return {kind: 'unchanged'}
  if (target < 0) return {kind: 'refused', ...facilityStock(stock.id, {there: elsewhere, wanted: quantity})}
  const locations = stock.locations.map((each) => (each === place ? {...place, quantity: target} : each))
  const after = {...stock, version: null, locations}
  const request = requestOf(stock, place.type, locations)
  if (wanted === null) return {kind: 'change', request, stock: after, before: asked.before, after: asked.after}
  return {kind: 'change', request, stock: after, before: placeValues(place), after: placeValues({...place, quantity})}
}

/** The stock at one location, which differs from the quantity of the item. */
function placeValues({store_id, quantity}: StockLocation): WriteValues {
  return {place: store_id, place_quantity: quantity}
}

function noPlace({id}: UserProductStock, own: readonly StockLocation[], asked: Asked, there: number): Refusal {
  if (asked.place !== null && own.length > 0) return placeUnknown(id, asked.place, own)
  return there > 0 ? facilityStock(id, {there, wanted: asked.quantity}) : stockElsewhere(id)
}

/** Names all warehouses, because the effect of leaving one out is undocumented. The version guards against sales meanwhile. */
function requestOf({id, version}: UserProductStock, type: string, after: readonly StockLocation[]): WriteRequest {
  if (version === null)
    throw new MeliError('MELI_ANSWER_UNUSABLE', `The stock of ${id} has no version, which a change needs`, {
      try: ['try again in a minute'],
    })
  const same = after.filter((each) => each.type === type)
  const locations = same.map(({store_id, network_node_id, quantity}) => {
    return {store_id, network_node_id, quantity}
  })
  const body = type === 'selling_address' ? {quantity: sumOf(same)} : {locations}
  return {method: 'PUT', path: `/user-products/${id}/stock/type/${type}`, headers: {'x-version': version}, body}
}

function sumOf(locations: readonly StockLocation[]): number {
  return locations.reduce((sum, {quantity}) => sum + quantity, 0)
}
