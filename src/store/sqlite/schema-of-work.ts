import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, sqliteTable, text, uniqueIndex} from 'drizzle-orm/sqlite-core'
import {time} from './columns.js'

/** Every notification that was answered with 200, by its `_id`: a second one with the same is no new work. */
export const notificationReceipt = sqliteTable(
  'notification_receipt',
  {
    notificationId: text('notification_id').primaryKey(),
    workId: integer('work_id').notNull(),
    receivedAt: time('received_at').notNull(),
  },
  (table) => [index('notification_receipt_received').on(table.receivedAt)],
)

/** What notifications ask for: one row for each resource that waits, however many told of it. */
export const notification = sqliteTable(
  'notification',
  {
    id: integer('id').primaryKey({autoIncrement: true}),
    user_id: integer('user_id').notNull(),
    application_id: text('application_id').notNull(),
    topic: text('topic').notNull(),
    resource: text('resource').notNull(),
    actions: text('actions', {mode: 'json'}).$type<readonly string[]>(),
    /** By the service's clock; of the first that told of it. */
    sent_at: time('sent_at'),
    received_at: time('received_at').notNull(),
    /** How many notifications this one stands for. */
    received: integer('received').notNull().default(1),
    state: text('state', {enum: ['waiting', 'working', 'done', 'parked', 'kept']}).notNull(),
    failures: integer('failures').notNull().default(0),
    due_at: time('due_at').notNull(),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: time('lease_expires_at'),
    finished_at: time('finished_at'),
    error_code: text('error_code'),
    error_message: text('error_message'),
  },
  (table) => [
    uniqueIndex('notification_waiting').on(table.user_id, table.topic, table.resource).where(sql`state = 'waiting'`),
    index('notification_working').on(table.user_id, table.resource).where(sql`state = 'working'`),
    index('notification_due').on(table.due_at).where(sql`state = 'waiting'`),
    // One for each resource that was given up: it must not grow with what comes in vain.
    uniqueIndex('notification_parked').on(table.user_id, table.resource, table.topic).where(sql`state = 'parked'`),
    index('notification_open')
      .on(table.user_id, table.state, table.received_at)
      .where(sql`state IN ('waiting', 'working', 'parked')`),
    // By the id too, which every index ends with: there is an end to what is kept of one seller.
    index('notification_kept').on(table.user_id).where(sql`state = 'kept'`),
    index('notification_user').on(table.user_id, table.id),
    index('notification_finished').on(table.finished_at).where(sql`finished_at IS NOT NULL`),
  ],
)

/** How many notifications came to which end in an hour, for charts and metrics that outlive the rows. */
export const notificationTally = sqliteTable(
  'notification_tally',
  {
    hour: time('hour').notNull(),
    userId: integer('user_id').notNull(),
    outcome: text('outcome', {
      enum: ['accepted', 'duplicate', 'unknown', 'refused', 'done', 'failed', 'parked'],
    }).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({columns: [table.hour, table.userId, table.outcome]})],
)

/** Work that `meli serve` does by itself, shared by all that serve one database. */
export const job = sqliteTable(
  'job',
  {
    name: text('name').primaryKey(),
    dueAt: time('due_at').notNull(),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: time('lease_expires_at'),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
    outcome: text('outcome', {enum: ['done', 'failed']}),
    errorCode: text('error_code'),
    failures: integer('failures').notNull().default(0),
  },
  (table) => [index('job_due').on(table.dueAt)],
)
