import type {FastifyInstance} from 'fastify'
import {badRequest} from '../model/api-error.js'
import {paymentOutcomes, type Shipping} from '../model/orders/order.js'
import {purchase, remember, type Wish} from '../model/orders/purchase.js'
import {logisticTypes} from '../model/shipments/shipment.js'
import {isTestUser} from '../model/users.js'
import type {World} from '../model/world.js'
import {userOf} from './accounts.js'
import {Body, durationMs} from './body.js'

const mostAtOnce = 100_000

/** What buyers do on the site, where no token of an application reaches. */
export function registerPurchase(app: FastifyInstance, world: World): void {
  app.post('/_emulator/purchase', (request, reply) => {
    const body = new Body(request.body, [
      'buyer',
      'items',
      'item',
      'variation',
      'quantity',
      'payment',
      'shipping',
      'pack',
    ])
    const buyer = userOf(world, body.reference('buyer'), 'buyer')
    const made = purchase(world, {
      buyer: {userId: buyer.id, isTestUser: isTestUser(buyer)},
      wishes: wishesOf(body),
      payment: body.oneOf('payment', paymentOutcomes) ?? 'approved',
      shipping: shippingOf(body),
      together: body.flag('pack') ?? true,
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
    const body = new Body(request.body, ['seller', 'buyer', 'count', 'over'])
    const [seller, buyer] = [
      userOf(world, body.reference('seller'), 'seller'),
      userOf(world, body.reference('buyer'), 'buyer'),
    ]
    const count = body.count('count') ?? 1
    if (count < 1 || count > mostAtOnce) throw badRequest(`count must be between 1 and ${mostAtOnce}`)
    if (isTestUser(seller) !== isTestUser(buyer)) throw badRequest('seller and buyer are not both test, or both real')
    const toMs = world.clock.now().getTime()
    const fromMs = toMs - durationMs(body.text('over') ?? '30d')
    remember(world, {sellerId: seller.id, buyerId: buyer.id, count, fromMs, toMs})
    return reply.code(201).send({made: count, total: world.orders.list().length})
  })
}

/** One item, or a list of them. */
function wishesOf(body: Body): Wish[] {
  const items = body.raw('items')
  if (items === undefined) return [wishOf(body)]
  if (['item', 'variation', 'quantity'].some((name) => body.has(name)))
    throw badRequest('either item or items, each with its variation and quantity')
  if (!Array.isArray(items) || items.length === 0) throw badRequest('items must be a list')
  return items.map((item) => wishOf(new Body(item, ['item', 'variation', 'quantity'])))
}

function wishOf(body: Body): Wish {
  const itemId = body.text('item')
  if (itemId === undefined) throw badRequest('item is missing')
  const quantity = body.count('quantity') ?? 1
  if (quantity < 1) throw badRequest('quantity must be at least 1')
  return {itemId, variationId: body.raw('variation') === null ? null : (body.count('variation') ?? null), quantity}
}

const modes = ['none', 'me1', 'custom'] as const

/** A logistic type of me2, or `me1`, `custom`, `none`; undefined leaves it to the item. */
function shippingOf(body: Body): Shipping | null | undefined {
  const way = body.oneOf('shipping', [...logisticTypes, ...modes])
  if (way === undefined) return undefined
  if (way === 'none') return null
  if (way === 'me1' || way === 'custom') return {mode: way, logisticType: 'not_specified'}
  return {mode: 'me2', logisticType: way}
}
