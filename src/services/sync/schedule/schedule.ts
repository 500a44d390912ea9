import type {JobRecord} from '../../ports/index.js'
import {isRevived, logged} from './backoff.js'
import {HeldJob, type JobParts, leaseMs} from './held-job.js'
import {type PlannedJob, prefixOf, type ScheduledTask} from './scheduled-task.js'

const pollMs = 15_000
/** Processes that are started together do not begin together. */
const jitterMs = 3_000
/** A loop that has not been round for so long does not work. */
const aliveMs = 90_000

export interface ScheduleDeps extends JobParts {
  tasks: readonly ScheduledTask[]
  /** At least so often it is looked what there is to do, which other processes and commands change; 15 seconds by default. */
  pollMs?: number
}

export interface ScheduleHealth {
  alive: boolean
  /** End of the last round that went through. */
  lastRoundAt: Date | null
  running: number
}

/** The work that a serving process does by itself. Processes on one database share it: each job is with one of them. */
export class Schedule {
  private readonly ending = new AbortController()
  private readonly running = new Map<HeldJob, Promise<void>>()
  /** What could not be written when a job ended: tried again in each round, since nobody else would. */
  private unwritten: Array<() => Promise<unknown>> = []
  private looping: Promise<void> | undefined
  private wake = new AbortController()
  private startedAt: Date | undefined
  private lastRoundAt: Date | null = null

  private readonly pollMs: number

  constructor(private readonly deps: ScheduleDeps) {
    this.pollMs = deps.pollMs ?? pollMs
  }

  start(): void {
    this.startedAt ??= this.deps.clock.now()
    this.looping ??= this.loop()
  }

  /** There is something new to do: called when a store was connected in this process. */
  look(): void {
    this.wake.abort()
  }

  /** Stops what is under way, at its next good moment, and gives back what it held. */
  async stop(): Promise<void> {
    this.ending.abort()
    this.wake.abort()
    for (const job of this.running.keys()) job.stop()
    await this.looping
    await Promise.all(this.running.values())
    await this.write()
  }

  health(): ScheduleHealth {
    const seenAt = this.lastRoundAt ?? this.startedAt
    const quietMs = this.deps.clock.now().getTime() - (seenAt?.getTime() ?? Number.NEGATIVE_INFINITY)
    const alive = this.looping !== undefined && !this.ending.signal.aborted && quietMs < aliveMs
    return {alive, lastRoundAt: this.lastRoundAt, running: this.running.size}
  }

  private async loop(): Promise<void> {
    await this.pause(this.deps.random() * jitterMs)
    while (!this.ending.signal.aborted) {
      // Made before the round: a job that ends while it is under way leads to another one.
      this.wake = new AbortController()
      const wait = await this.round().catch((error: unknown) => {
        this.deps.log.error(logged(error), 'the scheduler could not read its jobs')
        return this.pollMs
      })
      await this.pause(wait)
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.wake.signal.aborted || this.ending.signal.aborted) return
    await this.deps.clock.sleep(Math.max(1, Math.ceil(ms)), this.wake.signal).catch(() => undefined)
  }

  /** Returns how long nothing will be due, as far as is known. */
  private async round(): Promise<number> {
    const {jobs, clock, tasks} = this.deps
    await this.write()
    const known = new Map((await jobs.list()).map((record) => [record.name, record]))
    for (const task of tasks) await this.plan(task, known)
    for (const task of tasks) await this.claim(task)
    const now = clock.now()
    this.lastRoundAt = now
    const next = await jobs.nextDue()
    // What is due and was not taken waits for a place: the end of a job wakes the loop.
    if (next === null || next <= now) return this.pollMs
    return Math.min(this.pollMs, next.getTime() - now.getTime())
  }

  private async plan(task: ScheduledTask, known: ReadonlyMap<string, JobRecord>): Promise<void> {
    const {jobs, clock, log} = this.deps
    try {
      const prefix = prefixOf(task)
      const planned = (await task.jobs(known)).map((job) => ({...job, name: prefix + job.key}))
      const kept = [...known.keys()].filter((name) => name.startsWith(prefix)).length
      if (kept !== planned.length || planned.some(({name}) => !known.has(name)))
        await jobs.plan(
          prefix,
          planned.map(({name, firstAt: dueAt}) => ({name, dueAt})),
        )
      for (const job of planned) {
        const dueAt = movedTo(job, known.get(job.name), clock.now())
        if (dueAt !== undefined) await jobs.reschedule(job.name, dueAt)
      }
    } catch (error) {
      log.error({kind: task.kind, ...logged(error)}, 'jobs could not be planned')
    }
  }

  private async claim(task: ScheduledTask): Promise<void> {
    const {jobs, clock, holder} = this.deps
    while (!this.ending.signal.aborted && this.count(task) < task.atOnce) {
      const now = clock.now()
      const until = new Date(now.getTime() + leaseMs)
      const record = await jobs.claim({prefix: prefixOf(task), holder, now, until})
      if (record === undefined) return
      this.begin(new HeldJob(task, record, this.deps))
    }
  }

  private begin(job: HeldJob): void {
    const running = job.run().then(async (ending) => {
      this.unwritten.push(ending)
      await this.write()
      this.running.delete(job)
      this.wake.abort()
    })
    this.running.set(job, running)
    // Claimed while the process was told to end.
    if (this.ending.signal.aborted) job.stop()
  }

  private count(task: ScheduledTask): number {
    return [...this.running.keys()].filter(({kind}) => kind === task.kind).length
  }

  private async write(): Promise<void> {
    for (const ending of this.unwritten.splice(0)) {
      try {
        await ending()
      } catch (error) {
        this.unwritten.push(ending)
        this.deps.log.error(logged(error), 'the outcome of a job could not be stored')
      }
    }
  }
}

function movedTo(job: PlannedJob, record: JobRecord | undefined, now: Date): Date | undefined {
  if (record === undefined || record.holder !== null) return undefined
  if (isRevived(record, job.changedAt)) return now
  const isLate = record.outcome !== 'failed' && job.latestAt !== undefined && record.dueAt > job.latestAt
  return isLate ? job.latestAt : undefined
}
