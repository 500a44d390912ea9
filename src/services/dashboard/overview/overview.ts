import type {
  Account,
  AccountStore,
  Clock,
  ExchangeJournal,
  InstallStore,
  JobStore,
  NotificationInbox,
  OverviewStore,
} from '../../ports/index.js'
import type {SyncRuns} from '../../sync/runs.js'
import {type StoreGauges, storeGauges} from './gauges.js'
import {
  type ChangeView,
  changeView,
  type NotificationView,
  notificationView,
  type RefreshView,
  refreshKinds,
  refreshView,
  type StoreRun,
  storeRun,
} from './history.js'
import {remember} from './remember.js'
import {firstOfDays, firstOfHours, type NotificationHour, notificationHours, type SyncDay, syncDays} from './series.js'
import {soldResources} from './sold-view.js'
import {type StoreView, storeView} from './store-view.js'

export interface DashboardResult {
  at: string
  /** Whether this is whoever runs the server, who sees the stores of everybody. */
  sees_all: boolean
  stores: StoreView[]
  totals: {stores: number; attention: number; items: number; stale: number; waiting: number; parked: number}
  sync_days: SyncDay[]
  notification_hours: NotificationHour[]
}

export interface StoreHistoryResult {
  at: string
  store: StoreView
  sync_days: SyncDay[]
  notification_hours: NotificationHour[]
  /** Of the products. Newest first, as all that follow. */
  runs: StoreRun[]
  changes: ChangeView[]
  notifications: NotificationView[]
  refreshes: RefreshView[]
}

export interface OverviewDeps {
  accounts: Pick<AccountStore, 'list'>
  installs: Pick<InstallStore, 'storesOf'>
  inbox: Pick<NotificationInbox, 'backlog' | 'tally' | 'list'>
  jobs: Pick<JobStore, 'list'>
  journal: Pick<ExchangeJournal, 'recent'>
  overview: OverviewStore
  runs: Pick<SyncRuns, 'list'>
  clock: Pick<Clock, 'now'>
  isAlive: (holder: string) => boolean
  /** Sees every store: whoever runs the server. */
  owner: string
  /** In which days begin, such as `America/Guayaquil`. */
  timeZone: string
  syncEveryMs?: number | undefined
}

const runsShown = 30
const rowsShown = 12
/** Counting a million items takes some tens of milliseconds, in which nothing else is answered. */
const countsRememberedMs = 10_000

/** What pages and gauges show, from the store alone. */
export class Overview {
  private readonly items: () => ReturnType<OverviewStore['items']>

  constructor(private readonly deps: OverviewDeps) {
    const {accounts, overview, clock} = deps
    this.items = remember(countsRememberedMs, clock, async () => overview.items(idsOf(await accounts.list())))
  }

  /** The stores of an operator, those to look at first. */
  async dashboard(operator: string): Promise<DashboardResult> {
    const now = this.deps.clock.now()
    const accounts = await this.accountsOf(operator)
    const stores = await this.views(accounts, now)
    const sum = (figure: (store: StoreView) => number) => stores.reduce((total, store) => total + figure(store), 0)
    return {
      at: now.toISOString(),
      sees_all: operator === this.deps.owner,
      stores: stores.sort(byAttention),
      totals: {
        stores: stores.length,
        attention: stores.filter(({attention}) => attention.length > 0).length,
        items: sum(({items}) => items.live),
        stale: sum(({items}) => items.stale),
        waiting: sum(({notifications}) => notifications.waiting),
        parked: sum(({notifications}) => notifications.parked),
      },
      ...(await this.series(accounts, now, operator === this.deps.owner)),
    }
  }

  /** Undefined when there is no such store, or not for this operator. */
  async store(operator: string, storeId: string): Promise<StoreHistoryResult | undefined> {
    const account = (await this.accountsOf(operator)).find((each) => each.storeId === storeId)
    if (account === undefined) return undefined
    const {clock, runs, overview, inbox, journal} = this.deps
    const now = clock.now()
    const [store] = await this.views([account], now)
    if (store === undefined) return undefined
    const {userId, isTestUser: sandbox} = account
    return {
      at: now.toISOString(),
      store,
      ...(await this.series([account], now, false)),
      runs: (await runs.list({account: String(userId), sandbox, resource: 'products', limit: runsShown})).runs.map(
        storeRun,
      ),
      changes: (await overview.changes(userId, rowsShown)).map(changeView),
      notifications: (await inbox.list({userId, limit: rowsShown})).map(notificationView),
      refreshes: (await journal.recent(userId, rowsShown, refreshKinds)).map(refreshView),
    }
  }

  /** Of all stores; cheap, and the same for a second. */
  readonly gauges: () => Promise<StoreGauges[]> = remember(1_000, {now: () => this.deps.clock.now()}, async () => {
    const now = this.deps.clock.now()
    const views = await this.views(await this.deps.accounts.list(), now, {counted: false})
    return views.map((view) => storeGauges(view, now))
  })

  private async accountsOf(operator: string): Promise<Account[]> {
    const {accounts, installs, owner} = this.deps
    const all = await accounts.list()
    if (operator === owner) return all
    const mine = new Set(await installs.storesOf(operator))
    return all.filter(({storeId}) => mine.has(storeId))
  }

  private async views(accounts: readonly Account[], now: Date, {counted = true} = {}): Promise<StoreView[]> {
    const {overview, inbox, jobs, isAlive, syncEveryMs} = this.deps
    const items = counted ? byUser(await this.items()) : undefined
    const lastRuns = async (resource: string) => byUser(await overview.lastRuns(idsOf(accounts), resource))
    const runs = await lastRuns('products')
    const sold = new Map<string, Awaited<ReturnType<typeof lastRuns>>>()
    for (const resource of soldResources) sold.set(resource, await lastRuns(resource))
    const backlog = byUser(await inbox.backlog())
    const byName = new Map((await jobs.list()).map((job) => [job.name, job]))
    return accounts.map((account) => {
      const {userId, storeId} = account
      const records = {
        ...{account, items: items?.get(userId), runs: runs.get(userId)},
        sold: new Map([...sold].map(([resource, last]) => [resource, last.get(userId)])),
        ...{backlog: backlog.get(userId), job: byName.get(`sync:${storeId}`)},
      }
      return storeView(records, {now, isAlive, syncEveryMs})
    })
  }

  private async series(accounts: readonly Account[], now: Date, everything: boolean) {
    const {overview, inbox, timeZone} = this.deps
    const ids = new Set(idsOf(accounts))
    const hours = await overview.syncHours([...ids], firstOfDays(now))
    const tally = await inbox.tally(firstOfHours(now))
    return {
      sync_days: syncDays(hours, now, timeZone),
      // What came for nobody is of interest to whoever runs the server.
      notification_hours: notificationHours(tally, (userId) => everything || ids.has(userId), now),
    }
  }
}

function idsOf(accounts: readonly Account[]): number[] {
  return accounts.map(({userId}) => userId)
}

function byUser<T extends {userId: number}>(rows: readonly T[]): Map<number, T> {
  return new Map(rows.map((row) => [row.userId, row]))
}

function byAttention(one: StoreView, other: StoreView): number {
  return other.attention.length - one.attention.length || one.nickname.localeCompare(other.nickname)
}
