import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, sqliteTable, text} from 'drizzle-orm/sqlite-core'
import {flag, time} from './columns.js'

export const product = sqliteTable(
  'product',
  {
    id: text('id').notNull(),
    user_id: integer('user_id').notNull(),
    site_id: text('site_id'),
    title: text('title'),
    price: text('price'),
    currency_id: text('currency_id'),
    available_quantity: integer('available_quantity'),
    sold_quantity: integer('sold_quantity'),
    status: text('status'),
    seller_sku: text('seller_sku'),
    category_id: text('category_id'),
    listing_type_id: text('listing_type_id'),
    condition: text('condition'),
    permalink: text('permalink'),
    thumbnail: text('thumbnail'),
    user_product_id: text('user_product_id'),
    last_updated: time('last_updated'),
    partial: flag('partial').notNull(),
    synced_at: time('synced_at').notNull(),
    removed_at: time('removed_at'),
    seen_run: text('seen_run').notNull(),
    // After what is read often, so that reading that does not walk through the pages that a long answer takes.
    json: text('json').notNull(),
    stale: flag('stale').notNull().default(false),
  },
  (table) => [
    primaryKey({columns: [table.user_id, table.id]}),
    // Of few rows each, so that they cost nothing while a catalogue is written.
    index('product_removed').on(table.user_id, table.id).where(sql`removed_at IS NOT NULL`),
    index('product_user_product').on(table.user_id, table.user_product_id).where(sql`user_product_id IS NOT NULL`),
    index('product_refetch').on(table.user_id, table.id).where(sql`(stale = 1 OR partial = 1) AND removed_at IS NULL`),
  ],
)

/** The variations of products, as the last answer that told them had them. */
export const productVariation = sqliteTable(
  'product_variation',
  {
    user_id: integer('user_id').notNull(),
    item_id: text('item_id').notNull(),
    id: integer('id').notNull(),
    /** The order of the service, from 0. */
    position: integer('position').notNull(),
    name: text('name'),
    price: text('price'),
    available_quantity: integer('available_quantity'),
    seller_sku: text('seller_sku'),
    user_product_id: text('user_product_id'),
  },
  (table) => [
    primaryKey({columns: [table.user_id, table.item_id, table.id]}),
    index('product_variation_sku').on(table.user_id, table.seller_sku).where(sql`seller_sku IS NOT NULL`),
  ],
)

/** What a sync saw change, field by field; the values of today are in `product`. */
export const productChange = sqliteTable(
  'product_change',
  {
    id: integer('id').primaryKey(),
    userId: integer('user_id').notNull(),
    itemId: text('item_id').notNull(),
    runId: text('run_id').notNull(),
    at: time('at').notNull(),
    field: text('field', {enum: ['price', 'available_quantity', 'status', 'title', 'removed']}).notNull(),
    before: text('before'),
    after: text('after'),
  },
  (table) => [
    index('product_change_item').on(table.userId, table.itemId),
    // With the row's id behind it: a store's last changes.
    index('product_change_user').on(table.userId),
  ],
)

export const syncRun = sqliteTable(
  'sync_run',
  {
    id: text('id').primaryKey(),
    resource: text('resource').notNull(),
    userId: integer('user_id').notNull(),
    startedAt: time('started_at').notNull(),
    finishedAt: time('finished_at'),
    outcome: text('outcome', {enum: ['complete', 'incomplete', 'failed', 'interrupted']}),
    counts: text('counts', {mode: 'json'}).$type<Readonly<Record<string, number>>>(),
    kind: text('kind', {enum: ['full', 'incremental']})
      .notNull()
      .default('full'),
    holder: text('holder'),
    leaseExpiresAt: time('lease_expires_at'),
    watermark: time('watermark'),
    checkpoint: text('checkpoint'),
    invalidatedAt: time('invalidated_at'),
  },
  (table) => [
    index('sync_run_user').on(table.userId, table.startedAt),
    index('sync_run_resource').on(table.userId, table.resource, table.startedAt),
  ],
)

/** The ids that an unfinished run has met. The migration adds WITHOUT ROWID, which the builder does not know. */
export const syncItem = sqliteTable(
  'sync_item',
  {
    runId: text('run_id').notNull(),
    id: text('id').notNull(),
    scan: integer('scan').notNull(),
    state: text('state', {enum: ['listed', 'created', 'updated', 'unchanged', 'failed']}).notNull(),
    partial: flag('partial').notNull().default(false),
    status: integer('status'),
    message: text('message'),
  },
  (table) => [primaryKey({columns: [table.runId, table.id]})],
)
