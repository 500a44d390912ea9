import type {Clock, Log, NotificationInbox, NotificationWork, Telemetry, ThisProcess} from '../ports/index.js'
import {failureOf} from './attempt.js'
import type {Ending} from './ending.js'
import {failureLines} from './failure-lines.js'
import {keepLeases} from './leases.js'
import type {ResourceRefresh} from './resource-refresh.js'
import {targetOf, topicLabel} from './topics.js'

export interface WorkerDeps {
  inbox: NotificationInbox
  resources: Pick<ResourceRefresh, 'refresh'>
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
  /** From 0 to less than 1. */
  random: () => number
  telemetry?: Pick<Telemetry, 'notification' | 'notificationLag'> | undefined
  log?: Pick<Log, 'warn' | 'error'> | undefined
  /** Runs work so that all it logs carries an id of its own. */
  correlate?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined
  /** Requests at a time. */
  concurrency?: number
  /** How soon what another process has accepted is seen, and a failing store is tried again. */
  pollMs?: number
}

/** For holders on other machines, and for those whose loop hangs: one that died on this machine is known to be dead. */
const leaseMs = 60_000
const defaultPollMs = 1_000
/** Of one seller, at a time: ids in one request to the service, where it takes several. */
const batchSize = 20
const defaultConcurrency = 4
/** So long after others, what comes is let gather, unless much waits: the service often tells of one change several times. */
const gatherMs = 100

/**
 * Does what notifications ask for: in order for each resource, since the inbox hands out none that is being worked on; side
 * by side otherwise. What it holds when it is killed is done by another, or by the next.
 */
export class NotificationWorker {
  private readonly holder: string
  private readonly pollMs: number
  private readonly active = new Set<Promise<void>>()
  /** Claimed, and not begun for want of room. */
  private ready: NotificationWork[][] = []
  private gatherUntil = 0
  private alarm = new AbortController()

  constructor(private readonly deps: WorkerDeps) {
    this.pollMs = deps.pollMs ?? defaultPollMs
    this.holder = deps.process.newHolder()
  }

  /** There is something to do: called when a notification was accepted in this process. */
  wake(): void {
    this.alarm.abort()
  }

