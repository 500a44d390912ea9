import {isMeliError, MeliError} from '../../../core/errors.js'
import {holderInWords} from '../../../core/holder.js'
import type {
  Clock,
  OpenedPush,
  PushLine,
  PushRecord,
  PushStore,
  RecordFile,
  ThisProcess,
  WriteLog,
} from '../../ports/index.js'
import {keepLease, leaseMs} from '../../sync/lease.js'
import type {Actor, WriteChoice, WriteGuard} from '../guard.js'
import type {ItemChanges, LocalItems} from '../selling/item-changes.js'
import {AlreadySent, SharedStocks} from './already-set.js'
import {compareLines, counted, type DifferenceSummary} from './compare-lines.js'
import {type CheckedFile, checkFile, isBlocked, type Reading, readLines} from './push-file.js'
import type {BadLine, DecimalMark, DecimalMarks} from './push-line.js'
import {
  failureView,
  mostFailures,
  type PushFailure,
  type PushResult,
  type PushRowView,
  resultOf,
  rowViews,
} from './push-result.js'
import {LineResolver, type LineResolverOptions} from './resolve-lines.js'
import {LineSender} from './send-lines.js'
import {SkuListing} from './sku-listing.js'

export interface PushOptions extends WriteChoice {
  decimal?: DecimalMark | undefined
  /** Sends the valid lines although others are invalid. */
  skipBad: boolean
  /** Starts over instead of resuming an interrupted push of the same file. */
  restart: boolean
  /** Requests at a time. */
  concurrency?: number | undefined
  signal: AbortSignal
  /**
   * Writes the outcome of every line, in order, in the decimal marks of the file, and returns where. After a failure
   * the push can be resumed: nothing is sent again, and only this is repeated.
   */
  keep?: ((rows: AsyncIterable<PushRowView>, marks: DecimalMarks) => Promise<string | null>) | undefined
  onProgress?: (step: {phase: 'compared' | 'sent'; done: number; total: number}) => void
}

export interface ProductPushDeps {
  guard: Pick<WriteGuard, 'open'>
  pushes: PushStore
  writeLog: WriteLog
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  clock: Clock
  process: Pick<ThisProcess, 'newHolder'>
}

/** The service accepts five to seven writes a second, however many are sent at once. docs/mercadolibre.md, section 11. */
const defaultConcurrency = 4

type Kept = Pick<PushResult, 'result_file' | 'result_file_error'>

/** Sets prices, stock and statuses from a file, and resumes where an interrupted push of it stopped. */
export class ProductPush {
  constructor(private readonly deps: ProductPushDeps) {}

