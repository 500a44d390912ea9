/**
 * All that the services may do to the world. Stores are dialect-neutral: one method is one atomic step, because SQLite
 * transactions are synchronous and Postgres ones are not. Times are `Date`, ids of users are safe integers.
 */
export type * from './ports/accounts.js'
export type * from './ports/cache.js'
export type * from './ports/catalogue.js'
export type * from './ports/installs.js'
export type * from './ports/jobs.js'
export type * from './ports/local-catalogue.js'
export type * from './ports/login.js'
export type * from './ports/notifications.js'
export type * from './ports/operators.js'
export type * from './ports/overview.js'
export type * from './ports/people.js'
export type * from './ports/rate-budget.js'
export type * from './ports/store.js'
export type * from './ports/sync.js'
export type * from './ports/telemetry.js'
export type * from './ports/test-users.js'
export type * from './ports/time.js'
export type * from './ports/wire.js'
