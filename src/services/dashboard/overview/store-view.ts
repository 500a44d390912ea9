import type {
  Account,
  ItemFigures,
  JobRecord,
  LastRuns,
  NotificationInbox,
  SyncOutcome,
  SyncRunRecord,
} from '../../ports/index.js'
import {never} from '../../sync/schedule/backoff.js'
import {type SoldView, soldResources, soldView} from './sold-view.js'
import type {Judge, SyncState} from './sync-state.js'

/** The schedule refreshes an hour ahead: with less than this left it did not come to it. */
const expiringMs = 30 * 60_000

/** A serving process comes to a new store within this. */
const momentMs = 60_000

export type TokenState = 'valid' | 'expiring' | 'expired' | 'refused'
export type Attention = 'authorization_lost' | 'token_expiring' | 'sync_failed' | 'sync_old' | 'parked'

export interface RunSummary {
  kind: 'full' | 'incremental'
  outcome: SyncOutcome | 'running'
  started_at: string
  /** Of one under way, until now. */
  duration_ms: number
  /** Records that the service has and that could not be brought here. */
  missing: number
}

export interface StoreView {
  store_id: string
  nickname: string
  kind: 'real' | 'test'
  site_id: string
  connected_at: string
  /** `expired` can still be refreshed; `refused` needs the seller. */
  token: {state: TokenState; valid_until: string; seconds_left: number}
  sync: {
    state: SyncState
    last: RunSummary | null
    /** Since the last run that got through all it had to; null when there was none. */
    age_seconds: number | null
    through_at: string | null
  }
  /** Questions, orders, shipments; `sync` is of the products. */
  sold: SoldView[]
  items: {live: number; partial: number; stale: number}
  notifications: {waiting: number; parked: number; oldest_at: string | null; oldest_seconds: number | null}
  /** `stopped`: not again by itself. `soon`: connected a moment ago. `none`: nobody has served this store yet. */
  next_sync: {
    state: 'waiting' | 'running' | 'stopped' | 'soon' | 'none'
    due_at: string | null
    failures: number
    error_code: string | null
  }
  /** What somebody should look at, the worst first. */
  attention: Attention[]
}

export interface StoreRecords {
  account: Account
  items: ItemFigures | undefined
  runs: LastRuns | undefined
  /** By resource, of all but the products. */
  sold: ReadonlyMap<string, LastRuns | undefined>
  backlog: Awaited<ReturnType<NotificationInbox['backlog']>>[number] | undefined
  job: JobRecord | undefined
}

export function storeView(records: StoreRecords, judge: Judge): StoreView {
  const {account, items, job} = records
  const view = {
    store_id: account.storeId,
    nickname: account.nickname,
    kind: account.isTestUser ? ('test' as const) : ('real' as const),
    site_id: account.siteId,
    connected_at: account.createdAt.toISOString(),
    token: tokenOf(account, judge.now),
    sync: syncOf(records.runs, judge),
    sold: soldResources.map((resource) => soldView(resource, records.sold.get(resource), judge)),
    items: {live: items?.live ?? 0, partial: items?.partial ?? 0, stale: items?.stale ?? 0},
    notifications: backlogOf(records.backlog, judge.now),
    next_sync: nextSync(job, account, judge),
  }
  return {...view, attention: attentionOf(view, judge)}
}

function runSummary(run: SyncRunRecord, {now, isAlive}: Judge): RunSummary {
  const {kind, counts, checkpoint, startedAt, finishedAt} = run
  // A run whose process was killed has no outcome: it is as good as interrupted.
  const outcome = run.outcome ?? (isAlive(run.holder) ? 'running' : 'interrupted')
  const {listed = 0, failed = 0} = counts
  const isShort = kind === 'full' && outcome === 'incomplete'
  return {
    kind,
    outcome,
    started_at: startedAt.toISOString(),
    duration_ms: Math.max(0, (finishedAt ?? now).getTime() - startedAt.getTime()),
    missing: failed + (isShort ? Math.max(0, checkpoint.total - listed) : 0),
  }
}

function tokenOf({status, expiresAt}: Account, now: Date): StoreView['token'] {
  const leftMs = expiresAt.getTime() - now.getTime()
  const state = status === 'invalid' ? 'refused' : leftMs <= 0 ? 'expired' : leftMs < expiringMs ? 'expiring' : 'valid'
  return {state, valid_until: expiresAt.toISOString(), seconds_left: Math.floor(leftMs / 1000)}
}

function syncOf(runs: LastRuns | undefined, judge: Judge): StoreView['sync'] {
  const newest = runs?.newest ?? null
  const last = newest === null ? null : runSummary(newest, judge)
  const throughAt = runs?.through?.finishedAt ?? null
  const age_seconds = throughAt === null ? null : secondsSince(throughAt, judge.now)
  return {state: last?.outcome ?? 'never', last, age_seconds, through_at: throughAt?.toISOString() ?? null}
}

function backlogOf(backlog: StoreRecords['backlog'], now: Date): StoreView['notifications'] {
  const {waiting = 0, working = 0, parked = 0, oldest = null} = backlog ?? {}
  const oldest_seconds = oldest === null ? null : secondsSince(oldest, now)
  return {waiting: waiting + working, parked, oldest_at: oldest?.toISOString() ?? null, oldest_seconds}
}

function nextSync(job: JobRecord | undefined, {createdAt}: Account, {now, syncEveryMs}: Judge): StoreView['next_sync'] {
  if (job === undefined) {
    const isSoon = syncEveryMs !== undefined && now.getTime() - createdAt.getTime() < momentMs
    return {state: isSoon ? 'soon' : 'none', due_at: null, failures: 0, error_code: null}
  }
  const {dueAt, holder, failures, errorCode: error_code} = job
  if (holder !== null) return {state: 'running', due_at: null, failures, error_code}
  if (dueAt.getTime() >= never.getTime()) return {state: 'stopped', due_at: null, failures, error_code}
  return {state: 'waiting', due_at: dueAt.toISOString(), failures, error_code}
}

function attentionOf(view: Omit<StoreView, 'attention'>, {now, syncEveryMs}: Judge): Attention[] {
  const {token, sync, notifications, next_sync} = view
  // A store that was never synced grows old from the moment that it was connected.
  const ageMs = now.getTime() - Date.parse(sync.through_at ?? view.connected_at)
  const isOlder = (ms: number) => syncEveryMs !== undefined && ms > 3 * syncEveryMs
  const isOld = isOlder(ageMs) || view.sold.some(({age_seconds: age}) => age !== null && isOlder(age * 1000))
  // What is refused is no failure: it may well be that nobody wants it.
  const hasSoldFailed = view.sold.some(({state}) => state === 'failed')
  const hasFailed =
    sync.state === 'failed' || hasSoldFailed || (next_sync.failures > 0 && next_sync.state !== 'running')
  const found: Array<[Attention, boolean]> = [
    ['authorization_lost', token.state === 'refused'],
    ['token_expiring', token.state === 'expired' || token.state === 'expiring'],
    // Both follow from the loss of the authorization, which is told already.
    ['sync_failed', hasFailed && token.state !== 'refused'],
    ['sync_old', isOld && token.state !== 'refused'],
    ['parked', notifications.parked > 0],
  ]
  return found.filter(([, is]) => is).map(([attention]) => attention)
}

function secondsSince(then: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - then.getTime()) / 1000))
}
