import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'
import {withoutFields} from '../model/json.js'
import type {Order} from '../model/orders/order.js'
import type {Settings} from '../model/settings.js'
import type {Shipment} from '../model/shipments/shipment.js'
import {notFound, standardError, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {searchOrders} from './order-search.js'
import {renderOrder, renderPack} from './order-views.js'
import {type Query, readQuery} from './query.js'
import {receiverOf, renderShipment} from './shipment-views.js'
import {sendWithDecimals} from './wire-format.js'

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
    const order = requestedOrder(world, request)
    const {orders} = world
    const missing = [...orders.settings.missing, ...order.missing]
    const body = withoutFields(renderOrder(order, orders.packOf(order), world.users.get(order.buyerId)), missing)
    const decimals = orders.settings.amount_spelling === 'short' ? 0 : 1
    return sendWithDecimals(partial(reply, missing), body, decimals)
  })

  app.get<ById>('/orders/:id/shipments', (request, reply) => {
    const order = requestedOrder(world, request)
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
    // Packs refuse a missing token in this way (section 8); the gateway refuses an invalid one.
    if (request.headers.authorization === undefined) throw unidentifiedUser()
    const {userId} = authenticate(world, request)
    const {orders} = world
    const pack = orders.pack(Number(request.params.id))
    if (pack === undefined) throw packNotFound(request.params.id, orders.settings)
    if (pack.sellerId !== userId && pack.buyerId !== userId) throw packNotAccessible()
    return renderPack(pack)
  })
}

/** Sets status 206 and the header that names the missing fields, if there are any (section 3). */
function partial(reply: FastifyReply, missing: readonly string[]): FastifyReply {
  if (missing.length === 0) return reply
  return reply.code(206).header('x-content-missing', [...new Set(missing)].join(', '))
}

/** The order in the path, for its seller and its buyer. */
function requestedOrder(world: World, request: FastifyRequest<ById>): Order {
  const {userId} = authenticate(world, request)
  const {id} = request.params
  if (!/^\d{1,16}$/.test(id) || !Number.isSafeInteger(Number(id))) throw invalidOrderId()
  const order = world.orders.get(Number(id))
  if (order === undefined) throw orderNotFound(Number(id), world.orders.settings)
  if (order.sellerId !== userId && order.buyerId !== userId) throw notOwnedOrder()
  return order
}

type Json = Record<string, unknown>

interface ShipmentsQuery {
  /** The header `X-New-Domain: true`, or `hosted=true`. */
  hosted: boolean
  /** The header `X-Api-Version: 2`. */
  withNames: boolean
  query: Query
}

/**
 * `GET /orders/:id/shipments` in both views (sections 0 and 8). The new one is a list of ids and types, or undefined when there is
 * no shipment yet. The old one, which ended in September 2026 unless a setting keeps it, has the shipment to the buyer, or all
 * with `list_all=true`; its 404 without a shipment is our reading.
 */
function shipmentsAnswer(world: World, {id}: Order, {hosted, withNames, query}: ShipmentsQuery): unknown {
  const all = world.shipments.allOfOrder(id)
  if (hosted || !world.shipments.settings.old_order_view) {
    return all.length === 0 ? undefined : all.map((shipment) => ({id: shipment.id, type: shipment.direction}))
  }
  const views = (query.get('views') ?? '').split(',')
  const show = (shipment: Shipment): Json => oldView(world, shipment, views, withNames)
  if (query.get('list_all') === 'true') return all.map(show)
  const shipment = world.shipments.ofOrder(id)
  if (shipment === undefined) throw notFound(`The order ${id} has no shipment`)
  return show(shipment)
}

/** Adds addresses by `views=origin,destination`, and names and phone by the header (section 8). */
function oldView(world: World, shipment: Shipment, views: readonly string[], withNames: boolean): Json {
  const {origin, destination, ...rest} = renderShipment(shipment, receiverOf(world, shipment), world.shipments.settings)
  return {
    ...rest,
    ...(views.includes('origin') ? {origin} : {}),
    ...(views.includes('destination') ? {destination: withNames ? destination : withoutReceiver(destination)} : {}),
  }
}

function withoutReceiver(destination: unknown): unknown {
  if (typeof destination !== 'object' || destination === null) return destination
  const shown = Object.entries(destination).filter(([name]) => name !== 'receiver_name' && name !== 'receiver_phone')
  return Object.fromEntries(shown)
}

/** The codes and the 404 bodies are from section 8; the other statuses and texts are ours. */
function orderNotFound(id: number, {order_not_found_body: orderNotFoundBody}: Settings): WireError {
  if (orderNotFoundBody === 'cause_as_text') return missing('order_not_found', 'Order do not exists')
  return standardError(404, 'order_not_found', `Order with id ${id} not found`)
}

function invalidOrderId(): WireError {
  return standardError(400, 'invalid_order_id', 'Invalid order id')
}

function emptyOrderId(): WireError {
  return standardError(400, 'empty_order_id', 'The order id is empty')
}

function notOwnedOrder(): WireError {
  return standardError(403, 'not_owned_order', 'The caller is neither the seller nor the buyer of the order')
}

/** The texts of pack errors are from section 8; the codes of the 403s are ours. */
function unidentifiedUser(): WireError {
  return standardError(403, 'not_identified_user', 'Can not identify the user')
}

function packNotAccessible(): WireError {
  return standardError(403, 'forbidden', 'The user has not access to the order')
}

function packNotFound(id: string, {order_not_found_body: orderNotFoundBody}: Settings): WireError {
  if (orderNotFoundBody === 'cause_as_text') return missing('pack_not_found', `Pack ${id} not found`)
  return standardError(404, 'not_found', 'Order does not exist')
}

function missing(error: string, message: string): WireError {
  return new WireError(404, {cause: '', message, error, status: 404})
}
