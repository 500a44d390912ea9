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
import {compare, counted, type Difference} from './compare-lines.js'
import {type Checked, check, isInTheWay, judged, type Reading} from './push-file.js'
import type {BadLine, DecimalMark, Marks} from './push-line.js'
import {
  failureView,
  mostFailures,
  type PushFailure,
  type PushResult,
  type PushRowView,
  resultOf,
  rowViews,
} from './push-result.js'
import {Looker, type LookerOptions} from './resolve-lines.js'
import {Sending} from './send-lines.js'
import {SkuListing} from './sku-listing.js'

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

export interface TakingParts {
  pushes: Pick<PushStore, 'open' | 'counts'>
  writeLog: Pick<WriteLog, 'ofPush'>
  clock: Pick<Clock, 'now'>
  process: Pick<ThisProcess, 'newHolder'>
}

/** A push whose lease this process has. */
export interface Taken {
  push: PushRecord
  /** Something of it was set, or may have been, by a process that did not come to its end. */
  resumed: boolean
  holder: string
  sent: AlreadySent
  stocks: SharedStocks
}

/** Begins the push of a file, or goes on with one. MELI_PUSH_BUSY while another process is at it. */
async function takePush(
  parts: TakingParts,
  {hash: fileHash, name: fileName}: Pick<RecordFile, 'hash' | 'name'>,
  {userId, restart}: {userId: number; restart: boolean},
): Promise<Taken> {
  const {pushes, clock, process} = parts
  const holder = process.newHolder()
  const now = clock.now()
  const request = {userId, fileHash, fileName, holder, now, until: new Date(now.getTime() + leaseMs)}
  const taken = takenFrom(await pushes.open({...request, restart}), holder, parts)
  const {push, resumed, sent} = taken
  if (!resumed || (await pushes.counts(push.id)).done > 0 || (await sent.anything())) return taken
  // Nothing is known to have been sent: then there is nothing to go on with, and what failed may not fail now.
  return takenFrom(await pushes.open({...request, restart: true}), holder, parts)
}

function takenFrom(opened: OpenedPush, holder: string, {writeLog}: TakingParts): Taken {
  if (!opened.opened) throw pushBusy(opened.holder)
  const {push, resumed} = opened
  const sent = new AlreadySent(writeLog, {userId: push.userId, pushId: push.id})
  return {push, resumed, holder, sent, stocks: new SharedStocks()}
}

/** Renews the lease until `end` is called; when it went to somebody else, the work is stopped. */
function keepPushLease(
  {pushes, clock}: {pushes: Pick<PushStore, 'prolong'>; clock: Clock},
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const prolong = (until: Date) => pushes.prolong(id, holder, until)
  return keepLease({clock, leaseMs, times: 2, prolong, lost: () => pushBusy(undefined)}, stop)
}

function pushBusy(holder: string | undefined): MeliError {
  return new MeliError('MELI_PUSH_BUSY', `${holderInWords(holder)} is pushing this file for this account`, {
    try: ['wait until it has ended, then run the command again'],
    ...(holder !== undefined && {details: {holder}}),
  })
}

/** Lines that are stored in one step. */
const batchSize = 500

export interface StoringParts {
  pushes: Pick<PushStore, 'add' | 'settle'>
  clock: Pick<Clock, 'now'>
}

/** Keeps every line of the file, so that a killed push is gone on with; bad ones as failed. */
async function store(
  parts: StoringParts,
  pushId: string,
  {file, reading, signal}: {file: RecordFile; reading: Reading; signal: AbortSignal},
): Promise<void> {
  let lines: PushLine[] = []
  const bad: BadLine[] = []
  const keep = async () => {
    await parts.pushes.add(pushId, lines)
    await failLines(parts, pushId, bad.splice(0))
    lines = []
  }
  for await (const each of judged(file, reading, signal)) {
    if ('bad' in each) bad.push(each.bad)
    lines.push('bad' in each ? emptyLine(each.bad.line) : each.line)
    if (lines.length >= batchSize) await keep()
  }
  await keep()
}

async function failLines({pushes, clock}: StoringParts, pushId: string, bad: readonly BadLine[]): Promise<void> {
  const finishedAt = clock.now()
  const rows = bad.map(({line, message}) => ({
    ...{line, itemId: null, variationId: null, state: 'failed' as const, before: null},
    ...{errorCode: 'MELI_LINE_INVALID', message, finishedAt},
  }))
  if (rows.length > 0) await pushes.settle(pushId, rows)
}

function emptyLine(line: number): PushLine {
  return {line, itemId: null, sellerSku: null, variationId: null, price: null, quantity: null, status: null}
}
