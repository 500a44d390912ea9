import type {Catalogue} from '../items/catalogue.js'
import type {Item} from '../items/item.js'
import {renderItem, renderVariation, skuOf} from '../items/render.js'
import {shippingOf} from '../items/shipping.js'
import {logisticTypes} from '../shipments/shipment.js'
import {itemSiteOf} from '../sites.js'
import {badRequest} from '../wire-errors.js'
import type {Order, OrderLine, PaymentOutcome, Shipping} from './order.js'
import type {Basket, Orders} from './orders.js'
import {stockOf} from './orders.js'

export interface PurchaseDeps {
  orders: Orders
  catalogue: Catalogue
  userProducts: UserProducts
}

interface UserProducts {
  get(id: string): {readonly locations: readonly Location[]} | undefined
}

interface Location {
  readonly quantity: number
  readonly storeId: string | null
  readonly networkNodeId: string | null
}

export interface BasketItem {
  readonly itemId: string
  readonly variationId: number | null
  readonly quantity: number
}

export interface Purchase {
  readonly buyer: {readonly userId: number; readonly isTestUser: boolean}
  readonly wishes: readonly BasketItem[]
  readonly payment: PaymentOutcome
  /** Null: handed over in person; undefined: as its first item is sent. */
  readonly shipping: Shipping | null | undefined
  /** All that is bought of one seller in one pack; otherwise each order is a pack of its own. */
  readonly together: boolean
}

interface Choice {
  readonly item: Item
  readonly line: OrderLine
}

/**
 * What happens when a buyer pays a basket: an order for each item, a pack for each seller (docs/mercadolibre.md, section 8).
 * @throws WireError 400, having changed nothing, when the buyer cannot have it
 */
export function purchase(deps: PurchaseDeps, wanted: Purchase): Order[] {
  const {orders} = deps
  const {buyer, wishes, payment, shipping, together} = wanted
  const choices = wishes.map((wish) => choose(deps, buyer, wish))
  requireStock(choices)
  const groups = new Map<unknown, Choice[]>()
  for (const choice of choices) {
    const key = together ? choice.item.sellerId : choice
    groups.set(key, [...(groups.get(key) ?? []), choice])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const lines = group.map(({line}) => line)
    const sentAs = shipping === undefined ? usualShipping(first.item) : shipping
    return orders.place({...partiesOf(first.item, buyer.userId), lines, payment, shipping: sentAs})
  })
}

/** Orders of the past, evenly spread from `fromMs` to `toMs`, of what the seller has listed. */
export function addPastOrders(
  {orders, catalogue, userProducts}: PurchaseDeps,
  {
    sellerId,
    buyerId,
    count,
    fromMs,
    toMs,
  }: {sellerId: number; buyerId: number; count: number; fromMs: number; toMs: number},
): void {
  const items = catalogue.listed(sellerId)
  if (items.length === 0) throw badRequest('the seller has no items')
  for (let n = 0; n < count; n++) {
    const item = items[n % items.length]
    if (item === undefined) return
    const wish = {itemId: item.id, variationId: item.variations[0]?.id ?? null, quantity: 1 + (n % 3)}
    const line = lineOf(userProducts, item, wish)
    const ms = Math.floor(fromMs + ((toMs - fromMs) * (n + 1)) / count)
    orders.addPast({...partiesOf(item, buyerId), lines: [line]}, ms)
  }
}

function partiesOf(
  item: Item,
  buyerId: number,
): Pick<Basket, 'sellerId' | 'buyerId' | 'siteId' | 'isTest' | 'currencyId'> {
  const {sellerId, siteId, isTest} = item
  const {currency_id: currency} = renderItem(item, ['currency_id'])
  return {sellerId, buyerId, siteId, isTest, currencyId: String(currency ?? itemSiteOf(siteId).currencyId)}
}

function choose({catalogue, userProducts}: PurchaseDeps, buyer: Purchase['buyer'], wish: BasketItem): Choice {
  const item = catalogue.get(wish.itemId)
  if (item === undefined) throw badRequest(`there is no item ${wish.itemId}`)
  if (item.sellerId === buyer.userId) throw badRequest(`${item.id} is the buyer's own`)
  // docs/mercadolibre.md, section 4: test users deal only with items of test users. The reverse is our reading.
  if (item.isTest !== buyer.isTestUser) throw badRequest(`${item.id} and the buyer are not both test, or both real`)
  if (item.status !== 'active') throw badRequest(`${item.id} is ${item.status}`)
  const ids = item.variations.map(({id}) => id)
  if (wish.variationId === null ? ids.length > 0 : !ids.includes(wish.variationId))
    throw badRequest(ids.length > 0 ? `variation must be one of ${ids.join(', ')}` : `${item.id} has no variations`)
  return {item, line: lineOf(userProducts, item, wish)}
}

/** The same item may be in the basket twice, and so may the stock that items of one user product share. */
function requireStock(choices: readonly Choice[]): void {
  const wanted = new Map<string, number>()
  for (const {item, line} of choices) {
    const shared = item.variations.length === 0 ? item.userProductId : null
    const key = shared === null ? `${item.id} ${line.variationId}` : `${item.sellerId} ${shared}`
    const sum = (wanted.get(key) ?? 0) + line.quantity
    wanted.set(key, sum)
    const stock = stockOf(item, line.variationId)
    if (sum > stock) throw badRequest(`of ${item.id} there are ${stock}, not ${sum}`)
  }
}

const kept = ['title', 'category_id', 'warranty', 'condition', 'catalog_listing']

function lineOf(userProducts: UserProducts, item: Item, {variationId, quantity}: BasketItem): OrderLine {
  const variation = item.variations.find(({id}) => id === variationId)
  const {title, category_id: category, warranty, condition, catalog_listing: catalogue} = renderItem(item, kept)
  const shown = variation === undefined ? {} : renderVariation(item, variation)
  const userProductId = textOrNull(shown.user_product_id) ?? item.userProductId
  return {
    itemId: item.id,
    title: String(title ?? ''),
    categoryId: textOrNull(category),
    variationId,
    variationAttributes: Array.isArray(shown.attribute_combinations) ? shown.attribute_combinations : [],
    sellerCustomField: textOrNull(shown.seller_custom_field) ?? item.customField,
    sellerSku: (variation === undefined ? null : skuOf(variation)) ?? item.sellerSku,
    warranty: textOrNull(warranty),
    condition: String(condition),
    userProductId,
    listingTypeId: item.listingTypeId,
    isCatalogue: catalogue === true,
    stock: userProductId === null ? null : warehouseOf(userProducts, userProductId, quantity),
    quantity,
    unitPrice: variation?.price ?? item.price,
  }
}

/** The first warehouse that has enough, or the first: which one the service takes is not told. */
function warehouseOf(userProducts: UserProducts, id: string, quantity: number): OrderLine['stock'] {
  const places = userProducts.get(id)?.locations.filter(({storeId}) => storeId !== null) ?? []
  const {storeId, networkNodeId} = places.find((place) => place.quantity >= quantity) ?? places[0] ?? {}
  return storeId == null || networkNodeId == null ? null : {storeId, nodeId: networkNodeId}
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** An item that says nothing of its shipping is dropped off, so that a sale can be played to its end. */
function usualShipping(item: Item): Shipping {
  const {mode, logistic_type: type} = shippingOf(item)
  const logisticType = logisticTypes.find((known) => known === type) ?? 'not_specified'
  if (mode === 'me1' || mode === 'custom') return {mode, logisticType: 'not_specified'}
  return {mode: 'me2', logisticType: logisticType === 'not_specified' ? 'drop_off' : logisticType}
}
