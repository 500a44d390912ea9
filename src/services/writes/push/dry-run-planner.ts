import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {ItemState, PushLine} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'
import type {DryRunRequest} from '../dry-run.js'
import type {Actor} from '../guard.js'
import type {ItemChanges} from '../selling/item-changes.js'
import {blamed} from './blame.js'
import {chunkSize, faultOf} from './comparing.js'
import type {PushDryRunOptions, PushDryRunResult, PushRequest} from './dry-run-result.js'
import type {Earlier} from './earlier.js'
import type {Looked, Looker} from './looking.js'
import {mostFailures} from './push-result.js'
import {inAnswers, sharing, wantedOf} from './together.js'

/** What a request, or a rule against it, is about. */
interface Planned {
  lines: readonly PushLine[]
  requests: readonly DryRunRequest[]
  failure: MeliError | undefined
}

/** Plans what lines would send, and counts it into the result. */
export class DryRunPlanner {
  private readonly emit: (request: PushRequest) => void
  /** What sets a stock that later lines may share. */
  private readonly held: Planned[] = []

  constructor(
    private readonly changes: Pick<ItemChanges, 'apply'>,
    private readonly actor: Actor,
    private readonly options: PushDryRunOptions,
    private readonly result: PushDryRunResult,
    private readonly earlier: Earlier,
  ) {
    this.emit = options.onRequest ?? ((request) => result.requests.push(request))
  }

  /** Lines that each go by themselves, in their order. */
  async addLines(looked: ReadonlyArray<Looked<PushLine>>): Promise<void> {
    const planned = new Map<number, Planned>()
    const differing = looked.filter(({verdict}) => verdict.kind === 'change' || verdict.kind === 'unseen')
    await this.someAtATime(differing, async ({line, verdict}) => {
      planned.set(line.line, await this.plan([line], verdict.kind === 'change' ? verdict.state : undefined))
    })
    for (const each of looked) {
      const {line, verdict} = each
      const fault = faultOf(each)
      if (fault !== undefined) this.addBad(line, fault)
      else if (verdict.kind === 'failed') this.fail([line], verdict)
      else if (verdict.kind === 'sent') this.result.changes += 1
      else {
        const plan = planned.get(line.line) ?? {lines: [line], requests: [], failure: undefined}
        this.count(plan)
        if (this.earlier.mayHaveMates(each)) this.held.push(plan)
        else this.show(plan)
      }
    }
  }

  /** Once all lines are known, and with them those that share a stock. */
  showHeld(): void {
    for (const each of this.held.splice(0)) this.show(each)
  }

  /** Lines by item, of which several go in one request. */
  async addShared(items: ReadonlyArray<readonly PushLine[]>, looker: Looker): Promise<void> {
    for (let start = 0; start < items.length; start += chunkSize) {
      const some = items.slice(start, start + chunkSize)
      const stateOf = inAnswers(await looker.states(some.flatMap(([line]) => line?.itemId ?? [])))
      const parts = some.flatMap((lines) => sharing(lines, stateOf, this.actor.identity))
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
    const guilty = blamed(failure, lines)
    if (guilty === undefined) return Promise.all(lines.map((line) => this.plan([line], state)))
    const rest = lines.filter((line) => !guilty.includes(line))
    return [{...together, lines: guilty}, ...(rest.length === 0 ? [] : await this.planShared(rest, state))]
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
    const changed = requests.length > 0 ? lines : lines.filter((line) => this.earlier.isCarried(line))
    this.result.changes += changed.length
    this.result.unchanged += lines.length - changed.length
    if (requests.length > 0) this.result.closings += lines.filter(({status}) => status === 'closed').length
  }

  private show({lines, requests}: Planned): void {
    const own = lines.map(({line}) => line)
    const all = [...new Set([...own, ...this.earlier.matesOf(lines)])].sort((a, b) => a - b)
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

/** Of the stock alone, or beside others. */
function setsStock({path, body_text: body}: DryRunRequest): boolean {
  return path.startsWith('/user-products/') || body?.includes('"available_quantity":') === true
}
