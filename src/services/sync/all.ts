import {isMeliError, MeliError} from '../../errors.js'
import type {Account, AccountStore} from '../ports.js'
import type {Session, SessionOptions} from '../sessions.js'
import {Turns} from './engine/turns.js'
import {defaultConcurrency, type ProductSync, type SyncOptions, type SyncProgress} from './product-sync.js'
import type {SyncResult} from './result.js'

export interface StoreOutcome {
  user_id: number
  nickname: string
  ok: boolean
  result: SyncResult | null
  /** Why this store was not synced; the others were. */
  error: {code: string; message: string; exit_code: number; retryable: boolean} | null
}

export interface SyncAllResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  stores: StoreOutcome[]
  duration_ms: number
}

export interface SyncAllDeps {
  accounts: Pick<AccountStore, 'list'>
  sessions: {open(options: SessionOptions): Promise<Session>}
  productSync: Pick<ProductSync, 'run'>
  clock: {now(): Date}
}

export type SyncAllOptions = Omit<SyncOptions, 'turns' | 'onProgress'> & {
  onProgress?: (progress: SyncProgress) => void
}

/** Every store of this mode, side by side and in turns. One that fails is told of, and stops nobody. */
export class SyncAll {
  constructor(private readonly deps: SyncAllDeps) {}

  async run(options: SyncAllOptions): Promise<SyncAllResult> {
    const {accounts, clock} = this.deps
    const startedAt = clock.now().getTime()
    const {sandbox, onProgress} = options
    const chosen = (await accounts.list()).filter((account) => account.isTestUser === sandbox)
    const turns = new Turns(options.concurrency ?? defaultConcurrency)
    const sum = new Sum(onProgress)
    const stores = await Promise.all(
      chosen.map((account) => this.one(account, {...options, turns, onProgress: sum.part(account.userId)})),
    )
    // Each has kept what it had in hand; the interrupt is the caller's to know of.
    options.signal?.throwIfAborted()
    return {
      ok: stores.every(({ok}) => ok),
      mode: sandbox ? 'sandbox' : 'production',
      stores,
      duration_ms: clock.now().getTime() - startedAt,
    }
  }

  private async one({userId, nickname}: Account, options: SyncOptions): Promise<StoreOutcome> {
    const {sessions, productSync} = this.deps
    try {
      const session = await sessions.open({account: String(userId), sandbox: options.sandbox})
      const result = await productSync.run(session, options)
      return {user_id: userId, nickname, ok: result.ok, result, error: null}
    } catch (error) {
      return {user_id: userId, nickname, ok: false, result: null, error: failureOf(error)}
    }
  }
}

function failureOf(error: unknown): StoreOutcome['error'] {
  const known = isMeliError(error) ? error : new MeliError('MELI_UNEXPECTED', String(error), {cause: error})
  const {code, message, exitCode, retryable} = known
  return {code, message, exit_code: exitCode, retryable}
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