  /** Until the signal is aborted: then requests under way are given up, and their work is given back. */
  async run(signal: AbortSignal): Promise<void> {
    const isBusy = () => this.active.size + this.ready.length > 0
    const lease = keepLeases({...this.deps, holder: this.holder, leaseMs}, isBusy)
    const stop = () => this.wake()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) await this.turn(signal)
      await Promise.allSettled(this.active)
      await this.giveBack(this.ready.splice(0).flat())
    } finally {
      signal.removeEventListener('abort', stop)
      await lease.end()
    }
  }

  private async turn(signal: AbortSignal): Promise<void> {
    // Before looking: what comes while it looks must wake it.
    this.alarm = new AbortController()
    try {
      const lookedAt = this.deps.clock.now()
      if (await this.start(signal)) return
      const due = await this.deps.inbox.nextDue()
      // What was due and was not there to be had waits for the end of something: of ours, which wakes, or of another's.
      const isAhead = due !== null && due > lookedAt
      const inMs = isAhead ? Math.max(1, due.getTime() - this.deps.clock.now().getTime()) : this.pollMs
      await this.rest(Math.min(this.pollMs, inMs))
    } catch (error) {
      if (signal.aborted) return
      this.deps.log?.error({err: error}, 'the inbox cannot be read')
      await this.rest(this.pollMs)
    }
  }

  /** Begins as much as there is room for. False when there is nothing to do. */
  private async start(signal: AbortSignal): Promise<boolean> {
    const {concurrency = defaultConcurrency, correlate = (work) => work()} = this.deps
    if (this.active.size >= concurrency) {
      await Promise.race(this.active)
      return true
    }
    if (this.ready.length === 0) {
      const waitMs = this.gatherUntil - this.deps.clock.now().getTime()
      if (waitMs > 0 && waitMs <= gatherMs) await this.deps.clock.sleep(waitMs, signal)
      this.ready = await this.claim(concurrency - this.active.size)
    }
    const batch = this.ready.shift()
    if (batch === undefined) return false
    const running = correlate(() => this.work(batch, signal)).finally(() => {
      this.active.delete(running)
      this.wake()
    })
    this.active.add(running)
    return true
  }

  private async claim(room: number): Promise<NotificationWork[][]> {
    const {inbox, clock} = this.deps
    const now = clock.now()
    const until = new Date(now.getTime() + leaseMs)
    const limit = room * batchSize
    const claimed = await inbox.claim({holder: this.holder, limit, now, until})
    this.gatherUntil = claimed.length > 0 && claimed.length < limit ? now.getTime() + gatherMs : 0
    return batchesOf(claimed)
  }

  private async work(batch: readonly NotificationWork[], signal: AbortSignal): Promise<void> {
    const {inbox, resources, clock, random} = this.deps
    const endings = await resources
      .refresh(batch[0]?.user_id ?? 0, batch, signal)
      .catch((error: unknown) => new Map<number, Ending>(batch.map(({id}) => [id, {error}])))
    const at = clock.now()
    const ends = batch.map(({id}) => ({id, ...endings.get(id)}))
    const failed = batch.filter(({id}) => endings.get(id)?.error !== undefined)
    // Who gave up has not failed.
    if (signal.aborted) await this.giveBack(failed)
    const judge = {now: at, random}
    const failures = signal.aborted ? [] : failed.map((work) => failureOf(work, endings.get(work.id)?.error, judge))
    const done = ends.filter(({error}) => error === undefined)
    await this.persist(signal, async () => {
      if (done.length > 0) await inbox.finish(done, this.holder, at)
      if (failures.length > 0) await inbox.fail(failures, this.holder, at)
    })
    const told = signal.aborted ? [] : batch
    this.count(told, failures, at)
    for (const line of failureLines(told, failures)) this.deps.log?.warn(line.fields, line.text)
  }

  /** What was done and not written would be held, and never done again, for as long as this process lives. */
  private async persist(signal: AbortSignal, write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        this.deps.log?.error({err: error}, 'outcomes of notifications cannot be stored')
        if (signal.aborted) return
        await this.deps.clock.sleep(this.pollMs, signal).catch(() => undefined)
      }
    }
  }

  /** What cannot be given back is free when this process has ended. */
  private async giveBack(works: readonly NotificationWork[]): Promise<void> {
    const {inbox, clock} = this.deps
    const ids = works.map(({id}) => id)
    if (ids.length > 0) await inbox.release(ids, this.holder, clock.now()).catch(() => undefined)
  }

  private count(batch: readonly NotificationWork[], failures: ReturnType<typeof failureOf>[], at: Date): void {
    const {telemetry} = this.deps
    const failed = new Map(failures.map((failure) => [failure.id, failure]))
    for (const {id, topic, received_at} of batch) {
      const failure = failed.get(id)
      const outcome = failure === undefined ? 'done' : failure.dueAt === null ? 'parked' : 'failed'
      telemetry?.notification(outcome, topicLabel(topic))
      if (failure === undefined) telemetry?.notificationLag(Math.max(0, at.getTime() - received_at.getTime()))
    }
  }

  private async rest(ms: number): Promise<void> {
    await this.deps.clock.sleep(ms, this.alarm.signal).catch(() => undefined)
  }
}

/** Of one seller and kind each, oldest first: what is slow for one kind does not hold up the others. */
function batchesOf(claimed: readonly NotificationWork[]): NotificationWork[][] {
  const batches: NotificationWork[][] = []
  const open = new Map<string, NotificationWork[]>()
  for (const work of claimed) {
    const key = `${work.user_id} ${targetOf(work)?.kind}`
    const batch = open.get(key)
    if (batch !== undefined && batch.length < batchSize) batch.push(work)
    else {
      const begun = [work]
      open.set(key, begun)
      batches.push(begun)
    }
  }
  return batches
}
