/** docs/mercadolibre.md, section 9 (labels), and `fulfillment` and `not_specified` as items have them (section 6.3). */
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

/** What goes along on the way to the buyer, back to the seller, or to the buyer once more (section 8). */
export type Direction = 'forward' | 'return' | 'return_to_buyer'

export const directions: readonly Direction[] = ['forward', 'return', 'return_to_buyer']

export interface ShipmentLine {
  readonly orderId: number
  readonly itemId: string
  readonly variationId: number | null
  readonly userProductId: string | null
  readonly quantity: number
}

/** Where a shipment stands. The sub-state is null where the service has none to tell. */
export interface Stand {
  readonly status: string
  readonly substatus: string | null
}

/** Times are milliseconds since 1970. */
export interface Shipment {
  readonly id: number
  readonly sellerId: number
  readonly buyerId: number
  readonly siteId: string
  readonly isTest: boolean
  readonly packId: number
  readonly direction: Direction
  readonly logisticType: LogisticType
  readonly mode: ShipmentMode
  readonly lines: readonly ShipmentLine[]
  /** In the site's currency, with its decimals. */
  readonly declaredValue: number
  readonly createdMs: number
  updatedMs: number
  /** Until then the receiver's address is masked. */
  paid: boolean
  status: string
  substatus: string | null
  /** Known from the moment in which a label can be printed. */
  trackingNumber: string | null
  /** Where it stood and since when, oldest first. */
  history: readonly (Stand & {readonly ms: number})[]
}

export interface NewShipment
  extends Pick<
    Shipment,
    | 'sellerId'
    | 'buyerId'
    | 'siteId'
    | 'isTest'
    | 'packId'
    | 'logisticType'
    | 'mode'
    | 'lines'
    | 'declaredValue'
    | 'paid'
  > {
  /** `forward` when it is left out. */
  readonly direction?: Direction
}
