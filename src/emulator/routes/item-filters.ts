import {lacksIdentifier} from '../model/items/attributes.js'
import {type Item, itemStatuses, pseudoRandom} from '../model/items/item.js'
import {skuOf} from '../model/items/render.js'
import {shippingOf} from '../model/items/shipping.js'
import {textOf} from '../model/json.js'
import type {Query} from './query.js'

/** A query parameter that filters a search. docs/mercadolibre.md, section 6.1. */
interface Filter {
  id: string
  name: string
  values(item: Item): readonly string[]
  /** The values that `available_filters` always lists; absent for filters that it does not list. */
  listed?: readonly string[]
}

const one = (value: string | null): readonly string[] => (value === null || value === '' ? [] : [value])

const filters: readonly Filter[] = [
  {id: 'status', name: 'Status', values: ({status}) => [status], listed: itemStatuses},
  {id: 'sub_status', name: 'Sub status', values: ({subStatus}) => subStatus, listed: []},
  {id: 'listing_type_id', name: 'Listing type', values: ({listingTypeId}) => [listingTypeId], listed: []},
  {id: 'buying_mode', name: 'Buying mode', values: () => ['buy_it_now'], listed: []},
  {id: 'shipping_mode', name: 'Shipping mode', values: (item) => one(String(shippingOf(item).mode)), listed: []},
  {
    id: 'logistic_type',
    name: 'Logistic type',
    values: (item) => one(String(shippingOf(item).logistic_type)),
    listed: [],
  },
  {id: 'shipping_tags', name: 'Shipping tags', values: (item) => shippingOf(item).tags, listed: []},
  {id: 'shipping_free_methods', name: 'Free methods', values: () => [], listed: []},
  {id: 'labels', name: 'Labels', values: ({sold}) => (sold > 0 ? ['with_bids'] : ['without_bids']), listed: []},
  {id: 'listing_source', name: 'Listing source', values: () => [], listed: []},
  {
    id: 'missing_product_identifiers',
    name: 'Missing product identifiers',
    values: (item) => [String(lacksIdentifier(item))],
    listed: ['true', 'false'],
  },
  {id: 'reputation_health_gauge', name: 'Reputation health gauge', values: healthOf, listed: []},
  {
    id: 'sku',
    name: 'SKU',
    values: ({customField, variations}) => [
      ...one(customField),
      ...variations.flatMap(({written}) => one(textOf(written?.seller_custom_field))),
    ],
  },
  {
    id: 'seller_sku',
    name: 'Seller SKU',
    values: ({sellerSku, variations}) => [
      ...one(sellerSku),
      ...variations.flatMap((variation) => one(skuOf(variation))),
    ],
  },
  {id: 'user_product_id', name: 'User product', values: ({userProductId}) => one(userProductId)},
]

/** This filter exists in three sites only. docs/mercadolibre.md, section 6.1. */
function healthOf({number, siteId}: Item): readonly string[] {
  if (!['MLM', 'MLC', 'MLB'].includes(siteId)) return []
  return [['healthy', 'healthy', 'warning', 'unhealthy'][pseudoRandom(number, 15, 4)] ?? 'healthy']
}

/** The filters of a query with their values. `user_product_id` may be a comma-separated list. */
export class AppliedFilters {
  private readonly wanted: readonly (readonly [Filter, ReadonlySet<string>])[]

  constructor(query: Query) {
    this.wanted = filters.flatMap((filter) => {
      const value = query.get(filter.id)
      if (value === undefined || value === '') return []
      return [[filter, new Set(filter.id === 'user_product_id' ? value.split(',') : [value])] as const]
    })
  }

  get isEmpty(): boolean {
    return this.wanted.length === 0
  }

  /** A cache key that does not depend on the order of the query. */
  get key(): string {
    return JSON.stringify(this.wanted.map(([filter, values]) => [filter.id, ...values]))
  }

  matching(items: readonly Item[]): readonly Item[] {
    if (this.isEmpty) return items
    return items.filter((item) =>
      this.wanted.every(([filter, values]) => filter.values(item).some((value) => values.has(value))),
    )
  }

  /** The fields that `include_filters=true` adds; `items` are the matching ones. */
  describe(items: readonly Item[]): {filters: object[]; available_filters: object[]} {
    const applied = this.wanted.map(([{id, name}, values]) => ({
      id,
      name,
      values: [...values].map((value) => ({id: value, name: value, results: items.length})),
    }))
    const used = new Set(this.wanted.map(([{id}]) => id))
    const available = filters.flatMap(({id, name, listed, values}) =>
      listed === undefined || used.has(id) ? [] : [{id, name, values: count(items, values, listed)}],
    )
    return {filters: applied, available_filters: available}
  }
}

function count(items: readonly Item[], valuesOf: Filter['values'], listed: readonly string[]): object[] {
  const counts = new Map(listed.map((value) => [value, 0]))
  for (const item of items) for (const value of valuesOf(item)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([id, results]) => ({id, name: id, results}))
}
