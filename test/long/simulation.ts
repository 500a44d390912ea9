import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Account, Clock, JobStore, Log, MercadoLibre, SyncRunRecord} from '../../src/services/ports/index.js'
import {SyncEverything, type Synced} from '../../src/services/sync/everything.js'
import type {SyncResult} from '../../src/services/sync/result.js'
import {Schedule} from '../../src/services/sync/schedule/schedule.js'
import {MaintenanceTask, type ScheduledTask} from '../../src/services/sync/schedule/scheduled-task.js'
import {SyncTask, type SyncWish} from '../../src/services/sync/schedule/sync-task.js'
import {TokenTask} from '../../src/services/sync/schedule/token-task.js'
import {connect, connectForBulk} from '../../src/store/sqlite/connect.js'
import {SqliteJobs} from '../../src/store/sqlite/jobs.js'
import {Session} from '../../src/store/sqlite/session.js'
import {AlarmClock} from '../support/alarm-clock.js'

export const minute = 60_000
export const hour = 60 * minute
export const start = new Date('2026-03-01T12:00:00Z')

/** One try of a job, as the world saw it. `end` is null while it runs, and stays so when its process was killed first. */
export interface Attempt {
  name: string
  process: number
  full?: boolean
  begin: number
  end: number | null
  outcome: 'done' | 'failed' | 'stopped' | 'killed' | null
}

/** Of what is synced behind the products, in this order. */
export const sold = ['questions', 'orders', 'shipments'] as const

export interface LogLine extends Record<string, unknown> {
  level: string
  message: string
}

function logTo(lines: LogLine[], bound: object = {}): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({...bound, ...fields, level, message})
  const child = (fields: object) => logTo(lines, {...bound, ...fields})
  return {info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug'), child}
}

/** Never goes on: what a killed process waits for. */
const forever = new Promise<never>(() => undefined)

export function account(number: number, changes: Partial<Account> = {}): Account {
  return {
    ...{userId: 1_000 + number, nickname: `STORE_${number}`, email: null, siteId: 'MEC', isTestUser: false},
    ...{isDefault: false, status: 'active', scope: 'offline_access', clientId: '4242'},
    storeId: `${String(number).padStart(8, '0')}-1111-4222-8333-944445555666`,
    expiresAt: new Date(start.getTime() + 6 * hour),
    createdAt: new Date(start.getTime() - 24 * hour),
    updatedAt: new Date(start.getTime() - 24 * hour),
    ...changes,
  }
}

/** Stores, the service, and processes that serve one database; time passes when a test says so. */
export class World {
  readonly clock = new AlarmClock(start)
  readonly attempts: Attempt[] = []
  readonly runs: SyncRunRecord[] = []
  readonly log: LogLine[] = []
  /** How long a sync of the products of a store takes, ten seconds when it is not named; of `store resource`, two. */
  readonly lasts = new Map<string, number>()
  /** What the syncs of the products of a store, or of `store resource`, fail with. */
  readonly failing = new Map<string, () => unknown>()
  everyMs = 2 * hour
  pollMs = minute
  private readonly folder = mkdtempSync(join(tmpdir(), 'meli-schedule-'))
  private readonly alive = new Set<string>()
  private readonly processes: Process[] = []
  private session: Session | undefined

  constructor(readonly accounts: Account[]) {}

  async open(): Promise<this> {
    const path = join(this.folder, 'meli.db')
    ;(await connect(path)).close()
    this.session = new Session(() => connectForBulk(path), path)
    return this
  }

  get jobs(): JobStore {
    if (this.session === undefined) throw new Error('not open')
    return new SqliteJobs(this.session, (holder) => this.alive.has(holder))
  }

  launch(random = 0.5): Process {
    const process = new Process(this, this.processes.length, random)
    this.processes.push(process)
    this.alive.add(process.holder)
    process.schedule.start()
    return process
  }

  bury(process: Process): void {
    this.alive.delete(process.holder)
    for (const attempt of this.attempts.filter((each) => each.process === process.number && each.end === null))
      Object.assign(attempt, {end: this.clock.now().getTime(), outcome: 'killed'})
  }

  of(kind: string, storeId = 'all'): Attempt[] {
    return this.attempts.filter(({name}) => name === `${kind}:${storeId}`)
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()))
    this.session?.close()
    rmSync(this.folder, {recursive: true, force: true})
  }
}

export class Process {
  readonly holder: string
  readonly schedule: Schedule
  private isKilled = false
  private isStopped = false

  constructor(
    private readonly world: World,
    readonly number: number,
    random: number,
  ) {
    this.holder = `here:${4_000 + number}:uuid`
    const {clock} = this
    this.schedule = new Schedule({
      ...{jobs: this.mortal(world.jobs), clock, log: logTo(world.log)},
      ...{telemetry: {job: () => undefined}, holder: this.holder},
      ...{correlate: (work) => work(), random: () => random, tasks: this.tasks(), pollMs: world.pollMs},
    })
  }

