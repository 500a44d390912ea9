import type {WalkSource} from './walk.js'

export interface OrderLine {
  itemId: string | null
  title: string | null
  variationId: number | null
  sellerSku: string | null
  quantity: number | null
  /** Exact decimal text. */
  unitPrice: string | null
  saleFee: string | null
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
  requestedBy: string | null
  date: string | null
}

/** docs/mercadolibre.md, section 8. */
export interface Order {
  id: string
  userId: number
  packId: string | null
  status: string | null
  statusDetail: string | null
  dateCreated: Date | null
  dateClosed: Date | null
  lastUpdated: Date | null
  /** Exact decimal text, in `currencyId`. */
  totalAmount: string | null
  paidAmount: string | null
  currencyId: string | null
  buyerId: number | null
  /** Null for a while after the order is made. */
  shipmentId: string | null
  lines: readonly OrderLine[]
  payments: readonly Payment[]
  tags: readonly string[]
  cancelDetail: CancelDetail | null
  partial: boolean
  /** Names of what a 206 left out. */
  missing: readonly string[]
}

export interface StoredOrder extends Order {
  syncedAt: Date
}

/** Orders that one buyer paid for together. */
export interface Pack {
  id: string
  userId: number
  status: string | null
  statusDetail: string | null
  shipmentId: string | null
  orderIds: readonly string[]
  dateCreated: Date | null
  lastUpdated: Date | null
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
  findPack(userId: number, id: string): Promise<(Pack & {syncedAt: Date}) | undefined>
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
