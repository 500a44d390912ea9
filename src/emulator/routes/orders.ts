import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import type {Order} from '../model/orders/order.js'
import type {World} from '../model/world.js'
import {sendWithDecimals} from './amounts.js'
import {authenticate} from './authenticate.js'
import {
  emptyOrderId,
  invalidOrderId,
  notOwnedOrder,
  orderNotFound,
  packNotAccessible,
  packNotFound,
  unidentifiedUser,
} from './order-errors.js'
import {searchOrders} from './order-search.js'
import {shipmentsAnswer} from './order-shipments.js'
import {renderOrder, renderPack, without} from './order-views.js'
import {readQuery} from './query.js'

type ById = {Params: {id: string}}

/** docs/mercadolibre.md, section 8. */
export function registerOrders(app: FastifyInstance, world: World): void {
  const nicknameOf = (userId: number): string => world.users.get(userId)?.nickname ?? ''

  app.get('/orders', (request) => {
    authenticate(world, request)
    throw emptyOrderId()
  })

  app.get('/orders/search', (request, reply) => {
    const {userId} = authenticate(world, request)
    const {body, missing} = searchOrders({orders: world.orders, nicknameOf}, userId, readQuery(request.query))
    return partial(reply, missing).send(body)
  })

  app.get<ById>('/orders/:id', (request, reply) => {
    const order = asked(world, request)
    const {orders} = world
    const missing = [...orders.settings.missing, ...order.missing]
    const body = without(renderOrder(order, orders.packOf(order), world.users.get(order.buyerId)), missing)
    const decimals = orders.settings.amount_spelling === 'short' ? 0 : 1
    return sendWithDecimals(partial(reply, missing), body, decimals)
  })

  app.get<ById>('/orders/:id/shipments', (request, reply) => {
    const order = asked(world, request)
    const {headers} = request
    const query = readQuery(request.query)
    const body = shipmentsAnswer(world, order, {
      hosted: headers['x-new-domain'] === 'true' || query.get('hosted') === 'true',
      withNames: headers['x-api-version'] === '2',
      query,
    })
    return body === undefined ? reply.code(204).send() : reply.send(body)
  })

  app.get<ById>('/packs/:id', (request) => {
    // Of packs this is how a missing token is refused (section 8); one that is dead meets the gateway first.
    if (request.headers.authorization === undefined) throw unidentifiedUser()
    const {userId} = authenticate(world, request)
    const {orders} = world
    const pack = orders.pack(Number(request.params.id))
    if (pack === undefined) throw packNotFound(request.params.id, orders.settings)
    if (pack.sellerId !== userId && pack.buyerId !== userId) throw packNotAccessible()
    return renderPack(pack)
  })
}

/** 206 when something is missing, with its name in the header (section 3). */
function partial(reply: FastifyReply, missing: readonly string[]): FastifyReply {
  if (missing.length === 0) return reply
  return reply.code(206).header('x-content-missing', [...new Set(missing)].join(', '))
}

/** The order in the path, for its seller and its buyer. */
function asked(world: World, request: FastifyRequest<ById>): Order {
  const {userId} = authenticate(world, request)
  const {id} = request.params
  if (!/^\d{1,16}$/.test(id) || !Number.isSafeInteger(Number(id))) throw invalidOrderId()
  const order = world.orders.get(Number(id))
  if (order === undefined) throw orderNotFound(Number(id), world.orders.settings)
  if (order.sellerId !== userId && order.buyerId !== userId) throw notOwnedOrder()
  return order
}
