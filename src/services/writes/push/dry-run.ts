import {isMeliError, type MeliError} from '../../../core/errors.js'
import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, PushLine, RecordFile} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'
import type {DryRunRequest} from '../dry-run.js'
import type {Actor} from '../guard.js'
import type {ItemChanges} from '../selling/item-changes.js'
import {asksNothing, remaining, SharedStocks} from './already-set.js'
import {chunkSize, conflictWith, invalidReason} from './compare-lines.js'
import {lineResolver, type ProductPushDeps, type PushOptions, skuListing} from './product-push.js'
import {type CheckedFile, checkFile, isBlocked, readLines} from './push-file.js'
import type {BadLine, Note} from './push-line.js'
import {ignoredParts, mostFailures, type PushFailure} from './push-result.js'
import type {LineResolver, ResolvedLine} from './resolve-lines.js'
import {groupsByRequest, linesAtFault, stateLookup, wantedOf} from './shared-requests.js'

export interface PushRequest extends DryRunRequest {
  /** The first of them. */
  line: number
  /** All that the request carries out. */
  lines: number[]
  item_id: string
}

/** The requests of a push, and the lines that prevent it. */
export interface PushDryRunResult {
  dry_run: true
  ok: boolean
  file: string
  mode: 'sandbox' | 'production'
  user_id: number | null
  nickname: string | null
  /** Bad lines are in the way: nothing would be sent. */
  refused: boolean
  lines: number
  /** Lines that differ from what the service has; stock that listings share goes with the first of theirs. */
  changes: number
  unchanged: number
  /** Bad lines that are left out are among them. */
  failed: number
  /** Lines that close a listing, which is final. */
  closings: number
  bad_lines: BadLine[]
  failures: PushFailure[]
  ignored_columns: string[]
  unknown_columns: string[]
  notes: Note[]
  /** Empty when they were handed out one by one. */
  requests: PushRequest[]
}

export interface PushDryRunOptions extends Omit<PushOptions, 'restart' | 'onProgress'> {
  /**
   * Takes each request as soon as it is known: in the order of the lines, but at the end those that set the stock of a user
   * product, and then those of items with variations.
   */
  onRequest?: ((request: PushRequest) => void) | undefined
}

/** Reads and compares as a push does, without sending a change or storing anything. */
export class PushDryRun {
  constructor(private readonly deps: Pick<ProductPushDeps, 'guard' | 'changes'>) {}

  async run(file: RecordFile, options: PushDryRunOptions): Promise<PushDryRunResult> {
    const checked = await checkFile(file, options)
    const result = emptyResult(file, checked, options)
    if (isBlocked(checked.bad, options)) return {...result, ok: false, refused: true}
    const actor = await this.deps.guard.open(options)
    const {userId, nickname} = actor.identity
    const conflicts = new LineConflicts()
    const shared = new Map<string, PushLine[]>()
    const listing = skuListing(actor, options, checked.skus)
    const resolver = lineResolver(actor, options, {listed: await listing.exactMatches(), listing})
    const planner = new DryRunPlanner(this.deps.changes, actor, options, result, conflicts)
    for await (const lines of chunksOf(file, checked, options.signal)) {
      const resolved = (await resolver.resolve(lines)).map(conflicts.check)
      await planner.addLines(resolved.filter((each) => !isPutAside(each, shared)))
    }
    planner.showHeld()
    await planner.addShared([...shared.values()], resolver)
    const refused = isBlocked(result.bad_lines, options)
    if (!refused) addBad(result, checked.bad)
    const ok = result.failed === 0 && result.bad_lines.length === 0
    return {...result, user_id: userId, nickname, refused, ok}
  }
}

/** A push that leaves them out has them fail. */
function addBad(result: PushDryRunResult, lines: readonly BadLine[]): void {
  result.failed += lines.length
  const bad = lines.map(({line, message}) => {
    return {line, item_id: null, variation_id: null, seller_sku: null, code: 'MELI_LINE_INVALID', message}
  })
  result.failures = [...result.failures, ...bad].sort((a, b) => a.line - b.line).slice(0, mostFailures)
}

