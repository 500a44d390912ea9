import type {FastifyInstance} from 'fastify'
import type {World} from '../state/world.js'
import {registerLabels} from './labels/routes.js'
import {registerShipmentRoutes} from './routes.js'

/** Shipments and their labels. docs/mercadolibre.md, section 9. */
export function registerShipments(app: FastifyInstance, world: World): void {
  registerShipmentRoutes(app, world)
  registerLabels(app, world)
}
