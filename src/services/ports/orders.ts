import type {WalkSource} from './walk.js'

export interface OrderLine {
  item_id: string | null
  title: string | null
  variation_id: number | null
  seller_sku: string | null
  quantity: number | null
  /** Exact decimal text. */
  unit_price: string | null
  sale_fee: string | null
}

export interface Payment {
  id: string | null
  status: string | null
  method: string | null
  amount: string | null
}

export interface CancelDetail {
  group: string | null
  code: string | null
  description: string | null
  requested_by: string | null
  date: string | null
}

/** docs/mercadolibre.md, section 8. */
export interface Order {
  id: string
  user_id: number
  pack_id: string | null
  status: string | null
  status_detail: string | null
  date_created: Date | null
  date_closed: Date | null
  last_updated: Date | null
  /** Exact decimal text, in `currencyId`. */
  total_amount: string | null
  paid_amount: string | null
  currency_id: string | null
  buyer_id: number | null
  /** Null for a while after the order is made. */
  shipment_id: string | null
  lines: readonly OrderLine[]
  payments: readonly Payment[]
  tags: readonly string[]
  cancel_detail: CancelDetail | null
  partial: boolean
  /** Names of what a 206 left out. */
  missing: readonly string[]
}

export interface StoredOrder extends Order {
  synced_at: Date
}

/** Orders that one buyer paid for together. */
export interface Pack {
  id: string
  user_id: number
  status: string | null
  status_detail: string | null
  shipment_id: string | null
  order_ids: readonly string[]
  date_created: Date | null
  last_updated: Date | null
}

export interface OrderQuery {
  userId: number
  status?: string | undefined
  since?: Date | undefined
  packId?: string | undefined
  shipmentId?: string | undefined
  limit?: number | undefined
}

/** The local copy; the newest first. One method is one atomic step. */
export interface LocalOrders {
  orders(query: OrderQuery): AsyncIterable<StoredOrder>
  count(query: OrderQuery): Promise<number>
  find(userId: number, id: string): Promise<StoredOrder | undefined>
  /** Of these, the ones that are here. */
  known(userId: number, ids: readonly string[]): Promise<Set<string>>
  /** Ids to be fetched again whatever their dates say; first those that were written longest ago. */
  partial(userId: number, limit: number): Promise<string[]>
  /** Packs of several orders that are not here, or whose orders changed since they were read; in the order of ids. */
  packsToRead(userId: number, request: {after: string | null; limit: number}): Promise<string[]>
  savePacks(packs: readonly Pack[], at: Date): Promise<void>
  findPack(userId: number, id: string): Promise<(Pack & {synced_at: Date}) | undefined>
  /** Shipments that orders or packs name: those not here yet, and those here that can still change; in the order of ids. */
  shipmentsToRead(userId: number, request: {after: string | null; limit: number; all: boolean}): Promise<string[]>
  countShipmentsToRead(userId: number, all: boolean): Promise<number>
}

/** Of the account as seller: by `date_created` when everything is read, by `last_updated` otherwise. */
export interface OrderSource extends WalkSource<Order> {
  /** As those of the API, within the source's traffic and with patience. */
  order(id: string, signal: AbortSignal): Promise<Order>
  pack(id: string, signal: AbortSignal): Promise<Pack>
}

export interface OrderApi {
  orders(userId: number): OrderSource
  /**
   * MELI_NOT_FOUND, MELI_FORBIDDEN for those of others, MELI_ANSWER_UNUSABLE when the answer does not tell whose it is.
   */
  order(userId: number, id: string, signal?: AbortSignal): Promise<Order>
  pack(userId: number, id: string, signal?: AbortSignal): Promise<Pack>
}