/** Lines about an item with variations wait, because later lines may go in the same request. */
function isPutAside({line, verdict}: ResolvedLine<PushLine>, shared: Map<string, PushLine[]>): boolean {
  if (verdict.kind !== 'change' || line.itemId === null || verdict.state.variations.length < 2) return false
  const those = shared.get(line.itemId) ?? []
  those.push(line)
  shared.set(line.itemId, those)
  return true
}

function emptyResult({name}: RecordFile, {reading, bad}: CheckedFile, {sandbox}: PushDryRunOptions): PushDryRunResult {
  return {
    dry_run: true,
    ok: true,
    file: name,
    mode: sandbox ? 'sandbox' : 'production',
    user_id: null,
    nickname: null,
    refused: false,
    lines: reading.records,
    changes: 0,
    unchanged: 0,
    failed: 0,
    closings: 0,
    bad_lines: [...bad],
    failures: [],
    ...ignoredParts(reading),
    requests: [],
  }
}

/** The good lines, some at a time. */
async function* chunksOf(file: RecordFile, {reading}: CheckedFile, signal: AbortSignal): AsyncGenerator<PushLine[]> {
  let lines: PushLine[] = []
  for await (const each of readLines(file, reading, signal)) {
    if ('bad' in each) continue
    lines.push(each.line)
    if (lines.length < chunkSize) continue
    yield lines
    lines = []
  }
  if (lines.length > 0) yield lines
}

/** The requests of some lines, or the rule that refuses them. */
interface Planned {
  lines: readonly PushLine[]
  requests: readonly DryRunRequest[]
  failure: MeliError | undefined
}

/** Plans what lines would send, and counts it into the result. */
class DryRunPlanner {
  private readonly emit: (request: PushRequest) => void
  /** Requests that set stock which later lines may share. */
  private readonly held: Planned[] = []

  constructor(
    private readonly changes: Pick<ItemChanges, 'apply'>,
    private readonly actor: Actor,
    private readonly options: PushDryRunOptions,
    private readonly result: PushDryRunResult,
    private readonly conflicts: LineConflicts,
  ) {
    this.emit = options.onRequest ?? ((request) => result.requests.push(request))
  }

  /** Lines that each go by themselves, in their order. */
  async addLines(resolved: ReadonlyArray<ResolvedLine<PushLine>>): Promise<void> {
    const planned = new Map<number, Planned>()
    const differing = resolved.filter(({verdict}) => verdict.kind === 'change' || verdict.kind === 'unseen')
    await this.someAtATime(differing, async ({line, verdict}) => {
      planned.set(line.line, await this.plan([line], verdict.kind === 'change' ? verdict.state : undefined))
    })
    for (const each of resolved) {
      const {line, verdict} = each
      const fault = invalidReason(each)
      if (fault !== undefined) this.addBad(line, fault)
      else if (verdict.kind === 'failed') this.fail([line], verdict)
      else if (verdict.kind === 'sent') this.result.changes += 1
      else {
        const plan = planned.get(line.line) ?? {lines: [line], requests: [], failure: undefined}
        this.count(plan)
        if (this.conflicts.mayShareStock(each)) this.held.push(plan)
        else this.show(plan)
      }
    }
  }

  /** Once all lines are known, and with them those that share a stock. */
  showHeld(): void {
    for (const each of this.held.splice(0)) this.show(each)
  }