  /**
   * Checks the whole file, compares it with the service, asks for confirmation, sends what differs, and stores the outcome
   * of each line. Lines that are invalid or fail are part of the result. Fails with MELI_FILE_UNREADABLE, MELI_PUSH_BUSY,
   * and as the guard does.
   */
  async run(file: RecordFile, options: PushOptions): Promise<PushResult> {
    const startedAt = this.deps.clock.now()
    const about = (checked: CheckedFile) => ({
      file,
      reading: checked.reading,
      bad: checked.bad,
      sandbox: options.sandbox,
      durationMs: this.deps.clock.now().getTime() - startedAt.getTime(),
    })
    const checked = await checkFile(file, options)
    if (isBlocked(checked.bad, options)) return resultOf(about(checked), {refused: true})

    const actor = await this.deps.guard.open(options)
    const open = await openPush(this.deps, file, {userId: actor.identity.userId, restart: options.restart})
    const {push, resumed, holder} = open
    const stop = new AbortController()
    const lease = keepPushLease(this.deps, {id: push.id, holder}, stop)
    const signal = AbortSignal.any([options.signal, stop.signal])
    const known = (more: number) => ({
      actor,
      push_id: push.id,
      resumed,
      requests: actor.session.api.requests + more,
    })
    try {
      await storeLines(this.deps, push.id, {file, reading: checked.reading, signal})
      const {difference, bad, uncounted} = await this.compare(open, actor, {...options, signal}, checked)
      checked.bad.push(...bad)
      checked.bad.sort((a, b) => a.line - b.line)
      if (isBlocked(checked.bad, options)) {
        // A push that was resumed stays open, because what it has set must be known once the lines are mended.
        await this.finish(open, resumed ? 'interrupted' : 'incomplete')
        return resultOf(about(checked), {...known(uncounted), refused: true})
      }
      await failLines(this.deps, push.id, bad)
      await this.send(open, actor, difference, {...options, signal}, checked)
      const counts = await this.counts(push)
      const kept = await this.keep(push, checked.reading, options)
      const outcome = counts.failed === 0 ? 'complete' : 'incomplete'
      await this.finish(open, kept.result_file_error === null ? outcome : 'interrupted')
      return resultOf(about(checked), {...known(uncounted), ...counts, ...kept})
    } catch (error) {
      // A process that has taken the lease over will finish the push.
      if (!stop.signal.aborted) await this.finish(open, 'interrupted')
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
    {push, resumed, sent, stocks}: OpenPush,
    actor: Actor,
    options: PushOptions,
    {reading, skus}: CheckedFile,
  ) {
    const {pushes, clock} = this.deps
    if (resumed) await stocks.recall({pushes, sent}, push.id)
    const {waiting} = await pushes.counts(push.id)
    options.onProgress?.({phase: 'compared', done: reading.records - waiting, total: reading.records})
    const onProgress = (done: number) =>
      options.onProgress?.({phase: 'compared', done: reading.records - waiting + done, total: reading.records})
    // A resumed push has stored the listings of its SKUs.
    const listing = skuListing(actor, options, skus)
    const listed = resumed ? new Map() : await listing.exactMatches()
    const resolver = lineResolver(actor, options, {listed, listing, ...(resumed && {sent, stocks})})
    const compared = await compareLines({pushes, clock, resolver, stocks, onProgress}, push.id)
    return {...compared, uncounted: listing.requests}
  }

  private async send(
    {push, ...open}: OpenPush,
    actor: Actor,
    difference: DifferenceSummary,
    options: PushOptions,
    {reading}: CheckedFile,
  ): Promise<void> {
    const {signal, concurrency = defaultConcurrency} = options
    const total = difference.changes + difference.unseen
    if (total === 0) return
    const file = push.fileName === '-' ? 'standard input' : push.fileName
    const all = counted(reading.records, 'line', 'lines')
    const lines = difference.changes === reading.records ? all : `${difference.changes} of ${all}`
    const title = `Change ${lines} of ${file}`
    const unknown = reading.unknown.length === 0 ? [] : [`unknown columns: ${reading.unknown.join(', ')}`]
    await actor.confirm({title, lines: [...difference.lines(), ...unknown], severe: difference.closings > 0}, signal)
    const resolver = lineResolver(actor, options)
    const onProgress = (done: number) => options.onProgress?.({phase: 'sent', done, total})
    const sender = new LineSender(
      {...this.deps, ...open, resolver, seller: actor, concurrency, signal, onProgress},
      push.id,
    )
    await sender.run()
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

  private async finish({push, holder}: OpenPush, outcome: 'complete' | 'incomplete' | 'interrupted'): Promise<void> {
    await this.deps.pushes.finish(push.id, {holder, outcome, at: this.deps.clock.now()})
  }
}

export function lineResolver(
  {session, identity}: Actor,
  {concurrency = defaultConcurrency, signal}: Pick<PushOptions, 'concurrency' | 'signal'>,
  known: Pick<LineResolverOptions, 'sent' | 'stocks' | 'listed' | 'listing'> = {},
): LineResolver {
  return new LineResolver({api: session.api, seller: identity, concurrency, signal, ...known})
}

export function skuListing(
  {session, identity}: Actor,
  {concurrency = defaultConcurrency, signal}: Pick<PushOptions, 'concurrency' | 'signal'>,
  skus: ReadonlySet<string>,
): SkuListing {
  return new SkuListing({api: session.api, userId: identity.userId, concurrency, signal}, skus)
}

/** A push whose lease this process holds. */
export interface OpenPush {
  push: PushRecord
  /** A process that was interrupted has sent some of it, or may have. */
  resumed: boolean
  holder: string
  sent: AlreadySent
  stocks: SharedStocks
}

/** Begins or resumes the push of a file. MELI_PUSH_BUSY while another process pushes it. */
async function openPush(
  deps: ProductPushDeps,
  {hash: fileHash, name: fileName}: RecordFile,
  {userId, restart}: {userId: number; restart: boolean},
): Promise<OpenPush> {
  const {pushes, clock, process} = deps
  const holder = process.newHolder()
  const now = clock.now()
  const request = {userId, fileHash, fileName, holder, now, until: new Date(now.getTime() + leaseMs)}
  const opened = asOpen(await pushes.open({...request, restart}), holder, deps)
  const {push, resumed, sent} = opened
  if (!resumed || (await pushes.counts(push.id)).done > 0 || (await sent.anything())) return opened
  // Nothing was sent, so there is nothing to resume, and a line that failed then may succeed now.
  return asOpen(await pushes.open({...request, restart: true}), holder, deps)
}

function asOpen(opened: OpenedPush, holder: string, {writeLog}: ProductPushDeps): OpenPush {
  if (!opened.opened) throw pushBusy(opened.holder)
  const {push, resumed} = opened
  const sent = new AlreadySent(writeLog, {userId: push.userId, pushId: push.id})
  return {push, resumed, holder, sent, stocks: new SharedStocks()}
}

/** Renews the lease until `end` is called. The work is aborted when another process has taken the lease. */
function keepPushLease(
  {pushes, clock}: ProductPushDeps,
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const prolong = (until: Date) => pushes.prolong(id, holder, until)
  return keepLease({clock, leaseMs, times: 2, prolong, lost: () => pushBusy(undefined)}, stop)
}

function pushBusy(holder: string | undefined): MeliError {
  return new MeliError('MELI_PUSH_BUSY', `${holderInWords(holder)} is pushing this file for this account`, {
    try: ['wait until it has finished, then run the command again'],
    ...(holder !== undefined && {details: {holder}}),
  })
}

/** Lines that are stored in one step. */
const batchSize = 500

/** Stores every line of the file, so that a killed push can be resumed. Invalid lines are stored as failed. */
async function storeLines(
  deps: ProductPushDeps,
  pushId: string,
  {file, reading, signal}: {file: RecordFile; reading: Reading; signal: AbortSignal},
): Promise<void> {
  let lines: PushLine[] = []
  const bad: BadLine[] = []
  const keep = async () => {
    await deps.pushes.add(pushId, lines)
    await failLines(deps, pushId, bad.splice(0))
    lines = []
  }
  for await (const each of readLines(file, reading, signal)) {
    if ('bad' in each) bad.push(each.bad)
    lines.push('bad' in each ? emptyLine(each.bad.line) : each.line)
    if (lines.length >= batchSize) await keep()
  }
  await keep()
}

async function failLines({pushes, clock}: ProductPushDeps, pushId: string, bad: readonly BadLine[]): Promise<void> {
  const finishedAt = clock.now()
  const rows = bad.map(({line, message}) => ({
    line,
    itemId: null,
    variationId: null,
    state: 'failed' as const,
    before: null,
    errorCode: 'MELI_LINE_INVALID',
    message,
    finishedAt,
  }))
  if (rows.length > 0) await pushes.recordOutcomes(pushId, rows)
}

function emptyLine(line: number): PushLine {
  return {line, itemId: null, sellerSku: null, variationId: null, price: null, quantity: null, status: null}
}
