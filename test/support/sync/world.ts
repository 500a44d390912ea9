import type {Activity} from '../../../src/services/sync/active-run.js'
import {type SyncByIdRequest, type SyncReport, syncById} from '../../../src/services/sync/sync-by-id.js'
import {MemoryLedger} from './memory-ledger.js'
import {MemorySink} from './memory-sink.js'
import {Process} from './process.js'
import {SimClock} from './sim-clock.js'
import {SimService, type SimServiceOptions} from './sim-service.js'
import {SimSource, type SimSourceOptions} from './sim-source.js'

export interface SimWorldOptions extends SimSourceOptions, Partial<SimServiceOptions> {
  items?: number
  concurrency?: number
  /** How much the clock of this machine is ahead of the service's. */
  skewMs?: number
  /** Share of its time that a process is busy, each time that it looks; it always has time without. */
  load?: (() => number) | undefined
}

export interface Started {
  process: Process
  source: SimSource
  report: Promise<SyncReport>
}

/** A service, a local copy of it, and processes that come and go. */
export class SimWorld {
  readonly clock = new SimClock()
  readonly service: SimService
  readonly ledger: MemoryLedger
  readonly sink: MemorySink
  private readonly processes: Process[] = []

  constructor(private readonly options: SimWorldOptions = {}) {
    const {items = 0, scrolls = 'positions'} = options
    this.service = new SimService(this.clock, {scrolls}).seed(items)
    this.ledger = new MemoryLedger((holder) => this.processes.some((each) => each.holder === holder && each.isAlive))
    this.sink = new MemorySink(this.ledger)
  }

  /** `prepare` says what will happen to the process, and when. */
  start(
    request: Partial<SyncByIdRequest> = {},
    prepare: (process: Process, source: SimSource) => void = () => {},
  ): Started {
    const process = new Process(`here:${this.processes.length}:x`, this.clock)
    this.processes.push(process)
    const source = new SimSource(this.service, process, this.options)
    prepare(process, source)
    const {skewMs = 0, concurrency = 3, load} = this.options
    const clock = this.clock.skewed(skewMs)
    const activity = load === undefined ? undefined : activityOf(load)
    const parts = {source, ledger: process.reach(this.ledger), sink: process.reach(this.sink), clock, activity}
    const report = syncById(parts, {
      scope: {resource: 'things', userId: 1, slices: []},
      ...{full: false, restart: false, dryRun: false, wait: false, concurrency, holder: process.holder},
      signal: process.signal,
      ...request,
    })
    return {process, source, report}
  }

  async sync(
    request: Partial<SyncByIdRequest> = {},
  ): Promise<{report: SyncReport; requests: number; batches: number[]}> {
    const {source, report} = this.start(request)
    return {report: await report, requests: source.traffic.requests, batches: source.batches}
  }
}

/** A tenth of a second passes between one look and the next. */
function activityOf(load: () => number): () => Activity {
  const sum = {active: 0, idle: 0}
  return () => {
    const share = load()
    sum.active += 100 * share
    sum.idle += 100 * (1 - share)
    return {...sum}
  }
}
