import {isMeliError, type MeliError} from '../../../core/errors.js'
import type {Clock, PushRow, PushStore, WriteValues} from '../../ports/index.js'
import type {ChangeResult} from '../selling/item-changes.js'
import {type LeftOf, ownedBy, ownerIn} from './already-set.js'
import {ofTheLine, partOf} from './shared-requests.js'

export type Settled = Parameters<PushStore['settle']>[1][number]

type Reason = Pick<MeliError, 'code' | 'message'>

interface CarriedOut {
  /** By this change. */
  isChanged: boolean
  /** False when it was one of several in its request. */
  isOne?: boolean
  result?: Pick<ChangeResult, 'before' | 'warnings'> | undefined
  at: Date
}

/** A line that is as wanted. `before` of what is left of it: what this push had set earlier. */
export function carriedOut(
  {line, before: earlier}: LeftOf<PushRow>,
  {isChanged, isOne = true, result, at}: CarriedOut,
): Settled {
  const {before = {}, warnings = []} = result ?? {}
  return {
    ...placeOf(line),
    state: isChanged || earlier !== null ? 'done' : 'unchanged',
    before: {...ownedBy(ownerIn(line)), ...(isOne ? before : partOf(before, line)), ...earlier},
    errorCode: null,
    message: warnings.length === 0 ? null : warnings.join('; '),
    finishedAt: at,
  }
}

/** Still to be sent. */
export function waiting(line: PushRow, before: WriteValues | null): Settled {
  return {...placeOf(line), state: 'waiting', before, errorCode: null, message: null, finishedAt: null}
}

/** Of a line whose price was refused: it fails with that, whatever became of the rest of it. */
function refusedInPart(rest: Settled, {code, message}: Reason): Settled {
  const [isAsWanted, more] = [rest.state !== 'failed', rest.message === null ? [] : [rest.message]]
  const told = [message, ...(isAsWanted ? ['what else the line asks for is as wanted'] : []), ...more]
  return {...rest, state: 'failed', errorCode: code, message: told.join('; ')}
}

export function refused(line: PushRow, {error: {code, message}, at}: {error: Reason; at: Date}): Settled {
  return {...placeOf(line), state: 'failed', before: line.before, errorCode: code, message, finishedAt: at}
}

function placeOf({line, itemId, variationId}: PushRow): Pick<Settled, 'line' | 'itemId' | 'variationId'> {
  return {line, itemId, variationId}
}

/** So many in a row that the service did not answer as it should: then it is the service, and not the lines. */
const mostFailuresInARow = 8

export interface SettlingParts {
  pushes: Pick<PushStore, 'settle'>
  clock: Pick<Clock, 'now'>
  onProgress?: ((done: number) => void) | undefined
}

/** Keeps what became of lines, and tells the fault of a line from that of the service, which ends the push. */
export class Settling {
  private readonly stop = new AbortController()
  private inARow = 0
  /** Not settled before the service is known to answer others. */
  private held: Settled[] = []
  /** By line. */
  private readonly refusedPrices = new Map<number, MeliError>()
  private done = 0

  constructor(
    private readonly parts: SettlingParts,
    private readonly pushId: string,
  ) {}

  /** Aborted with what ends the push. */
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
  async settle(rows: readonly Settled[], {isAnswer}: {isAnswer: boolean}): Promise<void> {
    const held = isAnswer ? this.held.splice(0) : []
    await this.keep([...held, ...rows.map((each) => this.inAll(each))])
    if (isAnswer) this.inARow = 0
    this.progress(rows.length)
  }

  /** A line that is refused is settled. What says nothing of the line, such as a lost login, ends the push. */
  async fail(rows: readonly PushRow[], error: unknown): Promise<void> {
    if (!isMeliError(error) || !ofTheLine.has(error.family)) {
      this.stop.abort(error)
      return
    }
    const failed = rows.map((row) => this.inAll(refused(row, {error, at: this.parts.clock.now()})))
    this.progress(rows.length)
    if (error.family !== 'network') {
      await this.keep(failed)
      return
    }
    this.held.push(...failed)
    this.inARow += 1
    if (this.inARow >= mostFailuresInARow) this.stop.abort(error)
  }

  /** The rest of it is still to be sent. */
  refusePrice({line}: PushRow, error: MeliError): void {
    this.refusedPrices.set(line, error)
  }

  /** The service did answer others in the end. */
  async release(): Promise<void> {
    await this.keep(this.held.splice(0))
  }

  /** Without a line having come to its end. */
  async keep(rows: readonly Settled[]): Promise<void> {
    if (rows.length > 0) await this.parts.pushes.settle(this.pushId, rows)
  }

  private inAll(end: Settled): Settled {
    const refusal = this.refusedPrices.get(end.line)
    this.refusedPrices.delete(end.line)
    return refusal === undefined ? end : refusedInPart(end, refusal)
  }

  private progress(lines: number): void {
    this.done += lines
    this.parts.onProgress?.(this.done)
  }
}
