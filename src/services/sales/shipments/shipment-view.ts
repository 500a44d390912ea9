import type {StoredShipment} from '../../ports/index.js'

/** A shipment of the local copy. Times are ISO 8601 in UTC. */
export interface ShipmentView {
  id: string
  status: string | null
  substatus: string | null
  mode: string | null
  logistic_type: string | null
  /** `forward`, or on its way back. */
  direction: string | null
  shipping_method: string | null
  tracking_number: string | null
  tracking_method: string | null
  /** Exact decimal text. */
  declared_value: string | null
  date_created: string | null
  last_updated: string | null
  estimated_delivery: string | null
  receiver_id: number | null
  receiver_name: string | null
  address_line: string | null
  zip_code: string | null
  city: string | null
  state: string | null
  country: string | null
  tags: readonly string[]
  /** The service gave it with parts missing; the next sync reads it again. */
  partial: boolean
  synced_at: string
}

export function shipmentView(shipment: StoredShipment): ShipmentView {
  return {
    id: shipment.id,
    status: shipment.status,
    substatus: shipment.substatus,
    mode: shipment.mode,
    logistic_type: shipment.logistic_type,
    direction: shipment.direction,
    shipping_method: shipment.shipping_method,
    tracking_number: shipment.tracking_number,
    tracking_method: shipment.tracking_method,
    declared_value: shipment.declared_value,
    date_created: iso(shipment.date_created),
    last_updated: iso(shipment.last_updated),
    estimated_delivery: iso(shipment.estimated_delivery),
    receiver_id: shipment.receiver_id,
    receiver_name: shipment.receiver_name,
    address_line: shipment.address_line,
    zip_code: shipment.zip_code,
    city: shipment.city,
    state: shipment.state,
    country: shipment.country,
    tags: shipment.tags,
    partial: shipment.partial,
    synced_at: shipment.synced_at.toISOString(),
  }
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null
}
