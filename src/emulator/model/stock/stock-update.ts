import {type Fields, isFields, listOfFields} from '../json.js'
import {badRequest, notFound, standardError} from '../wire-errors.js'
import {type Location, storesOf, type UserProduct} from './user-product.js'

/** The sites where stock at the selling address can be written (docs/mercadolibre.md, section 6.6). */
const sitesOfSellingAddress: ReadonlySet<string> = new Set(['MLA', 'MLC'])

/** The locations after a PUT of that type. @throws WireError 400, 404 */
export function newLocations(
  product: UserProduct,
  type: 'seller_warehouse' | 'selling_address',
  body: unknown,
): Location[] {
  if (!isFields(body)) throw badRequest('the body must be an object')
  if (!product.locations.some((location) => location.type === type)) throw stockErrors.noStock()
  return type === 'selling_address' ? atSellingAddress(product, body) : inWarehouses(product, body)
}

function atSellingAddress(product: UserProduct, body: Fields): Location[] {
  const siteId = product.id.slice(0, 3)
  if (!sitesOfSellingAddress.has(siteId)) throw stockErrors.wrongSite(siteId)
  const quantity = quantityOf(body)
  return product.locations.map((location) => (location.type === 'selling_address' ? {...location, quantity} : location))
}

/** Warehouses that are not named keep their stock, which is our reading. */
function inWarehouses({id, sellerId, locations}: UserProduct, body: Fields): Location[] {
  const entries = listOfFields(body.locations)
  if (entries.length === 0) throw badRequest('locations must be a list of store_id, network_node_id and quantity')
  const stores = storesOf(sellerId, id.slice(0, 3))
  const written = new Map(
    entries.map((entry) => {
      const store = stores.find((one) => one.storeId === String(entry.store_id))
      if (store === undefined || store.networkNodeId !== entry.network_node_id)
        throw stockErrors.unknownStore(entry.store_id)
      return [store.storeId, quantityOf(entry)] as const
    }),
  )
  return locations.map((location) => ({
    ...location,
    quantity: written.get(location.storeId ?? '') ?? location.quantity,
  }))
}

function quantityOf({quantity}: Fields): number {
  if (typeof quantity !== 'number' || !Number.isSafeInteger(quantity) || quantity < 0)
    throw badRequest('quantity must be a whole number, 0 or more')
  return quantity
}

/** The source quotes some of the texts; the others and the statuses are our reading (docs/mercadolibre.md, section 6.6). */
export const stockErrors = {
  missingVersion: () => badRequest('Missing X-Version header'),
  staleVersion: () => standardError(409, 'conflict', 'Version mismatch'),
  noStock: () => notFound('stock-locations not found'),
  notEditable: () => badRequest('stock of type meli_facility is not editable'),
  wrongSite: (siteId: string) => badRequest(`stock of type selling_address cannot be changed in ${siteId}`),
  unknownStore: (storeId: unknown) => badRequest(`store ${String(storeId)} is not a stock location of the seller`),
  unknownProduct: (id: string) => notFound(`User product with id ${id} not found`),
} as const
