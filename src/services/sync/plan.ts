import type {RateBudget, SyncKind} from '../ports/index.js'
import type {Identified, Scope, SyncByIdDeps} from './active-run.js'
import {chooseRun} from './run-sync.js'

export interface SyncPlan {
  ok: true
  mode: 'production' | 'sandbox'
  user_id: number
  kind: SyncKind
  /** Why everything has to be listed; null when the changes are enough, or everything was asked for. */
  reason: string | null
  /** Records at the service, as far as known. */
  items: number
  /** Records to be fetched. */
  fetches: number
  requests: number
  /** At the rate that is in force. */
  minutes: number
  /** Requests a minute that may be sent now. */
  per_minute: number
  /** The share of an hour's requests at that rate: 0.5 is half of them. */
  budget_share: number
  based_on: 'last_run' | 'local_copy' | 'listing'
  /** Requests that this plan itself took. */
  requests_sent: number
  /** With `--if-stale`: the last complete run is young enough, and nothing would be sent. */
  skipped: boolean
}

export interface PlanRequest {
  scope: Scope
  sandbox: boolean
  full: boolean
  restart: boolean
  budget: Pick<RateBudget, 'state'> | undefined
  /** Why nothing would have to be done; undefined when there is something. */
  fresh: string | undefined
  signal: AbortSignal
}

const idsPerPage = 100
const defaultPerMinute = 1_500

/** Foretells a run: from the counts of the last complete one, or from one listing of one id when nothing is known. */
export async function planOf<T extends Identified>(parts: SyncByIdDeps<T>, request: PlanRequest): Promise<SyncPlan> {
  const {scope, sandbox, budget, fresh} = request
  const before = parts.source.traffic.requests
  const {kind, reason} = await chooseRun(parts.ledger, {...request, dryRun: false})
  const {items, basedOn} = await sizeOf(parts, request)
  const skipped = fresh !== undefined
  const fetches = kind === 'full' ? items : await usualChanges(parts, scope)
  const requests = skipped ? 0 : requestsFor(kind, items, fetches, parts.source.batchSize)
  const perMinute = (await budget?.state())?.perMinute ?? defaultPerMinute
  return {
    ok: true,
    mode: sandbox ? 'sandbox' : 'production',
    user_id: scope.userId,
    kind,
    reason: fresh ?? reason,
    items,
    fetches: skipped ? 0 : fetches,
    requests,
    minutes: rounded(requests / perMinute),
    per_minute: perMinute,
    budget_share: rounded(requests / (perMinute * 60)),
    based_on: basedOn,
    requests_sent: parts.source.traffic.requests - before,
    skipped,
  }
}

/** A listing may end with a page that says no more than that it was the last. */
function requestsFor(kind: SyncKind, items: number, fetches: number, batchSize: number): number {
  const listed = kind === 'full' ? items : fetches
  // An incremental run fetches one batch, if any, to see that nothing changed.
  const batches = kind === 'full' ? Math.ceil(fetches / batchSize) : Math.min(1, items) + Math.ceil(fetches / batchSize)
  return Math.ceil(listed / idsPerPage) + 1 + batches
}

async function sizeOf<T extends Identified>({ledger, sink, source}: SyncByIdDeps<T>, {scope, signal}: PlanRequest) {
  const {resource, userId, slices} = scope
  const last = await ledger.lastComplete(resource, userId, 'full')
  const listed = last?.counts.listed
  if (listed !== undefined) return {items: listed, basedOn: 'last_run'} as const
  const live = slices.length === 0 ? await sink.countLive() : 0
  if (live > 0) return {items: live, basedOn: 'local_copy'} as const
  const {total} = await source.recent({offset: 0, limit: 1}, signal)
  return {items: total, basedOn: 'listing'} as const
}

/** As many as the last run of the changes brought. */
async function usualChanges<T extends Identified>(
  {ledger}: SyncByIdDeps<T>,
  {resource, userId}: Scope,
): Promise<number> {
  const last = await ledger.lastComplete(resource, userId, 'incremental')
  return (last?.counts.created ?? 0) + (last?.counts.updated ?? 0)
}

/** To a thousandth. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

/** Several plans as one: the stores share one budget. */
export interface PlanTotal {
  items: number
  fetches: number
  requests: number
  /** At the rate that is in force, for all of them. */
  minutes: number
  /** Null when no store could be planned. */
  per_minute: number | null
  /** Of what may be sent in an hour at that rate. */
  budget_share: number
  /** Requests that the planning itself took. */
  requests_sent: number
}

export function inTotal(plans: readonly SyncPlan[]): PlanTotal {
  const sum = (key: 'items' | 'fetches' | 'requests' | 'requests_sent') =>
    plans.reduce((total, plan) => total + plan[key], 0)
  const perMinute = plans[0]?.per_minute ?? null
  const minutes = perMinute === null ? 0 : sum('requests') / perMinute
  return {
    items: sum('items'),
    fetches: sum('fetches'),
    requests: sum('requests'),
    minutes: rounded(minutes),
    per_minute: perMinute,
    budget_share: rounded(minutes / 60),
    requests_sent: sum('requests_sent'),
  }
}
