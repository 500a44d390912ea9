import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Clock, ItemState, PushRow, PushStore, WriteRecord} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'
import type {ItemChanges, LocalItems, Seller} from '../selling/item-changes.js'
import {type AlreadySent, asksNothing, ownerOf, remaining, type SentWrites, type SharedStocks} from './already-set.js'
import {chunkSize, withBeforeNow} from './compare-lines.js'
import {OutcomeRecorder, stillWaiting, succeeded} from './outcomes.js'
import type {LineResolver} from './resolve-lines.js'
import {
  groupsByRequest,
  groupsByStock,
  hasSet,
  linesAtFault,
  stateLookup,
  wantedOf,
  withoutRefusedPrice,
} from './shared-requests.js'

export interface LineSenderDeps {
  pushes: PushStore
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  resolver: LineResolver
  sent: AlreadySent
  stocks: SharedStocks
  /** Some lines may have been sent before. */
  resumed: boolean
  clock: Clock
  seller: Seller
  concurrency: number
  signal: AbortSignal
  onProgress?: ((done: number) => void) | undefined
}

/** The items of some lines as they are now, and what this push has set of them. */
interface KnownItems {
  stateOf: (itemId: string) => ItemState | undefined
  writes: SentWrites
}

/** Sends what differs: items in parallel, the lines of one item in one request. Lines without an outcome are still to be sent. */
export class LineSender {
  private readonly outcomes: OutcomeRecorder
  private readonly signal: AbortSignal
  private readonly toRefresh = new Set<string>()

  constructor(
    private readonly parts: LineSenderDeps,
    private readonly pushId: string,
  ) {
    this.outcomes = new OutcomeRecorder(parts, pushId)
    this.signal = AbortSignal.any([parts.signal, this.outcomes.signal])
  }

  async run(): Promise<void> {
    const {pushes, resumed, signal} = this.parts
    for (let after = 0; ; ) {
      const first = await pushes.waiting(this.pushId, {after, limit: chunkSize})
      const last = first.at(-1)
      if (last === undefined) break
      after = last.line
      const rows = await this.withLinesOfSameItems(first)
      // Items are read again, because time has passed since the comparison.
      const known = await this.known(rows, {mayBeSent: resumed})
      await this.sendAll(rows, known)
      await this.refresh()
      this.outcomes.throwIfOver()
      signal.throwIfAborted()
    }
    await this.outcomes.release()
  }

  private async sendAll(rows: readonly PushRow[], known: KnownItems): Promise<void> {
    const {seller, concurrency} = this.parts
    const {read, unread} = groupsByStock(rows, known.stateOf)
    const send = (group: readonly PushRow[]) =>
      this.sendParts(groupsByRequest(group, known.stateOf, seller.identity), known)
    // The stock that they share is known only once each is read.
    await someAtATime(1, unread, this.signal, send)
    await someAtATime(concurrency, read, this.signal, send)
  }

  /** Adds all other lines about the same items, wherever they stand in the file. */
  private async withLinesOfSameItems(rows: readonly PushRow[]): Promise<PushRow[]> {
    const ids = new Set(rows.flatMap(({itemId}) => itemId ?? []))
    return (await this.parts.pushes.waitingOf(this.pushId, [...ids])).filter((row) => !this.outcomes.isHeld(row))
  }

  private async known(rows: readonly PushRow[], {mayBeSent}: {mayBeSent: boolean}): Promise<KnownItems> {
    const {resolver, sent} = this.parts
    const ids = rows.flatMap(({itemId}) => itemId ?? [])
    return {stateOf: stateLookup(await resolver.states(ids)), writes: mayBeSent ? await sent.of(ids) : new Map()}
  }

  /** One after the other, because each may change what the next one finds. */
  private async sendParts(parts: ReadonlyArray<readonly PushRow[]>, known: KnownItems): Promise<void> {
    for (const [at, part] of parts.entries()) await this.sendPart(part, known, {isFresh: at === 0})
  }

