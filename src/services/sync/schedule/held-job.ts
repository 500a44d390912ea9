import type {Clock, JobRecord, JobStore, Log, Telemetry} from '../../ports/index.js'
import {keepLease} from '../lease.js'
import {failureOf, logged, needsLogin, never, waitMs} from './backoff.js'
import {prefixOf, type ScheduledTask} from './scheduled-task.js'

/** A holder on this machine that dies is known to be dead; this is for all others, and for those that hang. */
export const leaseMs = 2 * 60_000

export interface JobParts {
  jobs: JobStore
  clock: Clock
  log: Log
  telemetry: Pick<Telemetry, 'job'>
  /** A name of this process, as `newHolder` makes it. */
  holder: string
  /** Runs work so that all it logs carries an id of its own. */
  correlate: <T>(work: () => Promise<T>) => Promise<T>
  random: () => number
}

/** Why a job is stopped. */
class Stopped extends Error {}

/** One job that this process has claimed, from its beginning to its end. */
export class HeldJob {
  private readonly stopper = new AbortController()

  constructor(
    private readonly task: ScheduledTask,
    private readonly record: JobRecord,
    private readonly parts: JobParts,
  ) {}

  get kind(): string {
    return this.task.kind
  }

  stop(): void {
    this.stopper.abort(new Stopped('the process is shutting down'))
  }

  /** Ends with what has to be written about it; never rejects. */
  run(): Promise<() => Promise<unknown>> {
    return this.parts.correlate(() => this.work())
  }

  private async work(): Promise<() => Promise<unknown>> {
    const {task, record, parts} = this
    const {clock, telemetry} = parts
    const log = parts.log.child({job: record.name})
    const lease = this.keepLease(log)
    const startedAt = clock.now().getTime()
    try {
      const dueAt = await task.run(record.name.slice(prefixOf(task).length), {signal: this.stopper.signal, log})
      const ms = clock.now().getTime() - startedAt
      telemetry.job(task.kind, 'done', ms)
      log.info({ms, due_at: dueAt.toISOString()}, 'job done')
      return this.ending({outcome: 'done', errorCode: null, dueAt})
    } catch (error) {
      return this.failed(error, clock.now().getTime() - startedAt, log)
    } finally {
      await lease.end()
    }
  }

  private failed(error: unknown, ms: number, log: Log): () => Promise<unknown> {
    const {task, record, parts, stopper} = this
    if (stopper.signal.aborted) {
      log.info({ms}, 'job given back')
      return () => parts.jobs.release(record.name, parts.holder)
    }
    const {code, message} = failureOf(error)
    const wait = waitMs(record.failures, task.longestWaitMs, parts.random())
    const waitsForLogin = task.waitsForLogin && needsLogin(code)
    const dueAt = waitsForLogin ? never : new Date(parts.clock.now().getTime() + wait)
    parts.telemetry.job(task.kind, 'failed', ms)
    log.warn(
      {ms, error_code: code, failures: record.failures + 1, due_at: waitsForLogin ? null : dueAt.toISOString()},
      `job failed: ${message}`,
    )
    return this.ending({outcome: 'failed', errorCode: code, dueAt})
  }

  private ending(end: {outcome: 'done' | 'failed'; errorCode: string | null; dueAt: Date}) {
    const {jobs, holder, clock} = this.parts
    const at = clock.now()
    return () => jobs.finish(this.record.name, holder, {...end, at})
  }

  /** Prolongs the lease until the job has ended; when it went to somebody else, the job is stopped. */
  private keepLease(log: Log): {end: () => Promise<void>} {
    const {jobs, clock, holder} = this.parts
    const {name} = this.record
    // A database that is busy now is asked again before the lease is over.
    const prolong = (until: Date) =>
      jobs.prolong(name, holder, until).catch((error: unknown) => {
        log.warn(logged(error), 'a lease could not be renewed')
        return true
      })
    const lost = () => {
      log.warn({}, 'another process has taken over the job')
      return new Stopped('another process has the job')
    }
    return keepLease({clock, leaseMs, times: 4, prolong, lost}, this.stopper)
  }
}
