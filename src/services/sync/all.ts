import {type ErrorDocument, errorDocument, isMeliError, MeliError} from '../../core/errors.js'
import type {Session, SessionOptions} from '../accounts/sessions.js'
import type {Account, AccountStore, Clock, SyncLedger} from '../ports/index.js'
import {FairSemaphore} from './fair-semaphore.js'
import {inTotal, type PlanTotal, type SyncPlan} from './plan.js'
import {defaultConcurrency, type ProductSync, type SyncOptions, type SyncProgress} from './product-sync.js'
import type {SyncResult} from './result.js'
import {someAtATime} from './some-at-a-time.js'

/** Why a store was not synced; the others were. */
export interface SyncFailure {
  user_id: number
  nickname: string
  error: ErrorDocument
}

/** Null when MELI_ACCESS_TOKEN acts. */
type Named<R> = R & {nickname: string | null}

export interface SyncAllResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  /** As `auth status` lists the accounts. */
  syncs: Array<Named<SyncResult> | SyncFailure>
  /** Of the first that failed. */
  exit_code: number
  duration_ms: number
}

export interface SyncAllPlan extends PlanTotal {
  ok: boolean
  mode: 'production' | 'sandbox'
  plans: Array<Named<SyncPlan> | SyncFailure>
  /** Of the first that failed. */
  exit_code: number
}

export interface SyncAllDeps {
  accounts: Pick<AccountStore, 'list'>
  ledger: Pick<SyncLedger, 'recent'>
  sessions: {open(options: SessionOptions): Promise<Session>}
  /** Of products or of another resource, for which no plan can be made. */
  productSync: Pick<ProductSync, 'run'> & Partial<Pick<ProductSync, 'plan'>>
  clock: Pick<Clock, 'now'>
  /** MELI_ACCESS_TOKEN stands for the one account that there is then. */
  accessToken?: string | undefined
}

export type SyncAllOptions = Omit<SyncOptions, 'turns'> & {site?: string | undefined}

/** Each open store holds a queue of ids and an answer for each of its requests, so memory grows with these. */
const openAtATime = 8

type Work<R> = (account: Account) => Promise<R>

/** Every store of this mode, some at a time and in turns. One that fails is told of, and stops nobody. */
export class SyncAll {
  constructor(private readonly deps: SyncAllDeps) {}

  async run(options: SyncAllOptions): Promise<SyncAllResult> {
    const {clock} = this.deps
    const startedAt = clock.now().getTime()
    const {sandbox, onProgress, signal, wait = true} = options
    const turns = new FairSemaphore(options.concurrency ?? defaultConcurrency)
    const chosen = await this.chosen(options)
    const progress = new ProgressOfAll(clock, chosen.length, onProgress)
    const one = (patient: boolean) => async (account: Account) => {
      const part = progress.begin()
      const maxDurationMs = this.left(options, startedAt)
      const pace = {turns, wait: patient, maxDurationMs, onProgress: part.update}
      return this.one(account, {...options, ...pace}).finally(part.end)
    }
    const found = await this.each(await this.longestUntouchedFirst(chosen), signal, one(false))
    // Whoever has to wait for another process takes no place from those who need not.
    const busy = chosen.filter(({userId}) => isBusy(found.get(userId)))
    if (wait) for (const [userId, sync] of await this.each(busy, signal, one(true))) found.set(userId, sync)
    // Each has kept what it had in hand; the interrupt is the caller's to know of.
    signal?.throwIfAborted()
    const syncs = inOrder(chosen, found)
    // With no account at all, a single sync says what to do.
    if (chosen.length === 0) {
      syncs.push({...(await this.deps.productSync.run(await this.alone(options), options)), nickname: null})
    }
    const exitCode = syncs.map(exitCodeOf).find((code) => code !== 0) ?? 0
    const durationMs = clock.now().getTime() - startedAt
    return {ok: exitCode === 0, mode: modeOf(sandbox), syncs, exit_code: exitCode, duration_ms: durationMs}
  }

  /** What `run` would cost, each store and all of them, for one request to each of which nothing is known. */
  async plan(options: SyncAllOptions): Promise<SyncAllPlan> {
    const {sandbox, signal} = options
    const chosen = await this.chosen(options)
    const found = await this.each(chosen, signal, (account) =>
      this.told<SyncPlan>(account, async (session) => this.planned(session, options)),
    )
    signal?.throwIfAborted()
    const plans = inOrder(chosen, found)
    if (chosen.length === 0) plans.push({...(await this.planned(await this.alone(options), options)), nickname: null})
    const exitCode = plans.map((plan) => ('error' in plan ? plan.error.exit_code : 0)).find((code) => code !== 0) ?? 0
    const total = inTotal(plans.flatMap((plan) => ('error' in plan ? [] : [plan])))
    return {ok: exitCode === 0, mode: modeOf(sandbox), plans, ...total, exit_code: exitCode}
  }

  private async chosen({sandbox, site}: SyncAllOptions): Promise<Account[]> {
    if (this.deps.accessToken !== undefined) return []
    const accounts = await this.deps.accounts.list()
    return accounts.filter((each) => each.isTestUser === sandbox && (site === undefined || each.siteId === site))
  }