  private async sendPart(all: readonly PushRow[], known: KnownItems, {isFresh}: {isFresh: boolean}): Promise<void> {
    if (this.outcomes.isOver) return
    const {seller} = this.parts
    const id = all[0]?.itemId ?? ''
    let rows = all
    try {
      const state = known.stateOf(id) ?? (await seller.session.api.item(id, this.signal))
      rows = await this.withoutConflicts(await this.withBefore(rows, state), state)
      await this.send(rows, state, {writes: known.writes.get(id), isFresh})
    } catch (error) {
      await this.recover(rows, error)
    }
  }

  /** The other lines of a refused request are still sent, and so is the rest of a line whose price was refused. */
  private async recover(rows: readonly PushRow[], error: unknown): Promise<void> {
    const {stocks, sent} = this.parts
    const atFault = linesAtFault(error, rows)
    const rests = withoutRefusedPrice(error, atFault ?? [])
    const lost = atFault?.filter(({line}) => !rests.some((rest) => rest.line === line)) ?? []
    if (isMeliError(error)) for (const rest of rests) this.outcomes.refusePrice(rest, error)
    // A part may have been set before the refusal.
    await stocks.recallRows(rows, sent)
    if (lost.length > 0) await this.outcomes.fail(lost, error)
    const others = [...rows.filter((row) => atFault?.includes(row) !== true), ...rests]
    if (others.length > 0) await this.sendRest(atFault === undefined ? others.map((row) => [row]) : [others])
  }

  /** Values that the refused request has set are not sent again. */
  private async sendRest(parts: ReadonlyArray<readonly PushRow[]>): Promise<void> {
    let known: KnownItems
    try {
      known = await this.known(parts.flat(), {mayBeSent: true})
    } catch (error) {
      for (const {itemId} of parts.flat()) this.toRefresh.add(itemId ?? '')
      await this.outcomes.fail(parts.flat(), error)
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
    const remainders = rows.map((row) => {
      const stock = stocks.setFor(row, ownerOf(state, row.variationId))
      return remaining(row, {writes, stock}, state)
    })
    const open = remainders.flatMap(({line}) => (asksNothing(line) ? [] : [line]))
    const options = {
      command: 'products push',
      pushId: this.pushId,
      refresh: false,
      signal: this.signal,
      ...(isFresh && {state}),
    }
    const result = open.length === 0 ? undefined : await changes.apply(seller, state.id, wantedOf(open, state), options)
    if (result?.changed === true) this.toRefresh.add(state.id)
    const isOne = open.length === 1
    const at = clock.now()
    const ends = remainders.map((left) => {
      if (asksNothing(left.line)) return succeeded(left, {isChanged: false, at})
      const isChanged = result?.changed === true && (isOne || hasSet(result, left.line, state))
      if (isChanged) stocks.recordChange(left.line, state)
      return succeeded(left, {isChanged, isOne, result, at})
    })
    await this.outcomes.record(ends, {isAnswer: result !== undefined})
  }

  /** Stored before anything is sent, as the comparison does, so that a resumed push knows the values before. */
  private async withBefore(rows: readonly PushRow[], state: ItemState): Promise<PushRow[]> {
    const all = rows.map((row) => withBeforeNow(row, state, this.parts.seller.identity))
    await this.outcomes.keep(all.filter((row) => !rows.includes(row)).map((row) => stillWaiting(row, row.before)))
    return all
  }

  /** Fails lines that contradict others about a shared stock: for items that could not be read before, this shows only now. */
  private async withoutConflicts(rows: readonly PushRow[], state: ItemState): Promise<readonly PushRow[]> {
    const agreeing: PushRow[] = []
    for (const row of rows) {
      const message = this.parts.stocks.conflict(row, ownerOf(state, row.variationId))
      if (message === undefined) agreeing.push(row)
      else await this.outcomes.fail([row], new MeliError('MELI_LINE_INVALID', message))
    }
    return agreeing
  }

  /** Updates the local catalogue at the end of each chunk. The next sync updates what could not be read. */
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
