import type {Fetched} from './sync.js'

/** docs/mercadolibre.md, section 9. Of the buyer no more than what the commands show. */
export interface Shipment {
  id: string
  userId: number
  status: string | null
  substatus: string | null
  /** me2, me1, custom ... */
  mode: string | null
  /** drop_off, xd_drop_off, cross_docking, self_service, fulfillment ... */
  logisticType: string | null
  direction: string | null
  trackingNumber: string | null
  trackingMethod: string | null
  declaredValue: string | null
  shippingMethod: string | null
  dateCreated: Date | null
  lastUpdated: Date | null
  estimatedDelivery: Date | null
  receiverId: number | null
  receiverName: string | null
  addressLine: string | null
  zipCode: string | null
  city: string | null
  state: string | null
  country: string | null
  tags: readonly string[]
  partial: boolean
}

export interface StoredShipment extends Shipment {
  syncedAt: Date
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

export interface ShipmentApi {
  /** One answer for each id, in the order asked; there is no bulk request. */
  shipments(userId: number, ids: readonly string[], signal?: AbortSignal): Promise<Fetched<Shipment>[]>
  /** MELI_NOT_FOUND when there is none. */
  shipment(userId: number, id: string, signal?: AbortSignal): Promise<Shipment>
  /** Of at most 50 shipments; one that cannot be printed refuses all, MELI_API_REJECTED with its `causes`. */
  labels(ids: readonly string[], format: LabelFormat, signal?: AbortSignal): Promise<Labels>
}
