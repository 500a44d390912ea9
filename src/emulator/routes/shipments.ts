import type {FastifyInstance, FastifyRequest} from 'fastify'
import type {Shipment} from '../model/shipments/shipment.js'
import type {Caller} from '../model/users.js'
import {accessDenied, badRequest, notFound, WireError} from '../model/wire-errors.js'
import type {World} from '../model/world.js'
import {authenticate} from './authenticate.js'
import {registerLabels} from './shipment-labels.js'
import {leadTimeOf, ordersOf, receiverOf, renderFlat, renderShipment, slaOf, statusCatalogue} from './shipment-views.js'
import {sendWithDecimals} from './wire-format.js'

/** Shipments and their labels. docs/mercadolibre.md, section 9. */
export function registerShipments(app: FastifyInstance, world: World): void {
  registerShipmentRoutes(app, world)
  registerLabels(app, world)
}

type ShipmentRoute = {Params: {id: string}}

/**
 * A shipment and its sub-resources (docs/mercadolibre.md, section 9), without those of which the source gives only the name.
 */
function registerShipmentRoutes(app: FastifyInstance, world: World): void {
  app.get<ShipmentRoute>('/shipments/:id', (request, reply) => {
    const shipment = requestedShipment(world, request)
    const receiver = receiverOf(world, shipment)
    const isFlat = !wantsNewFormat(request) && world.shipments.settings.old_format === 'flat'
    const body = isFlat ? renderFlat(shipment, receiver) : renderShipment(shipment, receiver, world.shipments.settings)
    return sendWithDecimals(reply, body, world.orders.settings.amount_spelling === 'short' ? 0 : 2)
  })

  app.get<ShipmentRoute>('/shipments/:id/lead_time', (request) => leadTimeOf(requestedShipment(world, request)))

  app.get<ShipmentRoute>('/shipments/:id/sla', (request) => {
    const shipment = visibleShipment(world, request.params.id, authenticate(world, request))
    const sla = slaOf(shipment, world.clock.now().getTime())
    if (sla === null) throw new WireError(404, {code: 'not_found', message: 'not_found'})
    return sla
  })

  // Shipments of the emulator have no delays.
  app.get<ShipmentRoute>('/shipments/:id/delays', (request) => {
    requestedShipment(world, request)
    throw notFound('The shipment has no delays')
  })

  app.get<ShipmentRoute>('/shipments/:id/orders', (request, reply) => {
    const shipment = requestedShipment(world, request)
    if (request.headers['x-new-domain'] !== 'true') throw badRequest('the header X-New-Domain: true is required')
    const rows = ordersOf(shipment)
    return rows.length === 0 ? reply.code(204).send() : reply.send(rows)
  })

  app.get('/shipment_statuses', (request) => {
    authenticate(world, request)
    return statusCatalogue()
  })
}

/** The shipment in the path, for its seller and its buyer. @throws WireError 400 without the header, 403, 404 */
function requestedShipment(world: World, request: FastifyRequest<ShipmentRoute>): Shipment {
  const caller = authenticate(world, request)
  requireNewFormat(world, request)
  return visibleShipment(world, request.params.id, caller)
}

/** The header is mandatory since October 2025, but the service still answers without it (section 9). */
function requireNewFormat(world: World, request: FastifyRequest): void {
  if (world.shipments.settings.old_format === 'refused' && !wantsNewFormat(request))
    throw badRequest('the header x-format-new: true is required')
}

function wantsNewFormat({headers}: FastifyRequest): boolean {
  return headers['x-format-new'] === 'true'
}

function visibleShipment({shipments}: World, id: string, {userId}: Caller): Shipment {
  const shipment = /^\d{1,15}$/.test(id) ? shipments.get(Number(id)) : undefined
  if (shipment === undefined) throw notFound(`Shipment with id ${id} not found`)
  if (shipment.sellerId !== userId && shipment.buyerId !== userId) throw accessDenied()
  return shipment
}
