import type {Fetched, Traffic} from './sync-source.js'

/** docs/mercadolibre.md, section 9. Of the buyer no more than what the commands show. */
export interface Shipment {
  id: string
  user_id: number
  status: string | null
  substatus: string | null
  /** me2, me1, custom ... */
  mode: string | null
  /** drop_off, xd_drop_off, cross_docking, self_service, fulfillment ... */
  logistic_type: string | null
  direction: string | null
  tracking_number: string | null
  tracking_method: string | null
  /** Exact decimal text. */
  declared_value: string | null
  shipping_method: string | null
  date_created: Date | null
  last_updated: Date | null
  estimated_delivery: Date | null
  receiver_id: number | null
  receiver_name: string | null
  address_line: string | null
  zip_code: string | null
  city: string | null
  state: string | null
  country: string | null
  tags: readonly string[]
  partial: boolean
}

export interface StoredShipment extends Shipment {
  synced_at: Date
}

export interface ShipmentQuery {
  userId: number
  status?: string | undefined
  substatus?: string | undefined
  since?: Date | undefined
  limit?: number | undefined
}

/** The local copy; the newest first. */
export interface LocalShipments {
  shipments(query: ShipmentQuery): AsyncIterable<StoredShipment>
  count(query: ShipmentQuery): Promise<number>
  find(userId: number, id: string): Promise<StoredShipment | undefined>
}

export type LabelFormat = 'pdf' | 'zpl'

export interface Labels {
  bytes: Uint8Array
  contentType: string | null
}

/** Shipments by id: there is no listing, and no request for several. */
export interface ShipmentSource {
  readonly traffic: Traffic
  /** One answer for each id, in the order asked. */
  fetch(ids: readonly string[], signal: AbortSignal): Promise<Fetched<Shipment>[]>
}

/** What `GET /shipments/{id}/orders` says; nothing while no order is linked yet. */
export interface ShipmentOrders {
  /** Who sells what is in it. */
  sellers: number[]
  orderIds: string[]
}

export interface ShipmentApi {
  /** Requests sent by it are in its own `traffic`. No request begins after the deadline. */
  shipments(userId: number, options?: {deadline?: Date | undefined}): ShipmentSource
  /** MELI_NOT_FOUND when there is none, MELI_FORBIDDEN for those of others; a buyer may read theirs too. */
  shipment(userId: number, id: string, signal?: AbortSignal): Promise<Shipment>
  shipmentOrders(id: string, signal?: AbortSignal): Promise<ShipmentOrders>
  /**
   * Of at most 50 shipments, as one PDF or one text of ZPL. One that cannot be printed refuses all: MELI_API_REJECTED, or
   * MELI_NOT_FOUND, with the service's code as `error` of the details.
   */
  labels(ids: readonly string[], format: LabelFormat, signal?: AbortSignal): Promise<Labels>
}