  /** As SIGKILL does: from here on nothing of it happens any more. */
  kill(): void {
    this.isKilled = true
    this.world.bury(this)
  }

  async stop(): Promise<void> {
    if (this.isKilled || this.isStopped) return
    this.isStopped = true
    await this.schedule.stop()
    this.world.bury(this)
  }

  private tasks(): ScheduledTask[] {
    const {accounts, everyMs, runs} = this.world
    const {clock} = this
    const list = async () => accounts.map((each) => ({...each}))
    const shared = {accounts: {list}, clock, clientId: '4242'}
    return [
      new TokenTask({...shared, refresh: (each, minTtlMs) => this.refresh(each, minTtlMs)}),
      new SyncTask({
        ...{...shared, everyMs, atOnce: 3, resources: this.everything.resources, random: () => 0},
        ledger: {
          recent: async ({userId, resource, limit}) =>
            runs
              .filter((run) => run.userId === userId && run.resource === resource)
              .slice(-limit)
              .reverse(),
          lastReached: async (resource, userId) =>
            runs.findLast((run) => run.userId === userId && run.resource === resource && run.outcome === 'complete'),
        },
        sync: (each, wish) => this.sync(each, wish),
      }),
      new MaintenanceTask({
        kind: 'recover',
        everyMs: hour,
        clock,
        work: ({signal}) => this.note('recover:all', 5_000, {signal}),
      }),
    ]
  }

  private readonly clock: Clock = {
    now: () => this.world.clock.now(),
    monotonic: () => this.world.clock.monotonic(),
    sleep: async (ms, signal) => {
      await this.world.clock.sleep(ms, signal).catch((error: unknown) => this.isKilled || Promise.reject(error))
      if (this.isKilled) await forever
    },
  }

  private readonly everything = new SyncEverything({
    syncs: [this.syncOf('products', 'sync'), ...sold.map((resource) => this.syncOf(resource, resource))],
    everywhere: () => ({run: () => forever}),
    clock: {now: () => this.world.clock.now()},
  })

  private async sync(account: Account, {resources, full, signal}: SyncWish) {
    const {syncs} = await this.everything.run(
      {userId: account.userId, account, api: {} as MercadoLibre},
      {...{sandbox: false, dryRun: false, signal}, each: (each) => (resources.has(each) ? {full} : undefined)},
    )
    return syncs
  }

  /** One resource, as a service would sync it that is asked once and takes its time. */
  private syncOf(resource: string, kind: string): Synced {
    return {
      resource,
      run: async ({account, userId}, {full = false, signal}) => {
        const {lasts, runs} = this.world
        const key = resource === 'products' ? (account?.storeId ?? '') : `${account?.storeId} ${resource}`
        const startedAt = this.clock.now()
        const ms = lasts.get(key) ?? (resource === 'products' ? 10_000 : 2_000)
        await this.note(`${kind}:${account?.storeId}`, ms, {signal, full, failure: this.world.failing.get(key)})
        const isFirst = !runs.some((run) => run.userId === userId && run.resource === resource)
        const run = {resource, userId, kind: full || isFirst ? 'full' : 'incremental', outcome: 'complete'}
        runs.push({...run, startedAt, finishedAt: this.clock.now()} as SyncRunRecord)
        return {resource, ok: true, stopped: false} as SyncResult
      },
    }
  }

  private async refresh({storeId}: Account, minTtlMs: number): Promise<Date> {
    const mine = this.world.accounts.find((each) => each.storeId === storeId)
    if (mine === undefined) throw new Error('no such account')
    const left = mine.expiresAt.getTime() - this.clock.now().getTime()
    if (left >= minTtlMs) return mine.expiresAt
    await this.note(`token:${storeId}`, 1_000)
    const now = this.clock.now()
    Object.assign(mine, {expiresAt: new Date(now.getTime() + 6 * hour), updatedAt: now})
    return mine.expiresAt
  }

  private async note(
    name: string,
    ms: number,
    how: {signal?: AbortSignal | undefined; full?: boolean; failure?: (() => unknown) | undefined} = {},
  ): Promise<void> {
    const {attempts, clock} = this.world
    const {signal, full, failure} = how
    const attempt: Attempt = {name, process: this.number, begin: clock.now().getTime(), end: null, outcome: null}
    if (full !== undefined) attempt.full = full
    attempts.push(attempt)
    const over = (outcome: Attempt['outcome']) => Object.assign(attempt, {end: clock.now().getTime(), outcome})
    try {
      await this.clock.sleep(ms, signal)
    } catch (error) {
      if (!this.isKilled) over('stopped')
      throw error
    }
    if (failure !== undefined) {
      over('failed')
      throw failure()
    }
    over('done')
  }

  /** The store as a process has it that may be killed at any await. */
  private mortal(jobs: JobStore): JobStore {
    return new Proxy(jobs, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return async (...parts: unknown[]) => {
          if (this.isKilled) await forever
          const result: unknown = await method.apply(target, parts)
          if (this.isKilled) await forever
          return result
        }
      },
    })
  }
}
