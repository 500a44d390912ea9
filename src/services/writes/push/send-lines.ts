import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Clock, ItemState, PushRow, PushStore, WriteRecord} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'
import type {ItemChanges, LocalItems, Seller} from '../selling/item-changes.js'
import {planChange} from '../selling/plan.js'
import {type AlreadySent, asksNothing, leftOf, ownerOf, type SentWrites, type SharedStocks} from './already-set.js'
import {chunkSize, seenNow} from './compare-lines.js'
import {carriedOut, Settling, waiting} from './outcomes.js'
import type {Looker} from './resolve-lines.js'
import {besidePrice, blamed, inAnswers, sharing, together, wantedOf} from './shared-requests.js'

export interface SendingParts {
  pushes: PushStore
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  looker: Looker
  sent: AlreadySent
  stocks: SharedStocks
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
  private readonly settling: Settling
  private readonly signal: AbortSignal
  private readonly toRefresh = new Set<string>()

  constructor(
    private readonly parts: SendingParts,
    private readonly pushId: string,
  ) {
    this.settling = new Settling(parts, pushId)
    this.signal = AbortSignal.any([parts.signal, this.settling.signal])
  }

  async run(): Promise<void> {
    const {pushes, resumed, signal} = this.parts
    for (let after = 0; ; ) {
      const first = await pushes.waiting(this.pushId, {after, limit: chunkSize})
      const last = first.at(-1)
      if (last === undefined) break
      after = last.line
      const rows = await this.withMates(first)
      // As they are now: a while may have gone by since they were compared.
      const known = await this.known(rows, {mayBeSent: resumed})
      await this.sendAll(rows, known)
      await this.refresh()
      this.settling.throwIfOver()
      signal.throwIfAborted()
    }
    await this.settling.release()
  }

  private async sendAll(rows: readonly PushRow[], known: Known): Promise<void> {
    const {seller, concurrency} = this.parts
    const {read, unread} = together(rows, known.stateOf)
    const send = (group: readonly PushRow[]) => this.sendParts(sharing(group, known.stateOf, seller.identity), known)
    // Whose stock it is shows in its turn.
    await someAtATime(1, unread, this.signal, send)
    await someAtATime(concurrency, read, this.signal, send)
  }

  /** With all other lines about the same items, wherever they stand in the file. */
  private async withMates(rows: readonly PushRow[]): Promise<PushRow[]> {
    const ids = new Set(rows.flatMap(({itemId}) => itemId ?? []))
    return (await this.parts.pushes.waitingOf(this.pushId, [...ids])).filter((row) => !this.settling.isHeld(row))
  }

  private async known(rows: readonly PushRow[], {mayBeSent}: {mayBeSent: boolean}): Promise<Known> {
    const {looker, sent} = this.parts
    const ids = rows.flatMap(({itemId}) => itemId ?? [])
    return {stateOf: inAnswers(await looker.states(ids)), writes: mayBeSent ? await sent.of(ids) : new Map()}
  }

  /** What goes before may change what the next one finds. */
  private async sendParts(parts: ReadonlyArray<readonly PushRow[]>, known: Known): Promise<void> {
    for (const [at, part] of parts.entries()) await this.sendPart(part, known, {isFresh: at === 0})
  }

  private async sendPart(all: readonly PushRow[], known: Known, {isFresh}: {isFresh: boolean}): Promise<void> {
    if (this.settling.isOver) return
    const {seller} = this.parts
    const id = all[0]?.itemId ?? ''
    let rows = all
    try {
      const state = known.stateOf(id) ?? (await seller.session.api.item(id, this.signal))
      rows = await this.agreeing(await this.seen(rows, state), state)
      await this.send(rows, state, {writes: known.writes.get(id), isFresh})
    } catch (error) {
      await this.refused(rows, error)
    }
  }

