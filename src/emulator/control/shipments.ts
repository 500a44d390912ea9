import type {FastifyInstance} from 'fastify'
import {badRequest, notFound, standardError} from '../model/api-error.js'
import {registerSettings} from '../model/settings.js'
import {changeSettings} from '../model/shipments/settings.js'
import {directions, type Shipment, type Stand} from '../model/shipments/shipment.js'
import {naturalStep} from '../model/shipments/shipment-states.js'
import {IllegalMove} from '../model/shipments/shipments.js'
import type {World} from '../model/world.js'
import {Body, pageOf} from './body.js'

type ShipmentRoute = {Params: {id: string}}

/** What carriers, and parcels that come back, do to shipments. */
export function registerShipmentControl(app: FastifyInstance, world: World): void {
  app.get('/_emulator/shipments', ({query}) => pageOf(world.shipments.list(), query).map(view))

  registerSettings(app, '/_emulator/shipments/settings', () => world.shipments.settings, changeSettings)

  app.get<ShipmentRoute>('/_emulator/shipments/:id', ({params}) => view(shipmentOf(world, params.id)))

  app.post<ShipmentRoute>('/_emulator/shipments/:id', (request) => {
    const shipment = shipmentOf(world, request.params.id)
    const body = new Body(request.body, ['status', 'substatus', 'advance', 'force'])
    const force = body.flag('force') ?? false
    try {
      world.shipments.move(shipment, targetOf(shipment, body), {force})
    } catch (error) {
      if (error instanceof IllegalMove) throw standardError(409, 'illegal_move', error.message)
      throw error
    }
    return view(shipment)
  })

  app.post<ShipmentRoute>('/_emulator/shipments/:id/return', (request, reply) => {
    const {lines, ...shipment} = shipmentOf(world, request.params.id)
    const direction = new Body(request.body, ['direction']).oneOf('direction', directions) ?? 'return'
    return reply.code(201).send(view(world.shipments.create({...pick(shipment), lines, direction, paid: true})))
  })
}

function pick({sellerId, buyerId, siteId, isTest, packId, logisticType, mode, declaredValue}: Omit<Shipment, 'lines'>) {
  return {sellerId, buyerId, siteId, isTest, packId, logisticType, mode, declaredValue}
}

function targetOf(shipment: Shipment, body: Body): Stand {
  if (body.flag('advance') === true) {
    const next = naturalStep(shipment)
    if (next !== null) return next
    throw standardError(409, 'illegal_move', shipment.paid ? 'it is at its end' : 'it waits for its payment')
  }
  const [status, substatus] = [body.text('status'), body.raw('substatus')]
  if (status === undefined && substatus === undefined) throw badRequest('status, substatus or advance is missing')
  if (substatus !== undefined && substatus !== null && typeof substatus !== 'string')
    throw badRequest('substatus must be text or null')
  return {status: status ?? shipment.status, substatus: substatus ?? null}
}

function shipmentOf({shipments}: World, id: string): Shipment {
  const shipment = shipments.get(Number(id))
  if (shipment === undefined) throw notFound(`there is no shipment ${id}`)
  return shipment
}

function view(shipment: Shipment): Record<string, unknown> {
  return {
    id: shipment.id,
    status: shipment.status,
    substatus: shipment.substatus,
    seller_id: shipment.sellerId,
    buyer_id: shipment.buyerId,
    pack_id: shipment.packId,
    order_ids: [...new Set(shipment.lines.map(({orderId}) => orderId))],
    direction: shipment.direction,
    mode: shipment.mode,
    logistic_type: shipment.logisticType,
    paid: shipment.paid,
    history: shipment.history.map(({status, substatus, ms}) => ({status, substatus, at: new Date(ms).toISOString()})),
  }
}
