import {isMeliError} from '../../errors.js'
import type {PushLine, RecordFile} from '../ports.js'
import {someAtATime} from '../sync/some-at-a-time.js'
import type {DryRunRequest} from '../writes/dry-run.js'
import type {Actor} from '../writes/guard.js'
import {type Checked, check, isInTheWay} from './checking.js'
import {chunkSize, contradictionOf, faultOf, SharedStocks} from './comparing.js'
import type {BadLine} from './judge.js'
import {type Looked, wantedOf} from './looking.js'
import {lookerFor, type ProductPushDeps, type PushOptions} from './product-push.js'
import {mostFailures, type PushFailure} from './push-result.js'
import {judged} from './reading.js'

export interface PushRequest extends DryRunRequest {
  line: number
  item_id: string
}

/** What a push would send, and what would be in its way. */
export interface PushRehearsalResult {
  dry_run: true
  ok: boolean
  file: string
  mode: 'sandbox' | 'production'
  user_id: number | null
  nickname: string | null
  /** Bad lines are in the way: nothing would be sent. */
  refused: boolean
  lines: number
  /** Lines that differ from what the service has. */
  changes: number
  unchanged: number
  failed: number
  bad_lines: BadLine[]
  failures: PushFailure[]
  ignored_columns: string[]
  /** Empty when they were handed out one by one. */
  requests: PushRequest[]
}

export interface RehearsalOptions extends Omit<PushOptions, 'restart' | 'onProgress'> {
  /** Takes each request as soon as it is known, in the order of the lines. */
  onRequest?: ((request: PushRequest) => void) | undefined
}

/** Reads and compares as a push does, sends nothing that changes anything, and stores nothing. */
export class PushRehearsal {
  constructor(private readonly deps: Pick<ProductPushDeps, 'guard' | 'changes'>) {}

  async run(file: RecordFile, options: RehearsalOptions): Promise<PushRehearsalResult> {
    const checked = await check(file, options)
    const result = emptyResult(file, checked, options)
    if (isInTheWay(checked, options)) return {...result, ok: false, refused: true}
    const actor = await this.deps.guard.open(options)
    const {userId, nickname} = actor.identity
    const earlier = new Earlier()
    for await (const lines of chunksOf(file, checked, options.signal)) {
      const looked = await lookerFor(actor, options).look(lines)
      await this.rehearse(actor, looked.map(earlier.judge), options, result)
    }
    const refused = isInTheWay({...checked, bad: result.bad_lines}, options)
    const ok = result.failed === 0 && result.bad_lines.length === 0
    return {...result, user_id: userId, nickname, refused, ok}
  }

  private async rehearse(
    actor: Actor,
    looked: Array<Looked<PushLine>>,
    {concurrency = 4, signal, onRequest}: RehearsalOptions,
    result: PushRehearsalResult,
  ): Promise<void> {
    const requests = new Map<number, DryRunRequest[]>()
    const failures = new Map<number, {code: string; message: string}>()
    const differing = looked.filter(({verdict}) => verdict.kind === 'change' || verdict.kind === 'unseen')
    await someAtATime(concurrency, differing, signal, async ({line, verdict}) => {
      const state = verdict.kind === 'change' ? {state: verdict.state} : {}
      const options = {command: 'products push', dryRun: true, signal, ...state}
      try {
        const planned = await this.deps.changes.apply(actor, line.itemId ?? '', wantedOf(line), options)
        requests.set(line.line, planned.requests)
      } catch (error) {
        if (!isMeliError(error) || (error.family !== 'api' && error.family !== 'usage')) throw error
        failures.set(line.line, error)
      }
    })
    signal.throwIfAborted()
    const emit = onRequest ?? ((request: PushRequest) => result.requests.push(request))
    for (const each of looked) {
      const {line, verdict} = each
      const fault = faultOf(each)
      const failure = verdict.kind === 'failed' ? verdict : failures.get(line.line)
      const known = requests.get(line.line) ?? []
      if (fault !== undefined) result.bad_lines.push({line: line.line, message: fault})
      else if (failure !== undefined) fail(result, line, failure)
      else if (known.length === 0) result.unchanged += 1
      else result.changes += 1
      for (const request of known) emit({line: line.line, item_id: line.itemId ?? '', ...request})
    }
  }
}

function fail(result: PushRehearsalResult, line: PushLine, {code, message}: {code: string; message: string}): void {
  result.failed += 1
  if (result.failures.length >= mostFailures) return
  result.failures.push({line: line.line, item_id: line.itemId, seller_sku: line.sellerSku, code, message})
}

function emptyResult(
  {name}: RecordFile,
  {reading, bad}: Checked,
  {sandbox}: Pick<RehearsalOptions, 'sandbox'>,
): PushRehearsalResult {
  return {
    ...{dry_run: true, ok: true, file: name, mode: sandbox ? 'sandbox' : 'production', user_id: null, nickname: null},
    ...{refused: false, lines: reading.records, changes: 0, unchanged: 0, failed: 0},
    ...{bad_lines: [...bad], failures: [], ignored_columns: [...reading.ignored], requests: []},
  }
}

/** The good lines, some at a time. */
async function* chunksOf(file: RecordFile, {reading}: Checked, signal: AbortSignal): AsyncGenerator<PushLine[]> {
  let lines: PushLine[] = []
  for await (const each of judged(file, reading, signal)) {
    if ('bad' in each) continue
    lines.push(each.line)
    if (lines.length < chunkSize) continue
    yield lines
    lines = []
  }
  if (lines.length > 0) yield lines
}

/** What lines before said: which of two is of one listing, or of one stock, shows only once they were looked at. */
class Earlier {
  private readonly stocks = new SharedStocks()
  private readonly listings = new Map<string, number>()
  private readonly ofItems = new Map<string, {line: number; price: string | null; status: string | null}>()

  /** The line as it is, or the fault that it is at odds with an earlier one. */
  readonly judge = (each: Looked<PushLine>): Looked<PushLine> => {
    const {itemId, variationId, line} = each.line
    if (itemId === null || faultOf(each) !== undefined) return each
    const key = `${itemId} ${variationId ?? ''}`
    const first = this.listings.get(key) ?? this.otherOf(itemId, each.line)
    if (first === undefined) this.listings.set(key, line)
    const message = first === undefined ? this.stocks.contradiction(each) : contradictionOf(first, itemId)
    if (message === undefined) return each
    return {...each, verdict: {kind: 'failed', code: 'MELI_LINE_INVALID', message, ofLine: true}}
  }

  /** Price and status are of all variations. */
  private otherOf(itemId: string, {line, price, status}: PushLine): number | undefined {
    const first = this.ofItems.get(itemId)
    if (first === undefined) this.ofItems.set(itemId, {line, price, status})
    if (first === undefined) return undefined
    const isOther = (one: string | null, other: string | null) => one !== null && other !== null && one !== other
    if (isOther(first.price, price) || isOther(first.status, status)) return first.line
    this.ofItems.set(itemId, {line: first.line, price: first.price ?? price, status: first.status ?? status})
    return undefined
  }
}