  /** What is against some lines is not against the others, nor what is against a price against the rest of its line. */
  private async refused(rows: readonly PushRow[], error: unknown): Promise<void> {
    const {stocks, sent} = this.parts
    const guilty = blamed(error, rows)
    const rests = besidePrice(error, guilty ?? [])
    const lost = guilty?.filter(({line}) => !rests.some((rest) => rest.line === line)) ?? []
    if (isMeliError(error)) for (const rest of rests) this.settling.refusePrice(rest, error)
    // Before the refusal a part may have been taken.
    await stocks.look(rows, sent)
    if (lost.length > 0) await this.settling.fail(lost, error)
    const others = [...rows.filter((row) => guilty?.includes(row) !== true), ...rests]
    if (others.length > 0) await this.sendRest(guilty === undefined ? others.map((row) => [row]) : [others])
  }

  /** What was taken of their request is not sent again. */
  private async sendRest(parts: ReadonlyArray<readonly PushRow[]>): Promise<void> {
    let known: Known
    try {
      known = await this.known(parts.flat(), {mayBeSent: true})
    } catch (error) {
      for (const {itemId} of parts.flat()) this.toRefresh.add(itemId ?? '')
      await this.settling.fail(parts.flat(), error)
      return
    }
    for (const id of known.writes.keys()) this.toRefresh.add(id)
    await this.sendParts(parts, known)
  }

  private async send(
    rows: readonly PushRow[],
    state: ItemState,
    {writes, isFresh}: {writes: readonly WriteRecord[] | undefined; isFresh: boolean},
  ): Promise<void> {
    const {changes, seller, clock, stocks} = this.parts
    const lefts = rows.map((row) => {
      const stock = stocks.setFor(row, ownerOf(state, row.variationId))
      return leftOf(row, {writes, stock}, state)
    })
    const open = lefts.flatMap(({line}) => (asksNothing(line) ? [] : [line]))
    const options = {
      ...{command: 'products push', pushId: this.pushId, refresh: false, signal: this.signal},
      ...(isFresh && {state}),
    }
    const result = open.length === 0 ? undefined : await changes.apply(seller, state.id, wantedOf(open, state), options)
    if (result?.changed === true) this.toRefresh.add(state.id)
    const [isOne, at] = [open.length === 1, clock.now()]
    const ends = lefts.map((left) => {
      if (asksNothing(left.line)) return carriedOut(left, {isChanged: false, at})
      const isChanged = result?.changed === true && (isOne || this.differs(left.line, state))
      if (isChanged) stocks.noteChange(left.line, state)
      return carriedOut(left, {isChanged, isOne, result, at})
    })
    await this.settling.settle(ends, {isAnswer: result !== undefined})
  }

  /** Noted before anything is sent, as the comparison does for what it can read: else the next process would not know. */
  private async seen(rows: readonly PushRow[], state: ItemState): Promise<PushRow[]> {
    const all = rows.map((row) => seenNow(row, state, this.parts.seller.identity))
    await this.settling.keep(all.filter((row) => !rows.includes(row)).map((row) => waiting(row, row.before)))
    return all
  }

  /** Those that do not contradict others about one stock: what could not be read when all was compared is known only now. */
  private async agreeing(rows: readonly PushRow[], state: ItemState): Promise<readonly PushRow[]> {
    const agreeing: PushRow[] = []
    for (const row of rows) {
      const message = this.parts.stocks.contradiction(row, ownerOf(state, row.variationId))
      if (message === undefined) agreeing.push(row)
      else await this.settling.fail([row], new MeliError('MELI_LINE_INVALID', message))
    }
    return agreeing
  }

  private differs(line: PushRow, state: ItemState): boolean {
    return planChange(state, wantedOf([line], state), this.parts.seller.identity).kind !== 'unchanged'
  }

  /** The local catalogue is brought in step at the end of each chunk. The next sync does what could not be done. */
  private async refresh(): Promise<void> {
    const {localItems, seller, signal} = this.parts
    const ids = [...this.toRefresh]
    this.toRefresh.clear()
    if (ids.length === 0 || signal.aborted) return
    const owner = {api: seller.session.api, userId: seller.identity.userId}
    try {
      await localItems.refresh(owner, ids, signal)
    } catch (error) {
      if (!isMeliError(error)) throw error
    }
  }
}
