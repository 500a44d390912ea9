import {randomUUID} from 'node:crypto'
import {type ErrorCode, MeliError} from '../core/errors.js'
import {FairSemaphore} from '../services/sync/fair-semaphore.js'
import {defaultConcurrency} from '../services/sync/product-sync.js'
import {Schedule} from '../services/sync/schedule/schedule.js'
import {MaintenanceTask, type ScheduledTask} from '../services/sync/schedule/scheduled-task.js'
import {SyncTask} from '../services/sync/schedule/sync-task.js'
import {TokenTask} from '../services/sync/schedule/token-task.js'
import type {LogOutput} from '../ui/log.js'
import type {AccountsModule} from './accounts-module.js'
import {applicationOf} from './application.js'
import type {DashboardModule} from './dashboard-module.js'
import type {NotificationsModule} from './notifications-module.js'
import type {SyncModule} from './sync-module.js'
import type {World} from './world.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Stores that one process syncs side by side, sharing its requests. */
const storesAtOnce = 4
/** A resource that takes longer goes on after other resources, and then other stores, had their turn. */
const longestRunMs = 30 * minute
/** Notifications that were done, and receipts of them; `_id`s older than this do not come again. */
const notificationsKeptMs = 7 * day

/** The modules that a serving process works with. */
export interface ServeModules {
  accounts: AccountsModule
  sync: SyncModule
  notifications: NotificationsModule
  dashboard: DashboardModule
}

export interface ScheduleOptions {
  everyMs: number
  output: LogOutput
}

/** What a serving process does by itself. docs/operate.md has it as a table. */
export async function createSchedule(
  world: World,
  modules: ServeModules,
  {everyMs, output}: ScheduleOptions,
): Promise<Schedule> {
  const {clock, telemetry, process} = world
  const {jobs} = await world.store()
  return new Schedule({
    jobs,
    clock,
    telemetry,
    log: output.log,
    correlate: (work) => output.correlate(randomUUID(), work),
    random: Math.random,
    holder: process.newHolder(),
    tasks: [
      await tokens(world, modules),
      await syncs(world, modules, everyMs),
      await recovery(world, modules),
      await installations(world, modules),
      await sweeping(world, modules),
    ],
  })
}

async function tokens({config, clock, store}: World, {accounts: {auth}}: ServeModules): Promise<ScheduledTask> {
  const {clientId} = applicationOf(config)
  const [{accounts}, tokens] = [await store(), await auth()]
  return new TokenTask({
    accounts,
    clock,
    clientId,
    refresh: async ({userId, isTestUser}, minTtlMs) =>
      (await tokens.getValidToken(userId, {sandbox: isTestUser, minTtlMs})).expiresAt,
  })
}

async function syncs({config, clock, store}: World, modules: ServeModules, everyMs: number): Promise<ScheduledTask> {
  const {clientId} = applicationOf(config)
  const {accounts, syncLedger: ledger} = await store()
  const [sessions, everything] = [await modules.accounts.sessions(), await modules.sync.everything()]
  const turns = new FairSemaphore(defaultConcurrency)
  return new SyncTask({
    accounts,
    ledger,
    clock,
    clientId,
    everyMs,
    atOnce: storesAtOnce,
    resources: everything.resources,
    random: Math.random,
    sync: async ({userId, isTestUser: sandbox}, {resources, full, signal}) => {
      const session = await sessions.open({account: String(userId), sandbox})
      const {syncs} = await everything.run(session, {
        sandbox,
        signal,
        turns,
        dryRun: false,
        wait: false,
        // Only a full listing of products shows what is gone; elsewhere the changes are enough.
        each: (resource) =>
          resources.has(resource) ? {full: full && resource === 'products', maxDurationMs: longestRunMs} : undefined,
      })
      return syncs
    },
  })
}

async function recovery({clock, store}: World, {notifications}: ServeModules): Promise<ScheduledTask> {
  const [{accounts}, recover] = [await store(), await notifications.recover()]
  return new MaintenanceTask({
    kind: 'recover',
    everyMs: hour,
    clock,
    work: async ({signal, log}) => {
      // Without a connected seller there is nobody to ask for.
      if ((await accounts.list()).length === 0) return
      const {accepted, topics} = await recover.run({signal})
      const failed = topics.find(({error}) => error !== null)?.error
      if (accepted > 0) log.info({accepted}, 'notifications were recovered')
      if (failed !== null && failed !== undefined) throw new MeliError(failed.code as ErrorCode, failed.message)
    },
  })
}

async function installations({clock}: World, {accounts}: ServeModules): Promise<ScheduledTask> {
  const installs = await accounts.installs()
  return new MaintenanceTask({
    kind: 'installs',
    everyMs: 15 * minute,
    clock,
    work: async ({log}) => {
      const kept = await installs.keepAlive()
      if (kept.ended + kept.lost.length + kept.failed.length > 0)
        log.info({...kept}, 'pending installations were maintained')
    },
  })
}

async function sweeping({clock, store}: World, {dashboard}: ServeModules): Promise<ScheduledTask> {
  const [{logins, inbox}, operators] = [await store(), await dashboard.operators()]
  return new MaintenanceTask({
    kind: 'sweep',
    everyMs: hour,
    clock,
    work: async ({log}) => {
      const now = clock.now()
      const swept = {
        logins: await logins.sweep(now),
        sessions: await operators.sweep(),
        notifications: await inbox.sweep(new Date(now.getTime() - notificationsKeptMs)),
      }
      if (Object.values(swept).some((count) => count > 0)) log.info(swept, 'expired records were removed')
    },
  })
}
