import {isMeliError} from '../../../core/errors.js'
import type {Clock, PushRecord, PushStore, RecordFile, ThisProcess, WriteLog} from '../../ports/index.js'
import type {Actor, WriteChoice, WriteGuard} from '../guard.js'
import type {ItemChanges} from '../selling/item-changes.js'
import type {LocalItems} from '../selling/local-items.js'
import type {DecimalMark} from './amounts.js'
import {type Checked, check, isInTheWay} from './checking.js'
import {compare, counted, type Difference} from './comparing.js'
import type {Marks} from './judge.js'
import {Looker, type LookerOptions} from './looking.js'
import {keepPushLease} from './push-lease.js'
import {
  failureView,
  mostFailures,
  type PushFailure,
  type PushResult,
  type PushRowView,
  resultOf,
  rowViews,
} from './push-result.js'
import type {Reading} from './reading.js'
import {Sending} from './sending.js'
import {SkuListing} from './sku-listing.js'
import {failLines, store} from './storing.js'
import {type Taken, takePush} from './taking.js'

export interface PushOptions extends WriteChoice {
  decimal?: DecimalMark | undefined
  /** Sends what the good lines ask for although there are bad ones. */
  skipBad: boolean
  /** Begins anew rather than go on with an interrupted push of the same file. */
  restart: boolean
  /** Requests at a time. */
  concurrency?: number | undefined
  signal: AbortSignal
  /**
   * Takes what became of every line, in order, and how the file writes numbers, and says where that is now. When it fails, the push can be gone on with: nothing
   * is sent again then, and this is asked once more.
   */
  keep?: ((rows: AsyncIterable<PushRowView>, marks: Marks) => Promise<string | null>) | undefined
  onProgress?: (step: {phase: 'compared' | 'sent'; done: number; total: number}) => void
}

export interface ProductPushDeps {
  guard: Pick<WriteGuard, 'open'>
  pushes: PushStore
  writeLog: Pick<WriteLog, 'ofPush'>
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
}

/** The service takes five to seven writes a second, whatever hurry one is in. docs/mercadolibre.md, section 11. */
const defaultConcurrency = 4

type Kept = Pick<PushResult, 'result_file' | 'result_file_error'>

/** Makes listings as a file says, whatever was sent of it before. */
export class ProductPush {
  constructor(private readonly deps: ProductPushDeps) {}

  /**
   * Reads all of the file, compares it with what the service has, asks, sends what differs, and keeps what became of each
   * line. Bad lines are a result, and so are lines that fail; MELI_FILE_UNREADABLE, MELI_PUSH_BUSY, and what the guard says.
   */
  async run(file: RecordFile, options: PushOptions): Promise<PushResult> {
    const begun = this.deps.clock.now()
    const about = (checked: Checked) => ({
      ...{file, reading: checked.reading, bad: checked.bad, sandbox: options.sandbox},
      durationMs: this.deps.clock.now().getTime() - begun.getTime(),
    })
    const checked = await check(file, options)
    if (isInTheWay(checked, options)) return resultOf(about(checked), {refused: true})

    const actor = await this.deps.guard.open(options)
    const taken = await takePush(this.deps, file, {userId: actor.identity.userId, restart: options.restart})
    const {push, resumed, holder} = taken
    const stop = new AbortController()
    const lease = keepPushLease(this.deps, {id: push.id, holder}, stop)
    const signal = AbortSignal.any([options.signal, stop.signal])
    const known = (more: number) => ({
      ...{actor, push_id: push.id, resumed},
      requests: actor.session.api.requests + more,
    })
    try {
      await store(this.deps, push.id, {file, reading: checked.reading, signal})
      const {difference, bad, uncounted} = await this.compare(taken, actor, {...options, signal}, checked)
      checked.bad.push(...bad)
      checked.bad.sort((a, b) => a.line - b.line)
      if (isInTheWay(checked, options)) {
        // What was set is to be known when the lines are right.
        await this.finish(taken, resumed ? 'interrupted' : 'incomplete')
        return resultOf(about(checked), {...known(uncounted), refused: true})
      }
      await failLines(this.deps, push.id, bad)
      await this.send(taken, actor, difference, {...options, signal}, checked)
      const counts = await this.counts(push)
      const kept = await this.keep(push, checked.reading, options)
      const outcome = counts.failed === 0 ? 'complete' : 'incomplete'
      await this.finish(taken, kept.result_file_error === null ? outcome : 'interrupted')
      return resultOf(about(checked), {...known(uncounted), ...counts, ...kept})
    } catch (error) {
      // Whoever took the lease over goes on with it.
      if (!stop.signal.aborted) await this.finish(taken, 'interrupted')
      throw error
    } finally {
      await lease.end()
    }
  }

