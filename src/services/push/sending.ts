import {isMeliError} from '../../errors.js'
import type {Clock, ItemState, PushRow, PushStore} from '../ports.js'
import type {ItemChanges, Seller} from '../selling/item-changes.js'
import type {LocalItems} from '../selling/local-items.js'
import {planChange} from '../selling/plan.js'
import {someAtATime} from '../sync/some-at-a-time.js'
import {type AlreadySent, asksNothing, type LeftOf, leftOf, type SentWrites} from './already-sent.js'
import {blamed, ofTheLine} from './blame.js'
import {chunkSize} from './comparing.js'
import {carriedOut, refused, type Settled} from './line-ends.js'
import type {Looker} from './looking.js'
import {inAnswers, sharing, together, wantedOf} from './together.js'

/** So many in a row that the service did not answer as it should: then it is the service, and not the lines. */
const mostFailuresInARow = 8

export interface SendingParts {
  pushes: PushStore
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  looker: Looker
  sent: AlreadySent
  /** Parts of it may have been sent before. */
  resumed: boolean
  clock: Pick<Clock, 'now'>
  seller: Seller
  concurrency: number
  signal: AbortSignal
  onProgress?: ((done: number) => void) | undefined
}

/** What is known of the items of some lines. */
interface Known {
  stateOf: (itemId: string) => ItemState | undefined
  writes: SentWrites
}

/** Sends what differs, items side by side, and the lines of one item in one request. What is not settled is still to be sent. */
export class Sending {
  private readonly stop = new AbortController()
  private failure: unknown
  private inARow = 0
  /** Not settled before the service is known to answer others. */
  private held: Settled[] = []
  private done = 0

  constructor(
    private readonly parts: SendingParts,
    private readonly pushId: string,
  ) {}

  async run(): Promise<void> {
    const {pushes, looker, sent, resumed, seller, concurrency, signal} = this.parts
    for (let after = 0; ; ) {
      const first = await pushes.waiting(this.pushId, {after, limit: chunkSize})
      const last = first.at(-1)
      if (last === undefined) break
      after = last.line
      const rows = await this.withMates(first)
      const ids = rows.flatMap(({itemId}) => itemId ?? [])
      // As they are now: a while may have gone by since they were compared.
      const states = await looker.states(ids)
      const known: Known = {stateOf: inAnswers(states), writes: resumed ? await sent.of(ids) : new Map()}
      const changed: string[] = []
      const groups = together(rows, known.stateOf)
      await someAtATime(concurrency, groups, AbortSignal.any([signal, this.stop.signal]), async (group) => {
        const parts = sharing(group, known.stateOf, seller.identity)
        for (const [at, part] of parts.entries()) {
          // What went before may have changed it.
          if (await this.sendPart(part, known, {isFresh: at === 0})) changed.push(part[0]?.itemId ?? '')
        }
      })
      await this.refresh(changed)
      if (this.failure !== undefined) throw this.failure
      signal.throwIfAborted()
    }
    await this.settle(...this.held.splice(0))
  }

  /** With all other lines about the same items, wherever they stand in the file. */
  private async withMates(rows: readonly PushRow[]): Promise<PushRow[]> {
    const ids = new Set(rows.flatMap(({itemId}) => itemId ?? []))
    const held = new Set(this.held.map(({line}) => line))
    return (await this.parts.pushes.waitingOf(this.pushId, [...ids])).filter(({line}) => !held.has(line))
  }

  /** Whether it changed anything. */
  private async sendPart(rows: readonly PushRow[], known: Known, {isFresh}: {isFresh: boolean}): Promise<boolean> {
    if (this.failure !== undefined) return false
    try {
      return await this.send(rows, known, isFresh)
    } catch (error) {
      const guilty = blamed(error, rows)
      if (guilty !== undefined) await this.fail(guilty, error)
      const rest = rows.filter((row) => guilty?.includes(row) !== true)
      if (rest.length === 0) return false
      return this.sendRest(guilty === undefined ? rest.map((row) => [row]) : [rest])
    }
  }

