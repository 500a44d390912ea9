import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, sqliteTable, text} from 'drizzle-orm/sqlite-core'
import {flag, time} from './columns.js'

// Of buyers no more is kept than what the commands show; `meli db forget-buyers` empties those columns.

/** Who wrote a row, and when: the run, or what came beside runs. */
const written = () => ({
  /** The service gave it with parts missing; it is fetched again. */
  partial: flag('partial').notNull(),
  syncedAt: time('synced_at').notNull(),
  seenRun: text('seen_run').notNull(),
})

export const question = sqliteTable(
  'question',
  {
    userId: integer('user_id').notNull(),
    id: text('id').notNull(),
    itemId: text('item_id'),
    status: text('status'),
    text: text('text'),
    fromId: integer('from_id'),
    dateCreated: time('date_created'),
    lastUpdated: time('last_updated'),
    answerText: text('answer_text'),
    answerStatus: text('answer_status'),
    answerDate: time('answer_date'),
    deletedFromListing: flag('deleted_from_listing').notNull(),
    hold: flag('hold').notNull(),
    suspectedSpam: flag('suspected_spam').notNull(),
    /** The service does not have it any more. */
    removedAt: time('removed_at'),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.userId, table.id]}),
    index('question_newest').on(table.userId, table.dateCreated),
    index('question_status').on(table.userId, table.status, table.dateCreated),
    index('question_item').on(table.userId, table.itemId),
  ],
)

/** What a line of an order says. */
export interface OrderLineJson {
  item_id: string | null
  title: string | null
  variation_id: number | null
  seller_sku: string | null
  quantity: number | null
  /** Exact decimal text. */
  unit_price: string | null
  sale_fee: string | null
}

export interface PaymentJson {
  id: string | null
  status: string | null
  method: string | null
  amount: string | null
}

export interface CancelJson {
  group: string | null
  code: string | null
  description: string | null
  requested_by: string | null
  date: string | null
}

/** An order of a seller; `order` is a word of SQL. */
export const sellerOrder = sqliteTable(
  'seller_order',
  {
    userId: integer('user_id').notNull(),
    id: text('id').notNull(),
    packId: text('pack_id'),
    status: text('status'),
    statusDetail: text('status_detail'),
    dateCreated: time('date_created'),
    dateClosed: time('date_closed'),
    lastUpdated: time('last_updated'),
    totalAmount: text('total_amount'),
    paidAmount: text('paid_amount'),
    currencyId: text('currency_id'),
    buyerId: integer('buyer_id'),
    shipmentId: text('shipment_id'),
    lines: text('lines', {mode: 'json'}).$type<readonly OrderLineJson[]>().notNull(),
    payments: text('payments', {mode: 'json'}).$type<readonly PaymentJson[]>().notNull(),
    tags: text('tags', {mode: 'json'}).$type<readonly string[]>().notNull(),
    cancelDetail: text('cancel_detail', {mode: 'json'}).$type<CancelJson>(),
    /** Names of what a 206 left out, as `X-Content-Missing` said. */
    missing: text('missing', {mode: 'json'}).$type<readonly string[]>().notNull(),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.userId, table.id]}),
    index('seller_order_newest').on(table.userId, table.dateCreated),
    index('seller_order_status').on(table.userId, table.status, table.dateCreated),
    index('seller_order_pack').on(table.userId, table.packId),
    index('seller_order_shipment').on(table.userId, table.shipmentId),
    // Of few rows each.
    index('seller_order_refetch').on(table.userId, table.id).where(sql`partial = 1`),
  ],
)

/** Orders that one buyer paid for together. */
export const pack = sqliteTable(
  'pack',
  {
    userId: integer('user_id').notNull(),
    id: text('id').notNull(),
    status: text('status'),
    statusDetail: text('status_detail'),
    shipmentId: text('shipment_id'),
    dateCreated: time('date_created'),
    lastUpdated: time('last_updated'),
    syncedAt: time('synced_at').notNull(),
  },
  (table) => [primaryKey({columns: [table.userId, table.id]})],
)

export const shipment = sqliteTable(
  'shipment',
  {
    userId: integer('user_id').notNull(),
    id: text('id').notNull(),
    status: text('status'),
    substatus: text('substatus'),
    mode: text('mode'),
    logisticType: text('logistic_type'),
    direction: text('direction'),
    trackingNumber: text('tracking_number'),
    trackingMethod: text('tracking_method'),
    declaredValue: text('declared_value'),
    shippingMethod: text('shipping_method'),
    dateCreated: time('date_created'),
    lastUpdated: time('last_updated'),
    /** When it is to arrive, as last estimated. */
    estimatedDelivery: time('estimated_delivery'),
    receiverId: integer('receiver_id'),
    receiverName: text('receiver_name'),
    addressLine: text('address_line'),
    zipCode: text('zip_code'),
    city: text('city'),
    state: text('state'),
    country: text('country'),
    tags: text('tags', {mode: 'json'}).$type<readonly string[]>().notNull(),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.userId, table.id]}),
    index('shipment_newest').on(table.userId, table.dateCreated),
    index('shipment_status').on(table.userId, table.status, table.substatus),
  ],
)

export interface StockLocationJson {
  type: string
  quantity: number
  store_id: string | null
  network_node_id: string | null
}

/** Stock of a user product by place, as `/user-products/{id}/stock` last said. */
export const userProductStock = sqliteTable(
  'user_product_stock',
  {
    userId: integer('user_id').notNull(),
    id: text('id').notNull(),
    locations: text('locations', {mode: 'json'}).$type<readonly StockLocationJson[]>().notNull(),
    syncedAt: time('synced_at').notNull(),
  },
  (table) => [primaryKey({columns: [table.userId, table.id]})],
)

/** Until when the personal data of buyers is forgotten: what is older than `before` is kept without it, also when a sync brings it again. */
export const forgottenBuyers = sqliteTable('forgotten_buyers', {
  userId: integer('user_id').primaryKey(),
  before: time('before').notNull(),
  forgottenAt: time('forgotten_at').notNull(),
})
