import {isMeliError, MeliError} from '../../errors.js'
import type {Account, AccountStore} from '../ports.js'
import type {Session, SessionOptions} from '../sessions.js'
import {Turns} from './engine/turns.js'
import {defaultConcurrency, type ProductSync, type SyncOptions, type SyncProgress} from './product-sync.js'
import type {SyncResult} from './result.js'

/** Why a store was not synced; the others were. */
export interface SyncFailure {
  user_id: number
  nickname: string
  error: {code: string; message: string; exit_code: number; retryable: boolean; try: readonly string[]}
}

export interface SyncAllResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  syncs: Array<SyncResult | SyncFailure>
  /** Of the first that failed. */
  exit_code: number
  duration_ms: number
}

export interface SyncAllDeps {
  accounts: Pick<AccountStore, 'list'>
  sessions: {open(options: SessionOptions): Promise<Session>}
  productSync: Pick<ProductSync, 'run'>
  clock: {now(): Date}
  /** MELI_ACCESS_TOKEN stands for the one account that there is then. */
  accessToken?: string | undefined
}

export type SyncAllOptions = Omit<SyncOptions, 'turns'> & {site?: string | undefined}

/** Every store of this mode, side by side and in turns. One that fails is told of, and stops nobody. */
export class SyncAll {
  constructor(private readonly deps: SyncAllDeps) {}

  async run(options: SyncAllOptions): Promise<SyncAllResult> {
    const {clock} = this.deps
    const startedAt = clock.now().getTime()
    const {sandbox, onProgress} = options
    const turns = new Turns(options.concurrency ?? defaultConcurrency)
    const sum = new Sum(onProgress)
    const chosen = await this.chosen(options)
    const syncs = await Promise.all(
      chosen.map((account) => this.one(account, {...options, turns, onProgress: sum.part(account.userId)})),
    )
    // With no account at all, a single sync says what to do.
    if (chosen.length === 0) syncs.push(await this.alone(options))
    // Each has kept what it had in hand; the interrupt is the caller's to know of.
    options.signal?.throwIfAborted()
    const exitCode = syncs.map(exitCodeOf).find((code) => code !== 0) ?? 0
    return {
      ok: exitCode === 0,
      mode: sandbox ? 'sandbox' : 'production',
      syncs,
      exit_code: exitCode,
      duration_ms: clock.now().getTime() - startedAt,
    }
  }

  private async chosen({sandbox, site}: SyncAllOptions): Promise<Account[]> {
    if (this.deps.accessToken !== undefined) return []
    const accounts = await this.deps.accounts.list()
    return accounts.filter((each) => each.isTestUser === sandbox && (site === undefined || each.siteId === site))
  }

  private async alone(options: SyncAllOptions): Promise<SyncResult> {
    const {sessions, productSync} = this.deps
    return productSync.run(await sessions.open({sandbox: options.sandbox, site: options.site}), options)
  }

  private async one({userId, nickname}: Account, options: SyncOptions): Promise<SyncResult | SyncFailure> {
    const {sessions, productSync} = this.deps
    try {
      const session = await sessions.open({account: String(userId), sandbox: options.sandbox})
      return await productSync.run(session, options)
    } catch (error) {
      return {user_id: userId, nickname, error: failureOf(error)}
    }
  }
}

function exitCodeOf(sync: SyncResult | SyncFailure): number {
  if ('error' in sync) return sync.error.exit_code
  return sync.ok ? 0 : new MeliError('MELI_SYNC_INCOMPLETE', '').exitCode
}

function failureOf(error: unknown): SyncFailure['error'] {
  const known = isMeliError(error) ? error : new MeliError('MELI_UNEXPECTED', String(error), {cause: error})
  const {code, message, exitCode, retryable, suggestions} = known
  return {code, message, exit_code: exitCode, retryable, try: suggestions}
}

/** The progress of all stores as that of one. */
class Sum {
  private readonly parts = new Map<number, SyncProgress>()

  constructor(private readonly tell: ((progress: SyncProgress) => void) | undefined) {}

  part(userId: number): (progress: SyncProgress) => void {
    return (progress) => {
      this.parts.set(userId, progress)
      const all = [...this.parts.values()]
      const of = (key: keyof SyncProgress) => all.reduce((sum, part) => sum + part[key], 0)
      this.tell?.({
        listed: of('listed'),
        fetched: of('fetched'),
        total: of('total'),
        requests: of('requests'),
        rateLimited: of('rateLimited'),
        retries: of('retries'),
        perSecond: of('perSecond'),
      })
    }
  }
}
