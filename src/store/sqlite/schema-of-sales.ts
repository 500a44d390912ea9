import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, sqliteTable, text} from 'drizzle-orm/sqlite-core'
import type {CancelDetail, OrderLine, Payment, StockLocation} from '../../services/ports/index.js'
import {flag, time} from './columns.js'

// Of buyers no more is kept than what the commands show; `meli db forget-buyers` empties those columns.

/** Who wrote a row, and when: the run, or what came beside runs. */
const written = () => ({
  /** The service gave it with parts missing; it is fetched again. */
  partial: flag('partial').notNull(),
  synced_at: time('synced_at').notNull(),
  seen_run: text('seen_run').notNull(),
})

export const question = sqliteTable(
  'question',
  {
    user_id: integer('user_id').notNull(),
    id: text('id').notNull(),
    item_id: text('item_id'),
    status: text('status'),
    text: text('text'),
    from_id: integer('from_id'),
    date_created: time('date_created'),
    last_updated: time('last_updated'),
    answer_text: text('answer_text'),
    answer_status: text('answer_status'),
    answer_date: time('answer_date'),
    deleted_from_listing: flag('deleted_from_listing').notNull(),
    hold: flag('hold').notNull(),
    suspected_spam: flag('suspected_spam').notNull(),
    /** The service does not have it any more. */
    removed_at: time('removed_at'),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.user_id, table.id]}),
    index('question_newest').on(table.user_id, table.date_created),
    index('question_status').on(table.user_id, table.status, table.date_created),
    index('question_item').on(table.user_id, table.item_id),
  ],
)

/** An order of a seller; `order` is a word of SQL. */
export const sellerOrder = sqliteTable(
  'seller_order',
  {
    user_id: integer('user_id').notNull(),
    id: text('id').notNull(),
    pack_id: text('pack_id'),
    status: text('status'),
    status_detail: text('status_detail'),
    date_created: time('date_created'),
    date_closed: time('date_closed'),
    last_updated: time('last_updated'),
    total_amount: text('total_amount'),
    paid_amount: text('paid_amount'),
    currency_id: text('currency_id'),
    buyer_id: integer('buyer_id'),
    shipment_id: text('shipment_id'),
    lines: text('lines', {mode: 'json'}).$type<readonly OrderLine[]>().notNull(),
    payments: text('payments', {mode: 'json'}).$type<readonly Payment[]>().notNull(),
    tags: text('tags', {mode: 'json'}).$type<readonly string[]>().notNull(),
    cancel_detail: text('cancel_detail', {mode: 'json'}).$type<CancelDetail>(),
    /** Names of what a 206 left out, as `X-Content-Missing` said. */
    missing: text('missing', {mode: 'json'}).$type<readonly string[]>().notNull(),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.user_id, table.id]}),
    index('seller_order_newest').on(table.user_id, table.date_created),
    index('seller_order_status').on(table.user_id, table.status, table.date_created),
    index('seller_order_pack').on(table.user_id, table.pack_id),
    index('seller_order_shipment').on(table.user_id, table.shipment_id),
    // Of few rows each.
    index('seller_order_refetch').on(table.user_id, table.id).where(sql`partial = 1`),
  ],
)

/** Orders that one buyer paid for together. */
export const pack = sqliteTable(
  'pack',
  {
    user_id: integer('user_id').notNull(),
    id: text('id').notNull(),
    status: text('status'),
    status_detail: text('status_detail'),
    shipment_id: text('shipment_id'),
    date_created: time('date_created'),
    last_updated: time('last_updated'),
    synced_at: time('synced_at').notNull(),
  },
  (table) => [primaryKey({columns: [table.user_id, table.id]})],
)

export const shipment = sqliteTable(
  'shipment',
  {
    user_id: integer('user_id').notNull(),
    id: text('id').notNull(),
    status: text('status'),
    substatus: text('substatus'),
    mode: text('mode'),
    logistic_type: text('logistic_type'),
    direction: text('direction'),
    tracking_number: text('tracking_number'),
    tracking_method: text('tracking_method'),
    declared_value: text('declared_value'),
    shipping_method: text('shipping_method'),
    date_created: time('date_created'),
    last_updated: time('last_updated'),
    /** When it is to arrive, as last estimated. */
    estimated_delivery: time('estimated_delivery'),
    receiver_id: integer('receiver_id'),
    receiver_name: text('receiver_name'),
    address_line: text('address_line'),
    zip_code: text('zip_code'),
    city: text('city'),
    state: text('state'),
    country: text('country'),
    tags: text('tags', {mode: 'json'}).$type<readonly string[]>().notNull(),
    ...written(),
  },
  (table) => [
    primaryKey({columns: [table.user_id, table.id]}),
    index('shipment_newest').on(table.user_id, table.date_created),
    index('shipment_status').on(table.user_id, table.status, table.substatus),
  ],
)

/** Stock of a user product by place, as `/user-products/{id}/stock` last said. */
export const userProductStock = sqliteTable(
  'user_product_stock',
  {
    user_id: integer('user_id').notNull(),
    id: text('id').notNull(),
    locations: text('locations', {mode: 'json'}).$type<readonly StockLocation[]>().notNull(),
    synced_at: time('synced_at').notNull(),
  },
  (table) => [primaryKey({columns: [table.user_id, table.id]})],
)

/** Until when the personal data of buyers is forgotten: what is older than `before` is kept without it, also when a sync brings it again. */
export const forgottenBuyers = sqliteTable('forgotten_buyers', {
  userId: integer('user_id').primaryKey(),
  before: time('before').notNull(),
  forgottenAt: time('forgotten_at').notNull(),
})
