import {isPaid, type Order, type Pack, type Payment, paidAmount, rounded, totalOf} from '../model/orders/order.js'
import {compactOffsetTime, offsetTime, utcTime} from './wire-format.js'

type Json = Record<string, unknown>

/** The service cancels unpaid orders then; the emulator does not. */
const expirationMs = 30 * 86_400_000

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : offsetTime(ms)
}

interface Buyer {
  readonly nickname: string
  readonly firstName: string
  readonly lastName: string
}

/** `GET /orders/:id` (section 8), the only place for the buyer's names and billing id. A removed buyer has an id only. */
export function renderOrder(order: Order, pack: Pack | undefined, buyer: Buyer | undefined): Json {
  const names = {nickname: buyer?.nickname, first_name: buyer?.firstName, last_name: buyer?.lastName}
  return render(order, pack, {...names, billing_info: {id: `${order.buyerId}000001`}})
}

/** A row of `GET /orders/search` (section 8), which has `date_last_updated` too. */
export function renderRow(order: Order, pack: Pack | undefined, nickname: string): Json {
  return {...render(order, pack, {nickname}), date_last_updated: utcTime(order.searchUpdatedMs)}
}

function render(order: Order, pack: Pack | undefined, buyer: Json): Json {
  return {
    id: order.id,
    date_created: offsetTime(order.createdMs),
    date_closed: timeOrNull(order.closedMs),
    last_updated: offsetTime(order.updatedMs),
    expiration_date: offsetTime(order.createdMs + expirationMs),
    manufacturing_ending_date: null,
    comment: null,
    pack_id: order.packId,
    pickup_id: null,
    order_request: {return: null, change: null},
    fulfilled: null,
    mediations: [],
    total_amount: totalOf(order),
    paid_amount: paidAmount(order),
    coupon: {id: null, amount: 0},
    order_items: [lineOf(order)],
    currency_id: order.currencyId,
    payments: order.payments.map((payment) => paymentOf(order, payment)),
    shipping: {id: pack?.shipmentId ?? null},
    status: order.status,
    status_detail: null,
    tags: tagsOf(order, pack),
    static_tags: [],
    feedback: {buyer: null, seller: null},
    context: {channel: 'marketplace', site: order.siteId, flows: []},
    buyer: {id: order.buyerId, ...buyer},
    seller: {id: order.sellerId},
    taxes: {amount: null, currency_id: null, id: null},
    cancel_detail: cancelOf(order),
  }
}

function lineOf({line, currencyId}: Order): Json {
  return {
    item: {
      id: line.itemId,
      title: line.title,
      category_id: line.categoryId,
      variation_id: line.variationId,
      seller_custom_field: line.sellerCustomField,
      variation_attributes: line.variationAttributes,
      warranty: line.warranty,
      condition: line.condition,
      seller_sku: line.sellerSku,
      global_price: null,
      net_weight: null,
      user_product_id: line.userProductId,
    },
    quantity: line.quantity,
    requested_quantity: {value: line.quantity, measure: 'unit'},
    picked_quantity: null,
    unit_price: line.unitPrice,
    full_unit_price: line.unitPrice,
    // Without a discount: (unit_price + discounts.full) * quantity (section 8).
    gross_price: rounded(line.unitPrice * line.quantity),
    discounts: null,
    currency_id: currencyId,
    manufacturing_days: null,
    // A plausible eighth of the price; the service's real fee is not documented.
    sale_fee: rounded(line.unitPrice / 8),
    listing_type_id: line.listingTypeId,
    element_id: null,
    kit_instance_id: null,
    compat_id: null,
    stock: line.stock === null ? null : {store_id: line.stock.storeId, node_id: line.stock.nodeId},
  }
}

/** The fields that integrators read (section 8), with the same fee as `sale_fee`. */
function paymentOf(order: Order, payment: Payment): Json {
  return {
    id: payment.id,
    order_id: order.id,
    payer_id: order.buyerId,
    collector: {id: order.sellerId},
    site_id: order.siteId,
    reason: order.line.title,
    payment_method_id: 'visa',
    payment_type: 'credit_card',
    operation_type: 'regular_payment',
    currency_id: order.currencyId,
    installments: 1,
    installment_amount: payment.amount,
    status: payment.status,
    status_detail: payment.status === 'approved' ? 'accredited' : null,
    transaction_amount: payment.amount,
    transaction_amount_refunded: payment.refunded,
    total_paid_amount: payment.approvedMs === null ? 0 : payment.amount,
    overpaid_amount: 0,
    coupon_amount: 0,
    taxes_amount: 0,
    marketplace_fee: rounded(payment.amount / 8),
    shipping_cost: 0,
    date_created: offsetTime(payment.createdMs),
    date_approved: timeOrNull(payment.approvedMs),
    date_last_modified: offsetTime(payment.updatedMs),
  }
}

function cancelOf({cancelDetail}: Order): Json | null {
  if (cancelDetail === null) return null
  const {group, code, description, requestedBy, ms} = cancelDetail
  return {group, code, description, requested_by: requestedBy, date: offsetTime(ms), application_id: null}
}

/** `GET /packs/:id` (section 8). */
export function renderPack(pack: Pack): Json {
  return {
    shipment: {id: pack.shipmentId},
    orders: pack.orderIds.map((id) => ({id, static_tags: []})),
    id: pack.id,
    status: pack.status,
    status_detail: null,
    buyer: {id: pack.buyerId},
    date_created: compactOffsetTime(pack.createdMs),
    last_updated: compactOffsetTime(pack.updatedMs),
    family_pack_id: null,
    trash_pack_id: null,
  }
}

/** The tags of section 8 that the emulator can derive, and those that a test has added. */
export function tagsOf(order: Order, pack: Pack | undefined): string[] {
  const wanted: [string, boolean][] = [
    [isPaid(order) ? 'paid' : 'not_paid', true],
    [order.delivered ? 'delivered' : 'not_delivered', true],
    ['pack_order', (pack?.orderIds.length ?? 1) > 1],
    ['no_shipping', pack?.shipping === null],
    ['test_order', order.isTest],
    ['catalog', order.line.isCatalogue],
    ['fraud_risk_detected', order.fraud],
  ]
  const tags = wanted.filter(([, applies]) => applies).map(([tag]) => tag)
  return [...new Set([...tags, ...order.extraTags])]
}
