import type {FastifyInstance} from 'fastify'
import {badRequest, notFound} from '../model/api-error.js'
import {isFieldName} from '../model/json.js'
import {type Order, orderStatuses, packStatuses, paymentOutcomes, requesters} from '../model/orders/order.js'
import {changeSettings} from '../model/orders/settings.js'
import {registerSettings} from '../model/settings.js'
import type {World} from '../model/world.js'
import {renderOrder, renderPack} from '../routes/order-views.js'
import {Body, pageOf} from './body.js'
import {registerPurchase} from './purchases.js'

type ById = {Params: {id: string}}

/** What becomes of orders once they are made: payments, refunds, ends, and what only the service itself can do. */
export function registerSales(app: FastifyInstance, world: World): void {
  registerPurchase(app, world)

  app.get('/_emulator/orders', ({query}) => pageOf(world.orders.list(), query).map((order) => view(world, order)))

  registerSettings(app, '/_emulator/orders/settings', () => world.orders.settings, changeSettings)

  app.get<ById>('/_emulator/orders/:id', ({params}) => view(world, orderOf(world, params.id)))

  app.post<ById>('/_emulator/orders/:id', (request) => {
    const order = orderOf(world, request.params.id)
    const body = new Body(request.body, ['status', 'fraud', 'tags', 'missing'])
    const [status, fraud] = [body.oneOf('status', orderStatuses), body.flag('fraud')]
    const [extraTags, missing] = [body.texts('tags'), body.texts('missing')]
    if (missing?.every(isFieldName) === false)
      throw badRequest('missing must be a list of fields, such as buyer or feedback')
    // An end has consequences, which these routes have.
    if (status === 'cancelled') throw badRequest(`POST /_emulator/orders/${order.id}/cancel`)
    world.orders.change(order, {
      ...(status !== undefined && {status}),
      ...(fraud !== undefined && {fraud}),
      ...(extraTags && {extraTags}),
      ...(missing && {missing}),
    })
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/reindex', ({params}) => {
    const order = orderOf(world, params.id)
    world.orders.reindex(order)
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/pay', (request) => {
    const order = orderOf(world, request.params.id)
    const body = new Body(request.body, ['payment', 'amount'])
    world.orders.pay(order, body.oneOf('payment', paymentOutcomes) ?? 'approved', amountOf(body))
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/cancel', (request) => {
    const order = orderOf(world, request.params.id)
    const body = new Body(request.body, [...cancelFields, 'restock'])
    world.orders.cancel(order, cancelDetail(body), restockOf(body))
    return view(world, order)
  })

  app.post<ById>('/_emulator/orders/:id/refund', (request) => {
    const order = orderOf(world, request.params.id)
    const body = new Body(request.body, [...cancelFields, 'amount', 'restock'])
    world.orders.refund(order, cancelDetail(body, 'refunded'), {...amountOf(body), ...restockOf(body)})
    return view(world, order)
  })

  app.post<ById>('/_emulator/packs/:id', (request) => {
    const pack = world.orders.pack(Number(request.params.id))
    if (pack === undefined) throw notFound(`there is no pack ${request.params.id}`)
    const status = new Body(request.body, ['status']).oneOf('status', packStatuses)
    if (status === undefined) throw badRequest('status is missing')
    world.orders.changePack(pack, status)
    return renderPack(pack)
  })
}

const cancelFields = ['requested_by', 'group', 'code', 'description']

/** The source names the fields of `cancel_detail` and not what is in them: the words are ours (section 8). */
function cancelDetail(body: Body, code?: string) {
  const requestedBy = body.oneOf('requested_by', requesters) ?? 'buyer'
  return {
    requestedBy,
    group: body.text('group') ?? (requestedBy === 'meli' ? 'internal' : requestedBy),
    code: body.text('code') ?? code ?? `${requestedBy}_cancel`,
    description: body.text('description') ?? `Ended by ${requestedBy}`,
  }
}

function restockOf(body: Body): {restock?: boolean} {
  const restock = body.flag('restock')
  return restock === undefined ? {} : {restock}
}

function amountOf(body: Body): {amount?: number} {
  const amount = body.raw('amount')
  if (amount === undefined) return {}
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0)
    throw badRequest('amount must be a number above 0')
  return {amount}
}

function orderOf({orders}: World, id: string): Order {
  const order = orders.get(Number(id))
  if (order === undefined) throw notFound(`there is no order ${id}`)
  return order
}

/** As its parties see it. */
function view({orders, users}: World, order: Order): Record<string, unknown> {
  return renderOrder(order, orders.packOf(order), users.get(order.buyerId))
}
