import {eq} from 'drizzle-orm'
import {MeliError} from '../../core/errors.js'
import type {RateBudget, RateBudgetOptions} from '../../services/ports/index.js'
import {freshRow, giveBack, lateMs, leftOf, pauseEnd, type RateRow, reserve, shareAt, throttle} from './rate-plan.js'
import {rateBudget} from './schema.js'
import type {Session} from './session.js'

/** A clock that was set back by less costs no more than this. */
const setBackMs = 60_000

interface Waiting {
  grant(): void
  refuse(reason: unknown): void
}

/**
 * A row that all processes share says when the next request may be sent. Each process asks for its next slots when it has
 * used those before, so that processes take turns however many requests each has waiting.
 */
export class SqliteRateBudget implements RateBudget {
  private readonly waiting = new Set<Waiting>()
  /** Reserved and not used yet, with the end of the reservation. */
  private slots: number[] = []
  private reservedTo = 0
  private reservedAt = 0
  /** The end of the pause after a 429, as it was when slots were reserved. */
  private pausedUntil = 0
  private isServing = false
  private sleeping: AbortController | undefined

  constructor(
    private readonly session: Session,
    private readonly clientId: string,
    private readonly options: RateBudgetOptions,
  ) {}

  take(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.delete(one)
        signal?.removeEventListener('abort', abort)
      }
      const one: Waiting = {
        grant: () => {
          leave()
          resolve()
        },
        refuse: (reason) => {
          leave()
          reject(reason)
        },
      }
      const abort = () => {
        one.refuse(signal?.reason)
        // Nobody is left to wait for, and a sleeping timer would keep the program alive.
        if (this.waiting.size === 0) this.sleeping?.abort()
      }
      signal?.addEventListener('abort', abort)
      this.waiting.add(one)
      void this.serve()
    })
  }

  async throttled(retryAfterMs: number | null): Promise<void> {
    const {random = Math.random} = this.options
    await this.change((row, now) => throttle(row, now, retryAfterMs, random()))
    this.slots = []
    this.sleeping?.abort()
  }

  async state(): Promise<{perMinute: number; limit: number; left: number}> {
    const {perMinute: limit} = this.options
    const now = this.now()
    const row = await this.session.read(() => this.row(now))
    return {perMinute: Math.round(limit * shareAt(row, now)), limit, left: leftOf(row, limit, now)}
  }

  /** Gives back what was reserved and not used, unless another process has reserved after it. */
  async close(): Promise<void> {
    for (const one of this.waiting) one.refuse(new MeliError('MELI_UNEXPECTED', 'The store was closed.'))
    this.sleeping?.abort()
    const [first] = this.slots
    if (first === undefined) return
    const unused = {first, end: this.reservedTo, count: this.slots.length}
    this.slots = []
    await this.change((row) => giveBack(row, unused))
  }

  /** One at a time for the whole process: whoever finds it at work is served by it. */
  private async serve(): Promise<void> {
    if (this.isServing) return
    this.isServing = true
    try {
      while (this.waiting.size > 0) await this.serveNext()
    } catch (error) {
      for (const one of this.waiting) one.refuse(error)
    } finally {
      this.isServing = false
    }
  }

  private async serveNext(): Promise<void> {
    const now = this.now()
    // Of a clock that was set back since: whoever waited for them would wait as long as it was set back.
    if (now < this.reservedAt - setBackMs) this.slots = []
    const [slot] = this.slots
    if (slot === undefined) await this.reserve()
    else if (slot > now) await this.waitFor(slot - now)
    else {
      this.slots.shift()
      const [next] = this.waiting
      if (slot + lateMs >= now) next?.grant()
    }
  }

  private async reserve(): Promise<void> {
    await this.change((row, now) => {
      const reserved = reserve(row, this.options.perMinute, now)
      this.slots = reserved.slots
      this.reservedTo = reserved.row.nextAt
      this.reservedAt = now
      this.pausedUntil = pauseEnd(row, now)
      return reserved.row
    })
  }

  /** A pause that began meanwhile makes what was reserved before it void. */
  private async waitFor(ms: number): Promise<void> {
    const sleeping = new AbortController()
    this.sleeping = sleeping
    this.options.onWait?.({ms, why: this.pausedUntil > this.now() ? 'limited' : 'rate'})
    try {
      await this.options.clock.sleep(Math.ceil(ms), sleeping.signal)
    } catch (error) {
      if (!sleeping.signal.aborted) throw error
    } finally {
      this.sleeping = undefined
    }
    const now = this.now()
    const row = await this.session.read(() => this.row(now))
    const resumes = pauseEnd(row, now)
    if (this.slots.some((slot) => slot < resumes)) this.slots = []
  }

  private change(work: (row: RateRow, now: number) => RateRow): Promise<void> {
    return this.session.write((db) => {
      // After the wait for the lock: the time before it is past.
      const now = this.now()
      const row = work(this.row(now), now)
      const {clientId} = this
      db.insert(rateBudget)
        .values({clientId, ...row})
        .onConflictDoUpdate({target: rateBudget.clientId, set: row})
        .run()
    })
  }

  private row(now: number): RateRow {
    const found = this.session.db.select().from(rateBudget).where(eq(rateBudget.clientId, this.clientId)).get()
    if (found === undefined) return freshRow(now)
    const {clientId: _clientId, ...row} = found
    return row
  }

  private now(): number {
    return this.options.clock.now().getTime()
  }
}
