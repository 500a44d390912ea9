import type {ItemState, VariationState} from '../../ports/index.js'
import type {SellerTraits} from './wanted.js'

/** Where `PUT /user-products/{id}/stock/type/selling_address` is. docs/mercadolibre.md, section 6.6. */
const sitesWithSellingAddress: ReadonlySet<string> = new Set(['MLA', 'MLC'])
/** Of sellers with several places of stock: their items refuse, or ignore, a quantity. */
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
  const id = variation?.userProductId ?? state.userProductId
  if (id === null) return undefined
  if (stockByLocation || tags.some((tag) => multiOriginTags.has(tag))) return id
  const site = state.siteId ?? siteId ?? ''
  return tags.includes('user_product_seller') && sitesWithSellingAddress.has(site) ? id : undefined
}