  /** So that a time limit, or an interrupt, does not cut off the same stores each time. */
  private async longestUntouchedFirst(accounts: readonly Account[]): Promise<Account[]> {
    const touched = new Map<number, number>()
    for (const {userId} of accounts) {
      const [last] = await this.deps.ledger.recent({userId, limit: 1})
      touched.set(userId, (last?.finishedAt ?? last?.startedAt)?.getTime() ?? 0)
    }
    return [...accounts].sort((a, b) => (touched.get(a.userId) ?? 0) - (touched.get(b.userId) ?? 0))
  }

  private async each<R>(accounts: readonly Account[], signal: AbortSignal | undefined, work: Work<R>) {
    const found = new Map<number, R>()
    await someAtATime(openAtATime, accounts, signal, async (account) => {
      found.set(account.userId, await work(account))
    })
    return found
  }

  /** The limit is of the whole command, not of each store. */
  private left({maxDurationMs}: SyncAllOptions, startedAt: number): number | undefined {
    return maxDurationMs === undefined ? undefined : maxDurationMs - (this.deps.clock.now().getTime() - startedAt)
  }

  private alone({sandbox, site}: SyncAllOptions): Promise<Session> {
    return this.deps.sessions.open({sandbox, site})
  }

  private planned(session: Session, options: SyncOptions): Promise<SyncPlan> {
    const {productSync} = this.deps
    if (productSync.plan === undefined) throw new RangeError('this resource cannot be planned')
    return productSync.plan(session, options)
  }

  private one(account: Account, options: SyncOptions): Promise<Named<SyncResult> | SyncFailure> {
    return this.told(account, async (session) => {
      if (options.maxDurationMs !== undefined && options.maxDurationMs <= 0) throw outOfTime()
      return this.deps.productSync.run(session, options)
    })
  }

  private async told<R>(
    {userId, nickname, isTestUser}: Account,
    work: (session: Session) => Promise<R>,
  ): Promise<Named<R> | SyncFailure> {
    try {
      const session = await this.deps.sessions.open({account: String(userId), sandbox: isTestUser})
      return {...(await work(session)), nickname}
    } catch (error) {
      return {user_id: userId, nickname, error: failureOf(error)}
    }
  }
}

function inOrder<R>(accounts: readonly Account[], found: ReadonlyMap<number, R>): R[] {
  return accounts.map(({userId}) => found.get(userId)).filter((each) => each !== undefined)
}

export function modeOf(sandbox: boolean): 'production' | 'sandbox' {
  return sandbox ? 'sandbox' : 'production'
}

function isBusy(sync: SyncResult | SyncFailure | undefined): boolean {
  return sync !== undefined && 'error' in sync && sync.error.code === 'MELI_SYNC_BUSY'
}

export function exitCodeOf(sync: SyncResult | {error: SyncFailure['error']}): number {
  if ('error' in sync) return sync.error.exit_code
  return sync.ok ? 0 : new MeliError('MELI_SYNC_INCOMPLETE', '').exitCode
}

export function outOfTime(): MeliError {
  return new MeliError('MELI_SYNC_INCOMPLETE', '--max-duration ended before its turn', {
    try: ['run it again: the account that waited longest comes first'],
  })
}

export function failureOf(error: unknown): SyncFailure['error'] {
  const known = isMeliError(error) ? error : new MeliError('MELI_UNEXPECTED', String(error), {cause: error})
  return errorDocument(known)
}

/** One store's share in it. */
export interface PartProgress {
  update: (progress: SyncProgress) => void
  end: () => void
}

type Part = {begunAt: number; toldAt: number; last: SyncProgress | undefined}

/** The progress of several stores as that of one. */
class ProgressOfAll {
  private readonly parts: Part[] = []
  private readonly begunAt: number
  private done = 0

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly stores: number,
    private readonly tell: ((progress: SyncProgress) => void) | undefined,
  ) {
    this.begunAt = this.now()
  }

  begin(): PartProgress {
    const part: Part = {begunAt: this.now(), toldAt: this.now(), last: undefined}
    this.parts.push(part)
    return {
      update: (progress) => {
        Object.assign(part, {toldAt: this.now(), last: progress})
        this.tell?.(this.sum())
      },
      end: () => {
        this.done += 1
      },
    }
  }

  private sum(): SyncProgress {
    const of = (key: 'listed' | 'fetched' | 'total' | 'requests' | 'rateLimited' | 'retries') =>
      this.parts.reduce((sum, {last}) => sum + (last?.[key] ?? 0), 0)
    return {
      listed: of('listed'),
      fetched: of('fetched'),
      total: of('total'),
      requests: of('requests'),
      rateLimited: of('rateLimited'),
      retries: of('retries'),
      perSecond: this.perSecond(),
      accounts: {done: Math.min(this.done, this.stores), begun: this.parts.length, of: this.stores},
    }
  }

  /** The average since the first account began, over accounts that have ended and those that run. */
  private perSecond(): number {
    const settled = this.parts.reduce(
      (sum, {begunAt, toldAt, last}) => sum + (last?.perSecond ?? 0) * (toldAt - begunAt),
      0,
    )
    return settled / Math.max(1, this.now() - this.begunAt)
  }

  private now(): number {
    return this.clock.now().getTime()
  }
}
