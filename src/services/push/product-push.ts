import {randomUUID} from 'node:crypto'
import type {Clock, PushLine, PushRecord, PushStore, RecordFile} from '../ports.js'
import type {ItemChanges} from '../selling/item-changes.js'
import type {LocalItems} from '../selling/local-items.js'
import type {Actor, WriteChoice, WriteGuard} from '../writes/guard.js'
import type {DecimalMark} from './amounts.js'
import {type Checked, check, isInTheWay} from './checking.js'
import {compare, type Difference} from './comparing.js'
import type {BadLine} from './judge.js'
import {Looker} from './looking.js'
import {keepPushLease, leaseMs, pushBusy} from './push-lease.js'
import {
  failureView,
  mostFailures,
  type PushFailure,
  type PushResult,
  type PushRowView,
  resultOf,
  rowView,
} from './push-result.js'
import {judged} from './reading.js'
import {Sending} from './sending.js'

export interface PushOptions extends WriteChoice {
  decimal?: DecimalMark | undefined
  /** Sends what the good lines ask for although there are bad ones. */
  skipBad: boolean
  /** Begins anew rather than go on with an interrupted push of the same file. */
  restart: boolean
  /** Requests at a time. */
  concurrency?: number | undefined
  signal: AbortSignal
  onProgress?: (step: {phase: 'compared' | 'sent'; done: number; total: number}) => void
}

export interface ProductPushDeps {
  guard: Pick<WriteGuard, 'open'>
  pushes: PushStore
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  clock: Clock
  process: {host: string; pid: number}
}

/** The service takes five to seven writes a second, whatever hurry one is in. docs/mercadolibre.md, section 11. */
const defaultConcurrency = 4
/** Lines that are stored in one step. */
const batchSize = 500

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
    const {push, resumed, holder} = await this.open(file, actor, options)
    const stop = new AbortController()
    const lease = keepPushLease(this.deps, {id: push.id, holder}, stop)
    const signal = AbortSignal.any([options.signal, stop.signal])
    const known = {actor, push_id: push.id, resumed}
    try {
      await this.store(file, push, checked, signal)
      const {difference, bad} = await this.compare(push, actor, {...options, signal}, checked)
      checked.bad.push(...bad)
      checked.bad.sort((a, b) => a.line - b.line)
      if (isInTheWay(checked, options)) {
        await this.finish(push, 'incomplete')
        return resultOf(about(checked), {...known, refused: true})
      }
      await this.failLines(push, bad)
      await this.send(push, actor, difference, {...options, signal}, checked)
      const counts = await this.counts(push)
      await this.finish(push, counts.failed === 0 ? 'complete' : 'incomplete')
      return resultOf(about(checked), {...known, ...counts})
    } catch (error) {
      // Whoever took the lease over goes on with it.
      if (!stop.signal.aborted) await this.finish(push, 'interrupted')
      throw error
    } finally {
      await lease.end()
    }
  }

  /** What became of every line, in order. */
  async *rows(pushId: string): AsyncGenerator<PushRowView> {
    for await (const row of this.deps.pushes.rows(pushId)) yield rowView(row)
  }

  private async open(file: RecordFile, actor: Actor, {restart}: PushOptions) {
    const {pushes, clock, process} = this.deps
    const holder = `${process.host}:${process.pid}:${randomUUID()}`
    const now = clock.now()
    const about = {userId: actor.identity.userId, fileHash: file.hash, fileName: file.name, holder, now}
    const request = {...about, until: new Date(now.getTime() + leaseMs)}
    const opened = await pushes.open({...request, restart})
    if (!opened.opened) throw pushBusy(opened.holder)
    if (!opened.resumed || (await pushes.counts(opened.push.id)).done > 0) return {...opened, holder}
    // Nothing is known to have been sent: then there is nothing to go on with, and what failed may not fail now.
    const anew = await pushes.open({...request, restart: true})
    if (!anew.opened) throw pushBusy(anew.holder)
    return {...anew, holder}
  }

  private async store(file: RecordFile, push: PushRecord, {reading}: Checked, signal: AbortSignal): Promise<void> {
    const {pushes} = this.deps
    let lines: PushLine[] = []
    const bad: BadLine[] = []
    const keep = async () => {
      await pushes.add(push.id, lines)
      await this.failLines(push, bad.splice(0))
      lines = []
    }
    for await (const each of judged(file, reading, signal)) {
      if ('bad' in each) bad.push(each.bad)
      lines.push('bad' in each ? emptyLine(each.bad.line) : each.line)
      if (lines.length >= batchSize) await keep()
    }
    await keep()
  }

  private async compare(push: PushRecord, actor: Actor, options: PushOptions, {reading}: Checked) {
    const {pushes, clock} = this.deps
    const {waiting} = await pushes.counts(push.id)
    options.onProgress?.({phase: 'compared', done: reading.records - waiting, total: reading.records})
    const onProgress = (done: number) =>
      options.onProgress?.({phase: 'compared', done: reading.records - waiting + done, total: reading.records})
    return compare({pushes, clock, looker: lookerFor(actor, options), onProgress}, push.id)
  }

  private async send(
    push: PushRecord,
    actor: Actor,
    difference: Difference,
    options: PushOptions,
    {reading}: Checked,
  ): Promise<void> {
    const {signal, concurrency = defaultConcurrency} = options
    const total = difference.changes + difference.unseen
    if (total === 0) return
    const file = push.fileName === '-' ? 'standard input' : push.fileName
    const title = `Change ${difference.changes} of ${reading.records} lines of ${file}`
    await actor.confirm({title, lines: difference.lines(), severe: difference.closings > 0}, signal)
    const looker = lookerFor(actor, options)
    const onProgress = (done: number) => options.onProgress?.({phase: 'sent', done, total})
    const sending = new Sending({...this.deps, looker, seller: actor, concurrency, signal, onProgress}, push.id)
    await sending.run()
  }

  private async failLines({id}: PushRecord, bad: readonly BadLine[]): Promise<void> {
    const finishedAt = this.deps.clock.now()
    const rows = bad.map(({line, message}) => ({
      ...{line, itemId: null, variationId: null, state: 'failed' as const, before: null},
      ...{errorCode: 'MELI_LINE_INVALID', message, finishedAt},
    }))
    if (rows.length > 0) await this.deps.pushes.settle(id, rows)
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

  private async finish({id}: PushRecord, outcome: 'complete' | 'incomplete' | 'interrupted'): Promise<void> {
    await this.deps.pushes.finish(id, {outcome, at: this.deps.clock.now()})
  }
}

export function lookerFor({session, identity}: Actor, options: Pick<PushOptions, 'concurrency' | 'signal'>): Looker {
  const {concurrency = defaultConcurrency, signal} = options
  return new Looker({api: session.api, seller: identity, concurrency, signal})
}

function emptyLine(line: number): PushLine {
  return {line, itemId: null, sellerSku: null, variationId: null, price: null, quantity: null, status: null}
}
