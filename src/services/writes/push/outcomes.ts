import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {Clock, PushRow, PushStore, WriteValues} from '../../ports/index.js'
import type {ChangeResult} from '../selling/item-changes.js'
import {ownedBy, ownerIn, type Remaining} from './already-set.js'
import {lineErrorFamilies, partOf} from './shared-requests.js'

export type RowOutcome = Parameters<PushStore['recordOutcomes']>[1][number]

type Reason = Pick<MeliError, 'code' | 'message'>

interface CarriedOut {
  /** True when this change set it. */
  isChanged: boolean
  /** False when it was one of several in its request. */
  isOne?: boolean
  result?: Pick<ChangeResult, 'before' | 'warnings'> | undefined
  at: Date
}

/** A line that is as wanted. The `before` of the remaining line has what this push had set earlier. */
export function succeeded(
  {line, before: earlier}: Remaining<PushRow>,
  {isChanged, isOne = true, result, at}: CarriedOut,
): RowOutcome {
  const {before = {}, warnings = []} = result ?? {}
  return {
    ...keyOf(line),
    state: isChanged || earlier !== null ? 'done' : 'unchanged',
    before: {...ownedBy(ownerIn(line)), ...(isOne ? before : partOf(before, line)), ...earlier},
    errorCode: null,
    message: warnings.length === 0 ? null : warnings.join('; '),
    finishedAt: at,
  }
}

/** Still to be sent. */
export function stillWaiting(line: PushRow, before: WriteValues | null): RowOutcome {
  return {...keyOf(line), state: 'waiting', before, errorCode: null, message: null, finishedAt: null}
}

/** Fails a line whose price was refused, whatever the outcome of the rest of it. */
function failedInPart(rest: RowOutcome, {code, message}: Reason): RowOutcome {
  const isRestSet = rest.state !== 'failed'
  const messages = [
    message,
    ...(isRestSet ? ['what else the line asks for is as wanted'] : []),
    ...(rest.message === null ? [] : [rest.message]),
  ]
  return {...rest, state: 'failed', errorCode: code, message: messages.join('; ')}
}

export function failed(line: PushRow, {error: {code, message}, at}: {error: Reason; at: Date}): RowOutcome {
  return {...keyOf(line), state: 'failed', before: line.before, errorCode: code, message, finishedAt: at}
}

function keyOf({line, itemId, variationId}: PushRow): Pick<RowOutcome, 'line' | 'itemId' | 'variationId'> {
  return {line, itemId, variationId}
}

/** After so many failures of the network in a row the service is down, and the push ends. */
const mostFailuresInARow = 8

export interface OutcomeRecorderDeps {
  pushes: PushStore
  clock: Clock
  onProgress?: ((done: number) => void) | undefined
}

/** Stores the outcomes of lines. A failure that says nothing about the line ends the push. */
export class OutcomeRecorder {
  private readonly stop = new AbortController()
  private inARow = 0
  /** Failures that are stored once the service has answered another request. */
  private held: RowOutcome[] = []
  /** Refusals of prices, by line. */
  private readonly refusedPrices = new Map<number, MeliError>()
  private done = 0

  constructor(
    private readonly parts: OutcomeRecorderDeps,
    private readonly pushId: string,
  ) {}

  /** Aborted with the error that ends the push. */
  get signal(): AbortSignal {
    return this.stop.signal
  }

  get isOver(): boolean {
    return this.stop.signal.aborted
  }

  throwIfOver(): void {
    this.stop.signal.throwIfAborted()
  }

  isHeld({line}: PushRow): boolean {
    return this.held.some((each) => each.line === line)
  }

  /** `isAnswer`: the service has answered, so that what failed before it failed by itself. */
  async record(rows: readonly RowOutcome[], {isAnswer}: {isAnswer: boolean}): Promise<void> {
    const held = isAnswer ? this.held.splice(0) : []
    await this.keep([...held, ...rows.map((each) => this.withRefusedPrice(each))])
    if (isAnswer) this.inARow = 0
    this.progress(rows.length)
  }

  /** Records a refused line. An error that says nothing about the line, such as a lost login, ends the push. */
  async fail(rows: readonly PushRow[], error: unknown): Promise<void> {
    if (!isMeliError(error) || !lineErrorFamilies.has(error.family)) {
      this.stop.abort(error)
      return
    }
    const ends = rows.map((row) => this.withRefusedPrice(failed(row, {error, at: this.parts.clock.now()})))
    this.progress(rows.length)
    if (error.family !== 'network') {
      await this.keep(ends)
      return
    }
    this.held.push(...ends)
    this.inARow += 1
    if (this.inARow >= mostFailuresInARow) this.stop.abort(error)
  }

  /** The rest of it is still to be sent. */
  refusePrice({line}: PushRow, error: MeliError): void {
    this.refusedPrices.set(line, error)
  }

  /** Stores the failures that were held back. */
  async release(): Promise<void> {
    await this.keep(this.held.splice(0))
  }

  /** Stores rows without counting them as finished. */
  async keep(rows: readonly RowOutcome[]): Promise<void> {
    if (rows.length > 0) await this.parts.pushes.recordOutcomes(this.pushId, rows)
  }

  private withRefusedPrice(end: RowOutcome): RowOutcome {
    const refusal = this.refusedPrices.get(end.line)
    this.refusedPrices.delete(end.line)
    return refusal === undefined ? end : failedInPart(end, refusal)
  }

  private progress(lines: number): void {
    this.done += lines
    this.parts.onProgress?.(this.done)
  }
}
