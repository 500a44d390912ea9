import type {Session} from '../accounts/sessions.js'
import type {Clock} from '../ports/index.js'
import {exitCodeOf, failureOf, modeOf, outOfTime, type SyncAll, type SyncAllResult, type SyncFailure} from './all.js'
import type {ResourceSyncOptions} from './resource-sync.js'
import type {SyncResult} from './result.js'

export interface ResourceFailure extends Omit<SyncFailure, 'nickname'> {
  ok: false
  resource: string
  nickname: string | null
}

export interface SyncEverythingResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  user_id: number
  /** In the order in which they were synced. */
  syncs: Array<(SyncResult & {nickname: string | null}) | ResourceFailure>
  /** Of the first that failed. */
  exit_code: number
  duration_ms: number
}

export interface SyncEverywhereResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  resources: Array<SyncAllResult & {resource: string}>
  /** Of the first that failed. */
  exit_code: number
  duration_ms: number
}

export interface Synced {
  readonly resource: string
  run(session: Session, options: ResourceSyncOptions): Promise<SyncResult>
}

export interface SyncEverythingOptions extends ResourceSyncOptions {
  /** What is different for one of them; undefined leaves it out. */
  each?: (resource: string) => Partial<ResourceSyncOptions> | undefined
}

type EverywhereOptions = SyncEverythingOptions & {site?: string | undefined}

export interface SyncEverythingDeps {
  /** In this order: shipments are found by orders. */
  syncs: readonly Synced[]
  /** The same for every store of the mode. */
  everywhere: (sync: Synced) => Pick<SyncAll, 'run'>
  clock: Pick<Clock, 'now'>
}

/** All resources, one after another. One that fails is told of, and stops none of the others. */
export class SyncEverything {
  constructor(private readonly deps: SyncEverythingDeps) {}

  get resources(): string[] {
    return this.deps.syncs.map(({resource}) => resource)
  }

  async run(session: Session, options: SyncEverythingOptions): Promise<SyncEverythingResult> {
    const {userId} = session
    const nickname = session.nickname ?? null
    const {results, durationMs} = await this.each(options, async (sync, mine) => {
      try {
        if (mine.maxDurationMs !== undefined && mine.maxDurationMs <= 0) throw outOfTime()
        return {...(await sync.run(session, mine)), nickname}
      } catch (error) {
        const failure: ResourceFailure = {
          ...{ok: false, resource: sync.resource, user_id: userId, nickname},
          error: failureOf(error),
        }
        return failure
      }
    })
    const exitCode = results.map(exitCodeOf).find((code) => code !== 0) ?? 0
    const mode = modeOf(options.sandbox)
    return {ok: exitCode === 0, mode, user_id: userId, syncs: results, exit_code: exitCode, duration_ms: durationMs}
  }

  /** Resource after resource, of every store of the mode. */
  async runEverywhere(options: EverywhereOptions): Promise<SyncEverywhereResult> {
    const {results, durationMs} = await this.each(options, async (sync, mine) => {
      const all = await this.deps.everywhere(sync).run({...mine, statuses: []})
      return {...all, resource: sync.resource}
    })
    const exitCode = results.map(({exit_code}) => exit_code).find((code) => code !== 0) ?? 0
    const mode = modeOf(options.sandbox)
    return {ok: exitCode === 0, mode, resources: results, exit_code: exitCode, duration_ms: durationMs}
  }

  /** The time limit is of all of them together. An interrupt ends it; what was brought here is kept. */
  private async each<R>(
    {each, ...options}: EverywhereOptions,
    work: (sync: Synced, options: Omit<EverywhereOptions, 'each'>) => Promise<R>,
  ) {
    const {clock, syncs} = this.deps
    const startedAt = clock.now().getTime()
    const passed = () => clock.now().getTime() - startedAt
    const {maxDurationMs, signal} = options
    const results: R[] = []
    for (const sync of syncs) {
      const own = each === undefined ? {} : each(sync.resource)
      if (own === undefined) continue
      const left = maxDurationMs === undefined ? undefined : maxDurationMs - passed()
      results.push(await work(sync, {...options, maxDurationMs: left, ...own}))
      signal?.throwIfAborted()
    }
    return {results, durationMs: passed()}
  }
}
