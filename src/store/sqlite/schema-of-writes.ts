import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, sqliteTable, text} from 'drizzle-orm/sqlite-core'
import {flag, time} from './columns.js'

type Values = Readonly<Record<string, string | number | null>>

/**
 * Every request that changes something at the service, written before it is sent. The migration adds triggers that refuse
 * to change or delete a row of this table and of the next.
 */
export const writeLog = sqliteTable(
  'write_log',
  {
    id: integer('id').primaryKey({autoIncrement: true}),
    at: time('at').notNull(),
    userId: integer('user_id').notNull(),
    nickname: text('nickname').notNull(),
    isTestUser: flag('is_test_user').notNull(),
    /** As typed, without values: `stock set`. */
    command: text('command').notNull(),
    /** What an inverse is found by: `stock`, `price`, `status`, `answer`, or `request` for anything else. */
    action: text('action').notNull(),
    /** The item, question or path that it is about. */
    subject: text('subject').notNull(),
    variationId: integer('variation_id'),
    method: text('method').notNull(),
    path: text('path').notNull(),
    /** JSON, without secrets; null when there was none. */
    body: text('body'),
    before: text('before', {mode: 'json'}).$type<Values>(),
    after: text('after', {mode: 'json'}).$type<Values>(),
    /** The write that this one takes back. */
    undoes: integer('undoes'),
    pushId: text('push_id'),
    holder: text('holder').notNull(),
  },
  (table) => [
    index('write_log_user').on(table.userId, table.id),
    index('write_log_subject').on(table.userId, table.subject),
    index('write_log_undoes').on(table.undoes).where(sql`undoes IS NOT NULL`),
    index('write_log_push').on(table.userId, table.pushId, table.subject).where(sql`push_id IS NOT NULL`),
  ],
)

/** How a write ended. A write without one was cut off: its process died before the answer. */
export const writeOutcome = sqliteTable('write_outcome', {
  writeId: integer('write_id')
    .primaryKey()
    .references(() => writeLog.id),
  at: time('at').notNull(),
  /** `refused`: the service said no. `failed`: it was surely not carried out. `unknown`: it may have been. */
  outcome: text('outcome', {enum: ['done', 'refused', 'failed', 'unknown']}).notNull(),
  status: integer('status'),
  errorCode: text('error_code'),
  message: text('message'),
})

/** A file of changes that is, or was, being brought to the service. */
export const push = sqliteTable(
  'push',
  {
    id: text('id').primaryKey(),
    userId: integer('user_id').notNull(),
    /** SHA-256 of the file's bytes: the same file again goes on with what was left. */
    fileHash: text('file_hash').notNull(),
    fileName: text('file_name').notNull(),
    rows: integer('rows').notNull(),
    startedAt: time('started_at').notNull(),
    finishedAt: time('finished_at'),
    outcome: text('outcome', {enum: ['complete', 'incomplete', 'interrupted']}),
    holder: text('holder'),
    leaseExpiresAt: time('lease_expires_at'),
  },
  (table) => [index('push_user').on(table.userId, table.startedAt)],
)

/** The lines of a push, and what became of each. The migration adds WITHOUT ROWID. */
export const pushRow = sqliteTable(
  'push_row',
  {
    pushId: text('push_id').notNull(),
    line: integer('line').notNull(),
    itemId: text('item_id'),
    sellerSku: text('seller_sku'),
    variationId: integer('variation_id'),
    price: text('price'),
    quantity: integer('quantity'),
    status: text('status'),
    state: text('state', {enum: ['waiting', 'unchanged', 'done', 'failed']}).notNull(),
    before: text('before', {mode: 'json'}).$type<Values>(),
    errorCode: text('error_code'),
    message: text('message'),
    finishedAt: time('finished_at'),
  },
  (table) => [
    primaryKey({columns: [table.pushId, table.line]}),
    index('push_row_item').on(table.pushId, table.itemId),
    index('push_row_waiting').on(table.pushId, table.line).where(sql`state = 'waiting'`),
  ],
)