  /** What is against some lines is not against the others; and what was taken of their request is not sent again. */
  private async sendRest(parts: ReadonlyArray<readonly PushRow[]>): Promise<boolean> {
    const {looker, sent} = this.parts
    const ids = parts.flat().flatMap(({itemId}) => itemId ?? [])
    let known: Known
    try {
      known = {stateOf: inAnswers(await looker.states(ids)), writes: await sent.of(ids)}
    } catch (error) {
      await this.fail(parts.flat(), error)
      return true
    }
    let changed = known.writes.size > 0
    for (const [at, part] of parts.entries()) {
      if (await this.sendPart(part, known, {isFresh: at === 0})) changed = true
    }
    return changed
  }

  private async send(rows: readonly PushRow[], {stateOf, writes}: Known, isFresh: boolean): Promise<boolean> {
    const {changes, seller, clock, signal} = this.parts
    const id = rows[0]?.itemId ?? ''
    const state = stateOf(id)
    const all = rows.map((row) => leftOf(row, writes.get(id), state))
    const open = all.filter(({line}) => !asksNothing(line))
    const lines = open.map(({line}) => line)
    const over = all
      .filter(({line}) => asksNothing(line))
      .map((left) => carriedOut(left, {isChanged: false, at: clock.now()}))
    const options = {
      ...{command: 'products push', pushId: this.pushId, refresh: false},
      signal: AbortSignal.any([signal, this.stop.signal]),
      ...(isFresh && state !== undefined && {state}),
    }
    const result = open.length === 0 ? undefined : await changes.apply(seller, id, wantedOf(lines), options)
    const ends = open.map((left) => {
      const isChanged = result?.changed === true && (open.length === 1 || this.differs(left, state))
      return carriedOut(left, {isChanged, isOne: open.length === 1, result, at: clock.now()})
    })
    const held = result === undefined ? [] : this.held.splice(0)
    await this.settle(...held, ...over, ...ends)
    if (result !== undefined) this.inARow = 0
    this.progress(rows.length)
    return result?.changed === true
  }

  private differs({line}: LeftOf<PushRow>, state: ItemState | undefined): boolean {
    return state === undefined || planChange(state, wantedOf([line]), this.parts.seller.identity).kind !== 'unchanged'
  }

  /** A line that is refused is settled. What says nothing of the line, such as a lost login, ends the push. */
  private async fail(rows: readonly PushRow[], error: unknown): Promise<void> {
    if (!isMeliError(error) || !ofTheLine.has(error.family)) {
      this.end(error)
      return
    }
    const failed = rows.map((row) => refused(row, {error, at: this.parts.clock.now()}))
    this.progress(rows.length)
    if (error.family !== 'network') {
      await this.settle(...failed)
      return
    }
    this.held.push(...failed)
    this.inARow += 1
    if (this.inARow >= mostFailuresInARow) this.end(error)
  }

  private end(error: unknown): void {
    this.failure ??= error
    this.stop.abort(error)
  }

  private async settle(...rows: Settled[]): Promise<void> {
    if (rows.length > 0) await this.parts.pushes.settle(this.pushId, rows)
  }

  private progress(lines: number): void {
    this.done += lines
    this.parts.onProgress?.(this.done)
  }

  /** The local catalogue is brought in step at the end of each chunk. The next sync does what could not be done. */
  private async refresh(ids: readonly string[]): Promise<void> {
    const {localItems, seller, signal} = this.parts
    if (ids.length === 0 || signal.aborted) return
    const owner = {api: seller.session.api, userId: seller.identity.userId}
    try {
      await localItems.refresh(owner, [...new Set(ids)], signal)
    } catch (error) {
      if (!isMeliError(error)) throw error
    }
  }
}
