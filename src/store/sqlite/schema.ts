import {sql} from 'drizzle-orm'
import {index, integer, primaryKey, real, sqliteTable, text, uniqueIndex} from 'drizzle-orm/sqlite-core'
import {flag, sealed, time} from './columns.js'

// Names follow the service and docs/database.md. Here is who works with what; the rest is in schema-of-*.ts.

/** A shop of a provider: what members belong to. Its id stays the same through logout and login. */
export const store = sqliteTable(
  'store',
  {
    id: text('id').primaryKey(),
    providerKey: text('provider_key').notNull(),
    externalAccountId: text('external_account_id').notNull(),
    nickname: text('nickname').notNull(),
    siteId: text('site_id').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [uniqueIndex('store_external_account').on(table.providerKey, table.externalAccountId)],
)

export const storeMembership = sqliteTable(
  'store_membership',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => store.id, {onDelete: 'cascade'}),
    operator: text('operator').notNull(),
    role: text('role').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({columns: [table.storeId, table.operator]})],
)

export const mercadolibreToken = sqliteTable(
  'mercadolibre_token',
  {
    userId: integer('user_id').primaryKey(),
    siteId: text('site_id').notNull(),
    nickname: text('nickname').notNull(),
    email: text('email'),
    accessToken: sealed('access_token').notNull(),
    refreshToken: sealed('refresh_token').notNull(),
    scope: text('scope').notNull(),
    expiresAt: time('expires_at').notNull(),
    isTestUser: flag('is_test_user').notNull(),
    isDefault: flag('is_default').notNull().default(false),
    status: text('status', {enum: ['active', 'invalid']}).notNull(),
    storeId: text('store_id')
      .notNull()
      .references(() => store.id),
    clientId: text('client_id').notNull(),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: time('lease_expires_at'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('mercadolibre_token_default').on(table.isTestUser).where(sql`is_default = 1`),
    index('mercadolibre_token_store').on(table.storeId),
  ],
)

/** The journal of all exchanges with the authorization server. */
export const tokenRefresh = sqliteTable(
  'token_refresh',
  {
    id: text('id').primaryKey(),
    kind: text('kind', {enum: ['login', 'refresh', 'import', 'pending_refresh', 'revocation']}).notNull(),
    userId: integer('user_id'),
    fingerprint: text('token_fingerprint'),
    received: text('received_fingerprint'),
    processId: integer('process_id').notNull(),
    host: text('host').notNull(),
    reason: text('reason').notNull(),
    sentAt: time('sent_at').notNull(),
    finishedAt: time('finished_at'),
    outcome: text('outcome', {enum: ['sent', 'stored', 'failed']}).notNull(),
    errorCode: text('error_code'),
  },
  (table) => [
    index('token_refresh_user').on(table.userId, table.sentAt),
    index('token_refresh_token').on(table.fingerprint),
  ],
)

/** Grants that were received and not linked yet. */
export const installation = sqliteTable(
  'installation',
  {
    id: text('id').primaryKey(),
    origin: text('origin').notNull(),
    userId: integer('user_id').notNull(),
    accessToken: sealed('access_token').notNull(),
    refreshToken: sealed('refresh_token'),
    scope: text('scope').notNull(),
    expiresAt: time('expires_at').notNull(),
    clientId: text('client_id').notNull(),
    createdAt: time('created_at').notNull(),
    // Known once /users/me was asked; then it waits for an operator until `pendingUntil`.
    nickname: text('nickname'),
    email: text('email'),
    siteId: text('site_id'),
    isTestUser: flag('is_test_user'),
    pendingUntil: time('pending_until'),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: time('lease_expires_at'),
  },
  (table) => [
    index('installation_origin').on(table.origin),
    index('installation_pending').on(table.pendingUntil).where(sql`pending_until IS NOT NULL`),
  ],
)

/** What became of installations that were pending: asking for the same again finds its store here. */
export const installationLink = sqliteTable('installation_link', {
  installationId: text('installation_id').primaryKey(),
  storeId: text('store_id')
    .notNull()
    .references(() => store.id, {onDelete: 'cascade'}),
  operator: text('operator').notNull(),
  linkedAt: time('linked_at').notNull(),
})

/** Who may sign in to `meli serve`: an e-mail address in small letters, or the name of an OS user. */
export const operator = sqliteTable('operator', {
  name: text('name').primaryKey(),
  createdAt: time('created_at').notNull(),
})

const ofOperator = () =>
  text('operator')
    .notNull()
    .references(() => operator.name, {onDelete: 'cascade'})

/** One-time links by which an operator signs in; the token itself is nowhere stored. */
export const signInLink = sqliteTable('sign_in_link', {
  tokenHash: text('token_hash').primaryKey(),
  operator: ofOperator(),
  createdAt: time('created_at').notNull(),
  expiresAt: time('expires_at').notNull(),
  usedAt: time('used_at'),
})

export const operatorSession = sqliteTable(
  'operator_session',
  {
    idHash: text('id_hash').primaryKey(),
    operator: ofOperator(),
    csrfToken: text('csrf_token').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('operator_session_operator').on(table.operator)],
)

export const oauthState = sqliteTable(
  'oauth_state',
  {
    stateHash: text('state_hash').primaryKey(),
    codeVerifier: sealed('code_verifier'),
    redirectUri: text('redirect_uri').notNull(),
    siteId: text('site_id').notNull(),
    clientId: text('client_id').notNull(),
    expect: text('expect'),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    consumedAt: time('consumed_at'),
    exchangeId: text('exchange_id'),
    // Of logins in a browser: SHA-256 of the cookie that has to come back with the state, and where to go then.
    bindingHash: text('binding_hash'),
    next: text('next'),
  },
  (table) => [index('oauth_state_expiry').on(table.expiresAt)],
)

export const testUser = sqliteTable(
  'test_user',
  {
    intentId: text('intent_id').primaryKey(),
    ownerUserId: integer('owner_user_id'),
    userId: integer('user_id'),
    nickname: text('nickname'),
    password: sealed('password'),
    siteId: text('site_id').notNull(),
    role: text('role', {enum: ['seller', 'buyer']}).notNull(),
    siteStatus: text('site_status'),
    state: text('state', {enum: ['intended', 'created', 'failed', 'forgotten']}).notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [uniqueIndex('test_user_user').on(table.userId)],
)

/** What all processes of the machine may send for one application. Times in milliseconds, with fractions. */
export const rateBudget = sqliteTable('rate_budget', {
  clientId: text('client_id').primaryKey(),
  nextAt: real('next_at').notNull(),
  share: real('share').notNull(),
  shareAt: real('share_at').notNull(),
  pausedUntil: real('paused_until').notNull(),
  minute: integer('minute').notNull(),
  used: integer('used').notNull(),
  usedBefore: integer('used_before').notNull(),
})

/** What the database knows about itself. `key_check` is a known text, sealed with the key that all the rest has. */
export const meta = sqliteTable('meta', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})
