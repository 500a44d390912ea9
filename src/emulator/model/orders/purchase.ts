import type {Catalogue} from '../items/catalogue.js'
import type {Item} from '../items/item.js'
import {renderItem, renderVariation, skuOf} from '../items/render.js'
import {shippingOf} from '../items/shipping.js'
import {textOf} from '../json.js'
import {logisticTypes} from '../shipments/shipment.js'
import {siteOf} from '../sites.js'
import type {UserProducts} from '../stock/user-products.js'
import {badRequest} from '../wire-errors.js'
import type {Order, OrderLine, OrderParties, PaymentOutcome, Shipping} from './order.js'
import {type Orders, stockOf} from './orders.js'

export interface PurchaseDeps {
  orders: Orders
  catalogue: Catalogue
  userProducts: UserProducts
}

export interface BasketItem {
  readonly itemId: string
  readonly variationId: number | null
  readonly quantity: number
}

export interface Purchase {
  readonly buyer: {readonly userId: number; readonly isTestUser: boolean}
  readonly basketItems: readonly BasketItem[]
  readonly payment: PaymentOutcome
  /** Null means that nothing is shipped, undefined that the first item's shipping applies. */
  readonly shipping: Shipping | null | undefined
  /** One pack for all items of a seller; otherwise each order is a pack of its own. */
  readonly inOnePack: boolean
}

interface CheckedItem {
  readonly item: Item
  readonly line: OrderLine
}

/**
 * Buys a basket: an order for each item, and a pack for each seller (docs/mercadolibre.md, section 8).
 * @throws WireError 400, with nothing changed, when an item cannot be bought
 */
export function purchase(deps: PurchaseDeps, wanted: Purchase): Order[] {
  const {orders} = deps
  const {buyer, basketItems, payment, shipping, inOnePack} = wanted
  const checked = basketItems.map((basketItem) => checkItem(deps, buyer, basketItem))
  requireStock(checked)
  const groups = new Map<unknown, CheckedItem[]>()
  for (const choice of checked) {
    const key = inOnePack ? choice.item.sellerId : choice
    groups.set(key, [...(groups.get(key) ?? []), choice])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const lines = group.map(({line}) => line)
    const chosenShipping = shipping === undefined ? shippingOfItem(first.item) : shipping
    return orders.place({...partiesOf(first.item, buyer.userId), lines, payment, shipping: chosenShipping})
  })
}

/** Adds orders of the seller's items, spread evenly from `fromMs` to `toMs`. */
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
    const basketItem = {itemId: item.id, variationId: item.variations[0]?.id ?? null, quantity: 1 + (n % 3)}
    const line = lineOf(userProducts, item, basketItem)
    const ms = Math.floor(fromMs + ((toMs - fromMs) * (n + 1)) / count)
    orders.addPast({...partiesOf(item, buyerId), lines: [line]}, ms)
  }
}

function partiesOf(item: Item, buyerId: number): OrderParties {
  const {sellerId, siteId, isTest} = item
  const {currency_id: currency} = renderItem(item, ['currency_id'])
  return {sellerId, buyerId, siteId, isTest, currencyId: String(currency ?? siteOf(siteId).currencyId)}
}

function checkItem(
  {catalogue, userProducts}: PurchaseDeps,
  buyer: Purchase['buyer'],
  basketItem: BasketItem,
): CheckedItem {
  const item = catalogue.get(basketItem.itemId)
  if (item === undefined) throw badRequest(`there is no item ${basketItem.itemId}`)
  if (item.sellerId === buyer.userId) throw badRequest(`${item.id} is the buyer's own`)
  // docs/mercadolibre.md, section 4: test users deal only with items of test users. The reverse is our reading.
  if (item.isTest !== buyer.isTestUser) throw badRequest(`${item.id} and the buyer are not both test, or both real`)
  if (item.status !== 'active') throw badRequest(`${item.id} is ${item.status}`)
  const ids = item.variations.map(({id}) => id)
  if (basketItem.variationId === null ? ids.length > 0 : !ids.includes(basketItem.variationId))
    throw badRequest(ids.length > 0 ? `variation must be one of ${ids.join(', ')}` : `${item.id} has no variations`)
  return {item, line: lineOf(userProducts, item, basketItem)}
}

/** Adds up lines of one item, and of items that share the stock of a user product. */
function requireStock(checked: readonly CheckedItem[]): void {
  const wanted = new Map<string, number>()
  for (const {item, line} of checked) {
    const shared = item.variations.length === 0 ? item.userProductId : null
    const key = shared === null ? `${item.id} ${line.variationId}` : `${item.sellerId} ${shared}`
    const sum = (wanted.get(key) ?? 0) + line.quantity
    wanted.set(key, sum)
    const stock = stockOf(item, line.variationId)
    if (sum > stock) throw badRequest(`of ${item.id} there are ${stock}, not ${sum}`)
  }
}

const copiedFields = ['title', 'category_id', 'warranty', 'condition', 'catalog_listing']

function lineOf(userProducts: UserProducts, item: Item, {variationId, quantity}: BasketItem): OrderLine {
  const variation = item.variations.find(({id}) => id === variationId)
  const {title, category_id: category, warranty, condition, catalog_listing: catalogue} = renderItem(item, copiedFields)
  const shown = variation === undefined ? {} : renderVariation(item, variation)
  const userProductId = textOf(shown.user_product_id) ?? item.userProductId
  return {
    itemId: item.id,
    title: String(title ?? ''),
    categoryId: textOf(category),
    variationId,
    variationAttributes: Array.isArray(shown.attribute_combinations) ? shown.attribute_combinations : [],
    sellerCustomField: textOf(shown.seller_custom_field) ?? item.customField,
    sellerSku: (variation === undefined ? null : skuOf(variation)) ?? item.sellerSku,
    warranty: textOf(warranty),
    condition: String(condition),
    userProductId,
    listingTypeId: item.listingTypeId,
    isCatalogue: catalogue === true,
    stock: userProductId === null ? null : warehouseOf(userProducts, userProductId, quantity),
    quantity,
    unitPrice: variation?.price ?? item.price,
  }
}

/** The first warehouse with enough stock, or the first one. The service's choice is not documented. */
function warehouseOf(userProducts: UserProducts, id: string, quantity: number): OrderLine['stock'] {
  const warehouses = userProducts.get(id)?.locations.filter(({storeId}) => storeId !== null) ?? []
  const {storeId, networkNodeId} = warehouses.find((one) => one.quantity >= quantity) ?? warehouses[0] ?? {}
  return storeId == null || networkNodeId == null ? null : {storeId, nodeId: networkNodeId}
}

/** The shipping of an item; `drop_off` when it names none, so that a sale can be followed to its end. */
function shippingOfItem(item: Item): Shipping {
  const {mode, logistic_type: type} = shippingOf(item)
  const logisticType = logisticTypes.find((known) => known === type) ?? 'not_specified'
  if (mode === 'me1' || mode === 'custom') return {mode, logisticType: 'not_specified'}
  return {mode: 'me2', logisticType: logisticType === 'not_specified' ? 'drop_off' : logisticType}
}