  private async keep({id}: PushRecord, {marks}: Reading, {keep}: PushOptions): Promise<Kept> {
    if (keep === undefined) return {result_file: null, result_file_error: null}
    try {
      return {result_file: await keep(rowViews(this.deps.pushes.rows(id)), marks), result_file_error: null}
    } catch (error) {
      if (!isMeliError(error)) throw error
      return {result_file: null, result_file_error: {code: error.code, message: error.message}}
    }
  }

  private async compare(
    {push, resumed, sent, stocks}: Taken,
    actor: Actor,
    options: PushOptions,
    {reading, skus}: Checked,
  ) {
    const {pushes, clock} = this.deps
    if (resumed) await stocks.recall({pushes, sent}, push.id)
    const {waiting} = await pushes.counts(push.id)
    options.onProgress?.({phase: 'compared', done: reading.records - waiting, total: reading.records})
    const onProgress = (done: number) =>
      options.onProgress?.({phase: 'compared', done: reading.records - waiting + done, total: reading.records})
    // Whoever goes on has the listings of its SKUs from the first time.
    const listing = listingFor(actor, options, skus)
    const listed = resumed ? new Map() : await listing.early()
    const looker = lookerFor(actor, options, {listed, listing, ...(resumed && {sent, stocks})})
    const compared = await compare({pushes, clock, looker, stocks, onProgress}, push.id)
    return {...compared, uncounted: listing.requests}
  }

  private async send(
    {push, ...taken}: Taken,
    actor: Actor,
    difference: Difference,
    options: PushOptions,
    {reading}: Checked,
  ): Promise<void> {
    const {signal, concurrency = defaultConcurrency} = options
    const total = difference.changes + difference.unseen
    if (total === 0) return
    const file = push.fileName === '-' ? 'standard input' : push.fileName
    const all = counted(reading.records, 'line', 'lines')
    const lines = difference.changes === reading.records ? all : `${difference.changes} of ${all}`
    const title = `Change ${lines} of ${file}`
    const unknown =
      reading.unknown.length === 0 ? [] : [`columns without a meaning here: ${reading.unknown.join(', ')}`]
    await actor.confirm({title, lines: [...difference.lines(), ...unknown], severe: difference.closings > 0}, signal)
    const looker = lookerFor(actor, options)
    const onProgress = (done: number) => options.onProgress?.({phase: 'sent', done, total})
    const sending = new Sending(
      {...this.deps, ...taken, looker, seller: actor, concurrency, signal, onProgress},
      push.id,
    )
    await sending.run()
  }

  private async counts({id}: PushRecord) {
    const {pushes} = this.deps
    const {done: changed, unchanged, failed} = await pushes.counts(id)
    const failures: PushFailure[] = []
    if (failed > 0) {
      for await (const row of pushes.rows(id)) {
        if (row.state === 'failed') failures.push(failureView(row))
        if (failures.length >= mostFailures) break
      }
    }
    return {changed, unchanged, failed, failures}
  }

  private async finish({push, holder}: Taken, outcome: 'complete' | 'incomplete' | 'interrupted'): Promise<void> {
    await this.deps.pushes.finish(push.id, {holder, outcome, at: this.deps.clock.now()})
  }
}

export function lookerFor(
  {session, identity}: Actor,
  {concurrency = defaultConcurrency, signal}: Pick<PushOptions, 'concurrency' | 'signal'>,
  known: Pick<LookerOptions, 'sent' | 'stocks' | 'listed' | 'listing'> = {},
): Looker {
  return new Looker({api: session.api, seller: identity, concurrency, signal, ...known})
}

export function listingFor(
  {session, identity}: Actor,
  {concurrency = defaultConcurrency, signal}: Pick<PushOptions, 'concurrency' | 'signal'>,
  skus: ReadonlySet<string>,
): SkuListing {
  return new SkuListing({api: session.api, userId: identity.userId, concurrency, signal}, skus)
}