  /** Lines by item, of which several go in one request. */
  async addShared(items: ReadonlyArray<readonly PushLine[]>, resolver: LineResolver): Promise<void> {
    for (let start = 0; start < items.length; start += chunkSize) {
      const some = items.slice(start, start + chunkSize)
      const stateOf = stateLookup(await resolver.states(some.flatMap(([line]) => line?.itemId ?? [])))
      const parts = some.flatMap((lines) => groupsByRequest(lines, stateOf, this.actor.identity))
      const planned = new Map<readonly PushLine[], Planned[]>()
      await this.someAtATime(parts, async (part) => {
        planned.set(part, await this.planShared(part, stateOf(part[0]?.itemId ?? '')))
      })
      for (const each of parts.flatMap((part) => planned.get(part) ?? [])) {
        this.count(each)
        this.show(each)
      }
    }
  }

  /** Together, or without those that a rule is against, as they would be sent. */
  private async planShared(lines: readonly PushLine[], state: ItemState | undefined): Promise<Planned[]> {
    const together = await this.plan(lines, state)
    const {failure} = together
    if (failure === undefined) return [together]
    const atFault = linesAtFault(failure, lines)
    if (atFault === undefined) return Promise.all(lines.map((line) => this.plan([line], state)))
    const rest = lines.filter((line) => !atFault.includes(line))
    return [{...together, lines: atFault}, ...(rest.length === 0 ? [] : await this.planShared(rest, state))]
  }

  private async plan(lines: readonly PushLine[], state: ItemState | undefined): Promise<Planned> {
    const {signal} = this.options
    const options = {command: 'products push', dryRun: true, signal, ...(state !== undefined && {state})}
    try {
      const {requests} = await this.changes.apply(this.actor, lines[0]?.itemId ?? '', wantedOf(lines, state), options)
      return {lines, requests, failure: undefined}
    } catch (error) {
      if (!isMeliError(error) || (error.family !== 'api' && error.family !== 'usage')) throw error
      return {lines, requests: [], failure: error}
    }
  }

  private count({lines, requests, failure}: Planned): void {
    if (failure !== undefined) {
      this.fail(lines, failure)
      return
    }
    const changed = requests.length > 0 ? lines : lines.filter((line) => this.conflicts.isCarried(line))
    this.result.changes += changed.length
    this.result.unchanged += lines.length - changed.length
    if (requests.length > 0) this.result.closings += lines.filter(({status}) => status === 'closed').length
  }

  private show({lines, requests}: Planned): void {
    const own = lines.map(({line}) => line)
    const all = [...new Set([...own, ...this.conflicts.linesSharingRequest(lines)])].sort((a, b) => a - b)
    for (const request of requests) {
      const numbers = setsStock(request) ? all : own
      this.emit({line: own[0] ?? 0, lines: numbers, item_id: lines[0]?.itemId ?? '', ...request})
    }
  }

  private addBad(line: PushLine, message: string): void {
    this.result.bad_lines.push({line: line.line, message})
    // A push that leaves it out has it fail.
    if (this.options.skipBad) this.fail([{...line, itemId: null}], {code: 'MELI_LINE_INVALID', message})
  }

  private fail(lines: readonly PushLine[], {code, message}: {code: string; message: string}): void {
    this.result.failed += lines.length
    for (const {line, itemId, variationId, sellerSku} of lines) {
      if (this.result.failures.length >= mostFailures) return
      const named = {item_id: itemId, variation_id: variationId, seller_sku: sellerSku}
      this.result.failures.push({line, ...named, code, message})
    }
  }

  private async someAtATime<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
    const {concurrency = 4, signal} = this.options
    await someAtATime(concurrency, all, signal, work)
    signal.throwIfAborted()
  }
}

/** True when the request sets stock. */
function setsStock({path, body_text: body}: DryRunRequest): boolean {
  return path.startsWith('/user-products/') || body?.includes('"available_quantity":') === true
}

