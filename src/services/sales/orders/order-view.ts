import type {Pack, StoredOrder, StoredShipment} from '../../ports/index.js'

/** An order of the local copy. Times are ISO 8601 in UTC, amounts exact decimal text in `currency_id`. */
export interface OrderView {
  id: string
  pack_id: string | null
  status: string | null
  status_detail: string | null
  date_created: string | null
  date_closed: string | null
  last_updated: string | null
  total_amount: string | null
  paid_amount: string | null
  currency_id: string | null
  /** Null too when it was forgotten. */
  buyer_id: number | null
  shipment_id: string | null
  lines: Array<{
    item_id: string | null
    title: string | null
    variation_id: number | null
    seller_sku: string | null
    quantity: number | null
    unit_price: string | null
    sale_fee: string | null
  }>
  payments: Array<{id: string | null; status: string | null; method: string | null; amount: string | null}>
  tags: string[]
  cancel_detail: {
    group: string | null
    code: string | null
    description: string | null
    requested_by: string | null
    date: string | null
  } | null
  /** The service gave it with parts missing; the next sync asks for it again. */
  partial: boolean
  /** Their names. */
  missing: string[]
  synced_at: string
}

/** Orders that one buyer paid for together. All but the id is null when only its orders are known. */
export interface PackView {
  id: string
  status: string | null
  status_detail: string | null
  shipment_id: string | null
  /** Those of this seller that are here. */
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

export function orderView(order: StoredOrder): OrderView {
  return {
    id: order.id,
    pack_id: order.pack_id,
    status: order.status,
    status_detail: order.status_detail,
    date_created: order.date_created?.toISOString() ?? null,
    date_closed: order.date_closed?.toISOString() ?? null,
    last_updated: order.last_updated?.toISOString() ?? null,
    total_amount: order.total_amount,
    paid_amount: order.paid_amount,
    currency_id: order.currency_id,
    buyer_id: order.buyer_id,
    shipment_id: order.shipment_id,
    lines: order.lines.map((line) => ({
      item_id: line.item_id,
      title: line.title,
      variation_id: line.variation_id,
      seller_sku: line.seller_sku,
      quantity: line.quantity,
      unit_price: line.unit_price,
      sale_fee: line.sale_fee,
    })),
    payments: order.payments.map(({id, status, method, amount}) => ({id, status, method, amount})),
    tags: [...order.tags],
    cancel_detail: cancelView(order.cancel_detail),
    partial: order.partial,
    missing: [...order.missing],
    synced_at: order.synced_at.toISOString(),
  }
}

function cancelView(detail: StoredOrder['cancel_detail']): OrderView['cancel_detail'] {
  if (detail === null) return null
  const {requested_by, ...same} = detail
  return {...same, requested_by}
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
