import type {FastifyInstance} from 'fastify'
import * as v from 'valibot'
import {directions, type Shipment, type ShipmentState} from '../model/shipments/shipment.js'
import {nextStep} from '../model/shipments/shipment-states.js'
import {IllegalTransition} from '../model/shipments/shipments.js'
import {badRequest, notFound, standardError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {flag, oneOf, pageOf, read, text} from './input.js'

type ShipmentRoute = {Params: {id: string}}

const moveBody = v.strictObject({
  status: v.exactOptional(text),
  substatus: v.exactOptional(v.nullable(text)),
  /** Takes the next step of a sale without problems. */
  advance: v.exactOptional(flag),
  /** Allows a transition that the service does not have. */
  force: v.optional(flag, false),
})
const returnBody = v.strictObject({direction: v.optional(oneOf(directions), 'return')})

/** Routes for what carriers do to shipments, and for parcels that come back. */
export function registerShipments(app: FastifyInstance, world: World): void {
  app.get('/_emulator/shipments', ({query}) => pageOf(world.shipments.list(), query).map(view))

  app.get<ShipmentRoute>('/_emulator/shipments/:id', ({params}) => view(shipmentOf(world, params.id)))

  app.post<ShipmentRoute>('/_emulator/shipments/:id', (request) => {
    const shipment = shipmentOf(world, request.params.id)
    const {force, ...wanted} = read(moveBody, request.body)
    try {
      world.shipments.move(shipment, targetOf(shipment, wanted), {force})
    } catch (error) {
      if (error instanceof IllegalTransition) throw standardError(409, 'illegal_move', error.message)
      throw error
    }
    return view(shipment)
  })

  app.post<ShipmentRoute>('/_emulator/shipments/:id/return', (request, reply) => {
    const original = shipmentOf(world, request.params.id)
    const {direction} = read(returnBody, request.body)
    return reply.code(201).send(view(world.shipments.create({...original, direction, paid: true})))
  })
}

function targetOf(
  shipment: Shipment,
  {advance, status, substatus}: {advance?: boolean; status?: string; substatus?: string | null},
): ShipmentState {
  if (advance === true) {
    const next = nextStep(shipment)
    if (next !== null) return next
    throw standardError(409, 'illegal_move', shipment.paid ? 'it is at its end' : 'it waits for its payment')
  }
  if (status === undefined && substatus === undefined) throw badRequest('status, substatus or advance is missing')
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