/** Finds lines that contradict an earlier one about the same listing or stock, which shows only once their items are known. */
class LineConflicts {
  private readonly stocks = new SharedStocks()
  /** Lines that set a stock, by its user product. */
  private readonly setters = new Map<string, number>()
  /** Lines whose stock goes with the request of another, by the line of that one. */
  private readonly sharing = new Map<number, number[]>()
  private readonly carried = new Set<number>()
  private readonly listings = new Map<string, number>()
  private readonly ofItems = new Map<string, {prices: AskedValue[]; statuses: AskedValue[]}>()

  /** The line as it is, or as invalid when it contradicts an earlier one. */
  readonly check = (each: ResolvedLine<PushLine>): ResolvedLine<PushLine> => {
    const {itemId, variationId, line} = each.line
    if (itemId === null || invalidReason(each) !== undefined) return each
    const key = `${itemId} ${variationId ?? ''}`
    const first = this.listings.get(key) ?? this.conflictingLine(itemId, each)
    if (first === undefined) this.listings.set(key, line)
    const message =
      first === undefined ? this.stocks.conflict(each.line, each.userProductId) : conflictWith(first, each.line)
    if (message === undefined) return this.withoutSet(each)
    return {...each, verdict: {kind: 'failed', code: 'MELI_LINE_INVALID', message, isLineInvalid: true}}
  }

  /** Lines whose stock the request of these sets beside theirs. */
  linesSharingRequest(lines: readonly PushLine[]): number[] {
    return lines.flatMap(({line}) => this.sharing.get(line) ?? [])
  }

  /** Its stock goes with the request of an earlier line. */
  isCarried({line}: PushLine): boolean {
    return this.carried.has(line)
  }

  /** Others of this stock may follow, and go with the request of this line. */
  mayShareStock({line, userProductId}: ResolvedLine<PushLine>): boolean {
    return this.setters.get(userProductId ?? '') === line.line
  }

  /** Stock that an earlier line sets goes with the request of that one. */
  private withoutSet(each: ResolvedLine<PushLine>): ResolvedLine<PushLine> {
    const {line, verdict, userProductId} = each
    if (verdict.kind !== 'change') return each
    const {line: left, before} = remaining(line, {stock: this.stocks.setFor(line, userProductId)})
    this.stocks.recordChange(line, verdict.state)
    const owner = userProductId ?? ''
    if (before === null) {
      if (this.stocks.setFor(line, owner) !== undefined) this.setters.set(owner, line.line)
      return each
    }
    this.carry(line, this.setters.get(owner) ?? line.line)
    return asksNothing(left) ? {...each, verdict: {kind: 'sent', before}} : {...each, line: left}
  }

  private carry({line}: PushLine, setter: number): void {
    this.carried.add(line)
    const lines = this.sharing.get(setter)
    if (lines === undefined) this.sharing.set(setter, [line])
    else lines.push(line)
  }

  /** Price and status are of all variations. Prices that are so already may differ, as they do where variations had several. */
  private conflictingLine(
    itemId: string,
    {line: {line, price, status}, verdict}: ResolvedLine<PushLine>,
  ): number | undefined {
    const said = this.ofItems.get(itemId) ?? {prices: [], statuses: []}
    this.ofItems.set(itemId, said)
    const changesPrice = verdict.kind === 'unseen' || (verdict.kind === 'change' && 'price' in verdict.after)
    const other =
      said.prices.find(
        (each) => price !== null && (changesPrice || each.isChange) && !isSameAmount(each.value, price),
      ) ?? said.statuses.find((each) => status !== null && each.value !== status)
    if (other !== undefined) return other.line
    if (price !== null) note(said.prices, {line, value: price, isChange: changesPrice})
    if (status !== null) note(said.statuses, {line, value: status, isChange: true})
    return undefined
  }
}

interface AskedValue {
  line: number
  value: string
  /** The item is not so yet. */
  isChange: boolean
}

/** Each value once, with the first line that asks for it. */
function note(all: AskedValue[], next: AskedValue): void {
  const same = all.find(({value}) => value === next.value)
  if (same === undefined) all.push(next)
  else same.isChange ||= next.isChange
}
