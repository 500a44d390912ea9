import {type WithIsoTimes, withIsoTimes} from '../../../core/iso-times.js'
import type {StoredShipment} from '../../ports/index.js'

/** A shipment of the local copy, as `--json` has it. */
export type ShipmentView = WithIsoTimes<Omit<StoredShipment, 'user_id'>>

export function shipmentView({user_id: _userId, ...shown}: StoredShipment): ShipmentView {
  return withIsoTimes(shown)
}
