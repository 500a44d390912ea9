import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {fieldNames} from '../model/json.js'
import {
  type CancelDetail,
  type Order,
  orderStatuses,
  packStatuses,
  paymentOutcomes,
  requesters,
  type Shipping,
} from '../model/orders/order.js'
import {addPastOrders, type BasketItem, purchase} from '../model/orders/purchase.js'
import {logisticTypes} from '../model/shipments/shipment.js'
import {isTestUser} from '../model/users.js'
import {badRequest, notFound} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {renderOrder, renderPack} from '../routes/order-views.js'
import {
  atLeastOne,
  count,
  duration,
  flag,
  oneOf,
  pageOf,
  read,
  reference,
  text,
  texts,
  userOf,
  wholeNumber,
} from './input.js'

type ById = {Params: {id: string}}

const basketItem = {
  item: text,
  variation: v.optional(v.nullable(count), null),
  quantity: v.optional(atLeastOne, 1),
}
const basket = {
  buyer: reference,
  payment: v.optional(oneOf(paymentOutcomes), 'approved'),
  /** A logistic type of me2, or `me1`, `custom`, `none`; left out, it is the item's. */
  shipping: v.exactOptional(oneOf([...logisticTypes, 'none', 'me1', 'custom'])),
  pack: v.optional(flag, true),
}
const listBody = v.strictObject({
  ...basket,
  items: v.pipe(v.array(v.strictObject(basketItem), 'must be a list'), v.minLength(1, 'must be a list')),
})
const singleBody = v.strictObject({...basket, ...basketItem})
const pastBody = v.strictObject({
  seller: reference,
  buyer: reference,
  count: v.optional(wholeNumber(1, 100_000), 1),
  over: v.optional(duration, '30d'),
})

/** Routes for what buyers do on the site, which no application can do with a token. */
export function registerPurchases(app: FastifyInstance, world: World): void {
  app.post('/_emulator/purchase', (request, reply) => {
    const {basketItems, ...wanted} = readPurchase(request.body)
    const buyer = userOf(world, wanted.buyer)
    const made = purchase(world, {
      buyer: {userId: buyer.id, isTestUser: isTestUser(buyer)},
      basketItems,
      payment: wanted.payment,
      shipping: shippingOf(wanted.shipping),
      inOnePack: wanted.pack,
    })
    world.users.touch(buyer)
    const packs = [...new Set(made.map(({packId}) => packId))]
    return reply.code(201).send({
      order_ids: made.map(({id}) => id),
      pack_ids: packs,
      shipment_ids: packs.map((id) => world.orders.pack(id)?.shipmentId ?? null),
    })
  })

  app.post('/_emulator/orders', (request, reply) => {
    const wanted = read(pastBody, request.body)
    const [seller, buyer] = [userOf(world, wanted.seller), userOf(world, wanted.buyer)]
    if (isTestUser(seller) !== isTestUser(buyer)) throw badRequest('seller and buyer are not both test, or both real')
    const toMs = world.clock.now().getTime()
    const period = {fromMs: toMs - wanted.over, toMs}
    addPastOrders(world, {sellerId: seller.id, buyerId: buyer.id, count: wanted.count, ...period})
    return reply.code(201).send({made: wanted.count, total: world.orders.list().length})
  })
}

/** Reads a purchase of one item, or of a list of items. */
function readPurchase(body: unknown): Omit<v.InferOutput<typeof listBody>, 'items'> & {basketItems: BasketItem[]} {
  const isList = typeof body === 'object' && body !== null && 'items' in body
  const {items, ...rest} = isList ? read(listBody, body) : single(read(singleBody, body))
  const basketItems = items.map(({item, variation, quantity}) => ({itemId: item, variationId: variation, quantity}))
  return {...rest, basketItems}
}

function single({item, variation, quantity, ...rest}: v.InferOutput<typeof singleBody>) {
  return {...rest, items: [{item, variation, quantity}]}
}

function shippingOf(way: v.InferOutput<typeof singleBody>['shipping']): Shipping | null | undefined {
  if (way === undefined) return undefined
  if (way === 'none') return null
  if (way === 'me1' || way === 'custom') return {mode: way, logisticType: 'not_specified'}
  return {mode: 'me2', logisticType: way}
}

