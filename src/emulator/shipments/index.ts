import type {FastifyInstance} from 'fastify'
import type {World} from '../state/world.js'
import {registerLabels} from './labels/routes.js'
import {registerShipmentRoutes} from './routes.js'

export {naturalStep} from './machine.js'
export {receiverOf} from './receivers.js'
export {changeSettings} from './settings.js'
export type {LogisticType, NewShipment, Shipment, ShipmentLine, ShipmentMode, Stand} from './shipment.js'
export {directions, logisticTypes} from './shipment.js'
export {IllegalMove, Shipments} from './shipments.js'
export {renderShipment} from './views.js'

/** Shipments and their labels. docs/mercadolibre.md, section 9. */
export function registerShipments(app: FastifyInstance, world: World): void {
  registerShipmentRoutes(app, world)
  registerLabels(app, world)
}
