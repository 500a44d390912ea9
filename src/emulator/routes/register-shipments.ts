import type {FastifyInstance} from 'fastify'
import type {World} from '../model/world.js'
import {registerLabels} from './shipment-labels.js'
import {registerShipmentRoutes} from './shipments.js'

/** Shipments and their labels. docs/mercadolibre.md, section 9. */
export function registerShipments(app: FastifyInstance, world: World): void {
  registerShipmentRoutes(app, world)
  registerLabels(app, world)
}
