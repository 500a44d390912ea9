import {randomUUID} from 'node:crypto'
import {type ErrorCode, MeliError} from '../core/errors.js'
import type {Store} from '../services/ports/index.js'
import {Turns} from '../services/sync/engine/turns.js'
import {defaultConcurrency} from '../services/sync/product-sync.js'
import {Chore} from '../services/sync/schedule/chore.js'
import type {Around, Duty} from '../services/sync/schedule/duty.js'
import {Schedule} from '../services/sync/schedule/schedule.js'
import {SyncDuty} from '../services/sync/schedule/sync-duty.js'
import {TokenDuty} from '../services/sync/schedule/token-duty.js'
import type {LogOutput} from '../ui/log.js'
import {applicationOf} from './application.js'
import type {ServeContext} from './serve-context.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Stores that one process syncs side by side, sharing its requests. */
const storesAtOnce = 4
/** A resource that takes longer goes on after other resources, and then other stores, had their turn. */
const longestRunMs = 30 * minute
/** Notifications that were done, and receipts of them; `_id`s older than this do not come again. */
const notificationsKeptMs = 7 * day

export interface ScheduleOptions {
  everyMs: number
  output: LogOutput
}

/** What a serving process does by itself. docs/operate.md has it as a table. */
export async function createSchedule(context: ServeContext, {everyMs, output}: ScheduleOptions): Promise<Schedule> {
  const {clock, telemetry, process} = context
  const {jobs} = await context.store()
  return new Schedule({
    jobs,
    clock,
    telemetry,
    log: output.log,
    correlate: (work) => output.correlate(randomUUID(), work),
    random: Math.random,
    holder: process.newHolder(),
    duties: [await tokens(context), await syncs(context, everyMs), ...(await chores(context))],
  })
}

async function tokens(context: ServeContext): Promise<Duty> {
  const {clock} = context
  const {clientId} = applicationOf(context.config)
  const [{accounts}, auth] = [await context.store(), await context.auth()]
  return new TokenDuty({
    accounts,
    clock,
    clientId,
    refresh: async ({userId, isTestUser}, minTtlMs) =>
      (await auth.getValidToken(userId, {sandbox: isTestUser, minTtlMs})).expiresAt,
  })
}

async function syncs(context: ServeContext, everyMs: number): Promise<Duty> {
  const {clock} = context
  const {clientId} = applicationOf(context.config)
  const {accounts, syncLedger: ledger} = await context.store()
  const [sessions, everything] = [await context.sessions(), await context.syncEverything()]
  const turns = new Turns(defaultConcurrency)
  return new SyncDuty({
    ...{accounts, ledger, clock, clientId, everyMs, atOnce: storesAtOnce},
    resources: everything.resources,
    random: Math.random,
    sync: async ({userId, isTestUser: sandbox}, {resources, full, signal}) => {
      const session = await sessions.open({account: String(userId), sandbox})
      const {syncs} = await everything.run(session, {
        ...{sandbox, signal, turns, dryRun: false, wait: false},
        // Of the others no listing tells what is gone: the changes are enough.
        each: (resource) =>
          resources.has(resource) ? {full: full && resource === 'products', maxDurationMs: longestRunMs} : undefined,
      })
      return syncs
    },
  })
}

async function chores(context: ServeContext): Promise<Duty[]> {
  const {clock} = context
  const store = await context.store()
  const [installs, recover] = [await context.installs(), await context.recoverNotifications()]
  const chore = (kind: string, everyMs: number, work: (around: Around) => Promise<unknown>) =>
    new Chore({kind, everyMs, clock, work})
  return [
    chore('recover', hour, async ({signal, log}) => {
      // Without a connected seller there is nobody to ask for.
      if ((await store.accounts.list()).length === 0) return
      const {accepted, topics} = await recover.run({signal})
      const failed = topics.find(({error}) => error !== null)?.error
      if (accepted > 0) log.info({accepted}, 'notifications were recovered')
      if (failed !== null && failed !== undefined) throw new MeliError(failed.code as ErrorCode, failed.message)
    }),
    chore('installs', 15 * minute, async ({log}) => {
      const kept = await installs.keepAlive()
      if (kept.ended + kept.lost.length + kept.failed.length > 0)
        log.info({...kept}, 'pending installations were looked after')
    }),
    chore('sweep', hour, ({log}) => sweep(context, store, log)),
  ]
}

async function sweep(context: ServeContext, store: Store, log: Around['log']): Promise<void> {
  const now = context.clock.now()
  const before = new Date(now.getTime() - notificationsKeptMs)
  const swept = {
    logins: await store.logins.sweep(now),
    sessions: await (await context.operators()).sweep(),
    notifications: await store.inbox.sweep(before),
  }
  if (Object.values(swept).some((count) => count > 0)) log.info(swept, 'what had expired was removed')
}
