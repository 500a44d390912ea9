/** docs/mercadolibre.md, section 9 (labels); `fulfillment` and `not_specified` are from items (section 6.3). */
export type LogisticType =
  | 'drop_off'
  | 'xd_drop_off'
  | 'cross_docking'
  | 'self_service'
  | 'fulfillment'
  | 'not_specified'

export const logisticTypes: readonly LogisticType[] = [
  'drop_off',
  'xd_drop_off',
  'cross_docking',
  'self_service',
  'fulfillment',
  'not_specified',
]

export type ShipmentMode = 'me2' | 'me1' | 'custom'

/** To the buyer, back to the seller, or to the buyer again (section 8). */
export type Direction = 'forward' | 'return' | 'return_to_buyer'

export const directions: readonly Direction[] = ['forward', 'return', 'return_to_buyer']

export interface ShipmentLine {
  readonly orderId: number
  readonly itemId: string
  readonly variationId: number | null
  readonly userProductId: string | null
  readonly quantity: number
}

/** The status of a shipment; `substatus` is null where there is none. */
export interface ShipmentState {
  readonly status: string
  readonly substatus: string | null
}

/** The fields of a shipment that its creation sets. */
export interface NewShipment {
  readonly sellerId: number
  readonly buyerId: number
  readonly siteId: string
  readonly isTest: boolean
  readonly packId: number
  /** `forward` by default. */
  readonly direction?: Direction
  readonly logisticType: LogisticType
  readonly mode: ShipmentMode
  readonly lines: readonly ShipmentLine[]
  /** In the site's currency. */
  readonly declaredValue: number
  /** The receiver's address is masked until this is true. */
  paid: boolean
}

/** Times are milliseconds since 1970. */
export interface Shipment extends NewShipment {
  readonly id: number
  readonly direction: Direction
  readonly createdMs: number
  updatedMs: number
  status: string
  substatus: string | null
  /** Null until a label can be printed. */
  trackingNumber: string | null
  /** All states with their beginning, oldest first. */
  history: readonly (ShipmentState & {readonly ms: number})[]
}
