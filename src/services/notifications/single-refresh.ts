import {isMeliError} from '../../core/errors.js'
import type {Clock} from '../ports/index.js'
import {someAtATime} from '../sync/some-at-a-time.js'
import {type Ending, endingOfError, type KindRefresh} from './ending.js'
import type {SellerSession, SellerSessions} from './seller-sessions.js'

export interface SingleRefreshDeps {
  sessions: Pick<SellerSessions, 'of'>
  /** Of these, the ones that are here. */
  known: (userId: number, ids: readonly string[]) => Promise<ReadonlySet<string>>
  /** Reads one from the service and keeps it; MELI_WRONG_ACCOUNT, and nothing kept, when it is another seller's. */
  read: (session: SellerSession, id: string, signal: AbortSignal) => Promise<unknown>
  /** They are gone at the service. */
  gone?: ((userId: number, ids: readonly string[], at: Date) => Promise<unknown>) | undefined
  clock: Pick<Clock, 'now'>
  /** Requests at a time; 4 when left out. */
  concurrency?: number | undefined
}

const defaultConcurrency = 4

/** Brings questions, orders, shipments or stock up to date: things that the service gives one by one. */
export class SingleRefresh implements KindRefresh {
  constructor(private readonly deps: SingleRefreshDeps) {}

  async refresh(userId: number, ids: readonly string[], signal: AbortSignal): Promise<Map<string, Ending>> {
    const {sessions, concurrency = defaultConcurrency} = this.deps
    const session = await sessions.of(userId)
    const known = await this.deps.known(userId, ids)
    const endings = new Map<string, Ending>()
    /** What the others would fail with as well. */
    let failure: {error: unknown} | undefined
    await someAtATime(concurrency, [...new Set(ids)], undefined, async (id) => {
      const ending = failure ?? (await this.one(session, id, known.has(id), signal))
      if (isOfAll(ending.error) || signal.aborted) failure ??= {error: ending.error}
      endings.set(id, ending)
    })
    return endings
  }

  private async one(session: SellerSession, id: string, isKnown: boolean, signal: AbortSignal): Promise<Ending> {
    const {read, gone, clock} = this.deps
    try {
      signal.throwIfAborted()
      await read(session, id, signal)
      return {}
    } catch (error) {
      const ending = endingOfError(error, isKnown)
      if (isKnown && ending.found?.code === 'MELI_NOT_FOUND') await gone?.(session.userId, [id], clock.now())
      return ending
    }
  }
}

/** No connection, no token, a limit: whoever asks next meets the same. */
function isOfAll(error: unknown): boolean {
  if (!isMeliError(error)) return false
  return error.family === 'auth' || error.code === 'MELI_UNREACHABLE' || error.code === 'MELI_RATE_LIMITED'
}