const changeBody = v.strictObject({
  status: v.exactOptional(oneOf(orderStatuses)),
  fraud: v.exactOptional(flag),
  tags: v.exactOptional(texts),
  missing: v.exactOptional(fieldNames),
})
const amountMessage = 'must be a number above 0'
const amount = v.exactOptional(v.pipe(v.number(amountMessage), v.finite(amountMessage), v.gtValue(0, amountMessage)))
const payBody = v.strictObject({payment: v.optional(oneOf(paymentOutcomes), 'approved'), amount})
/** The source names the fields of `cancel_detail` and not their values, so the defaults are ours (section 8). */
const cancelDetail = {
  requested_by: v.optional(oneOf(requesters), 'buyer'),
  group: v.exactOptional(text),
  code: v.exactOptional(text),
  description: v.exactOptional(text),
}
const cancelBody = v.strictObject({...cancelDetail, restock: v.exactOptional(flag)})
const refundBody = v.strictObject({...cancelDetail, restock: v.exactOptional(flag), amount})
const packBody = v.strictObject({status: oneOf(packStatuses)})

/** Routes for payments, refunds and cancellations, and for changes that only the service itself can make. */
export function registerOrders(app: FastifyInstance, world: World): void {
  app.get('/_emulator/orders', ({query}) => pageOf(world.orders.list(), query).map((order) => view(world, order)))

  app.get<ById>('/_emulator/orders/:id', ({params}) => view(world, orderOf(world, params.id)))

  app.post<ById>('/_emulator/orders/:id', (request) => {
    const order = orderOf(world, request.params.id)
    const {tags: extraTags, ...change} = read(changeBody, request.body)
    // Cancelling also moves payments and stock, which the other route does.
    if (change.status === 'cancelled') throw badRequest(`POST /_emulator/orders/${order.id}/cancel`)
    world.orders.change(order, {...change, ...(extraTags && {extraTags})})
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/reindex', ({params}) => {
    const order = orderOf(world, params.id)
    world.orders.reindex(order)
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/pay', (request) => {
    const order = orderOf(world, request.params.id)
    const {payment, ...share} = read(payBody, request.body)
    world.orders.pay(order, payment, share)
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/cancel', (request) => {
    const order = orderOf(world, request.params.id)
    const {restock, ...detail} = read(cancelBody, request.body)
    world.orders.cancel(order, cancelDetailOf(detail), restock === undefined ? {} : {restock})
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/refund', (request) => {
    const order = orderOf(world, request.params.id)
    const {amount: returned, restock, ...detail} = read(refundBody, request.body)
    world.orders.refund(order, cancelDetailOf({code: 'refunded', ...detail}), {
      ...(returned !== undefined && {amount: returned}),
      ...(restock !== undefined && {restock}),
    })
    return view(world, order)
  })

  app.post<ById>('/_emulator/packs/:id', (request) => {
    const pack = world.orders.pack(Number(request.params.id))
    if (pack === undefined) throw notFound(`there is no pack ${request.params.id}`)
    world.orders.changePack(pack, read(packBody, request.body).status)
    return renderPack(pack)
  })
}

type CancelFields = Omit<v.InferOutput<typeof cancelBody>, 'restock'>

function cancelDetailOf({requested_by: requestedBy, group, code, description}: CancelFields): Omit<CancelDetail, 'ms'> {
  return {
    requestedBy,
    group: group ?? (requestedBy === 'meli' ? 'internal' : requestedBy),
    code: code ?? `${requestedBy}_cancel`,
    description: description ?? `Ended by ${requestedBy}`,
  }
}

function orderOf({orders}: World, id: string): Order {
  const order = orders.get(Number(id))
  if (order === undefined) throw notFound(`there is no order ${id}`)
  return order
}

/** The order as its buyer and seller see it. */
function view({orders, users}: World, order: Order): Record<string, unknown> {
  return renderOrder(order, orders.packOf(order), users.get(order.buyerId))
}
