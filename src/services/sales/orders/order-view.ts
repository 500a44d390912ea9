import {type WithIsoTimes, withIsoTimes} from '../../../core/iso-times.js'
import type {Pack, StoredOrder, StoredShipment} from '../../ports/index.js'

/** An order of the local copy, as `--json` has it. Amounts are exact decimal text in `currency_id`. */
export type OrderView = WithIsoTimes<Omit<StoredOrder, 'user_id'>>

/** Orders that one buyer paid for together. All but the id is null when only its orders are known. */
export interface PackView {
  id: string
  status: string | null
  status_detail: string | null
  shipment_id: string | null
  /** The orders of this seller that are stored. */
  order_ids: string[]
  synced_at: string | null
}

export interface ShipmentState {
  id: string
  /** Null when it was not read yet. */
  status: string | null
  substatus: string | null
  tracking_number: string | null
}

export function orderView({user_id: _userId, ...shown}: StoredOrder): OrderView {
  return withIsoTimes(shown)
}

export function packView(id: string, order_ids: string[], pack: (Pack & {synced_at: Date}) | undefined): PackView {
  return {
    id,
    status: pack?.status ?? null,
    status_detail: pack?.status_detail ?? null,
    shipment_id: pack?.shipment_id ?? null,
    order_ids,
    synced_at: pack?.synced_at.toISOString() ?? null,
  }
}

export function shipmentState(id: string, shipment: StoredShipment | undefined): ShipmentState {
  const {status = null, substatus = null, tracking_number = null} = shipment ?? {}
  return {id, status, substatus, tracking_number}
}
