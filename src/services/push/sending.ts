import {isMeliError, type MeliError} from '../../errors.js'
import type {Clock, Fetched, ItemState, PushRow, PushStore} from '../ports.js'
import type {ChangeResult} from '../selling/change-result.js'
import type {ItemChanges, Seller} from '../selling/item-changes.js'
import type {LocalItems} from '../selling/local-items.js'
import {someAtATime} from '../sync/some-at-a-time.js'
import {chunkSize} from './comparing.js'
import {type Looker, wantedOf} from './looking.js'

/** So many in a row that the service did not answer as it should: then it is the service, and not the lines. */
const mostFailuresInARow = 8

export interface SendingParts {
  pushes: PushStore
  changes: Pick<ItemChanges, 'apply'>
  localItems: Pick<LocalItems, 'refresh'>
  looker: Looker
  clock: Pick<Clock, 'now'>
  seller: Seller
  concurrency: number
  signal: AbortSignal
  onProgress?: ((done: number) => void) | undefined
}

type Settled = Parameters<PushStore['settle']>[1][number]

/** Sends what differs, items side by side, and the lines of one item one after the other. What is not settled is still to be sent. */
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
    const {pushes, looker, concurrency, signal} = this.parts
    for (let after = 0; ; ) {
      const rows = await pushes.waiting(this.pushId, {after, limit: chunkSize})
      const last = rows.at(-1)
      if (last === undefined) break
      after = last.line
      // As they are now: a while may have gone by since they were compared.
      const states = await looker.states(rows.flatMap(({itemId}) => itemId ?? []))
      const changed: string[] = []
      const groups = together(rows, states)
      await someAtATime(concurrency, groups, AbortSignal.any([signal, this.stop.signal]), async (group) => {
        const state = states.get(group[0]?.itemId ?? '')
        await this.sendAll(group, state?.ok === true ? state.record : undefined, changed)
      })
      await this.refresh(changed)
      if (this.failure !== undefined) throw this.failure
      signal.throwIfAborted()
    }
    await this.settle(...this.held.splice(0))
  }

  private async sendAll(rows: readonly PushRow[], first: ItemState | undefined, changed: string[]): Promise<void> {
    let state = first
    for (const row of rows) {
      if (this.failure !== undefined) return
      try {
        const result = await this.send(row, state)
        if (result.changed) changed.push(result.item_id)
      } catch (error) {
        await this.fail(row, error)
      }
      // The line before may have changed it.
      state = undefined
      this.parts.onProgress?.(++this.done)
    }
  }

  private async send(row: PushRow, state: ItemState | undefined): Promise<ChangeResult> {
    const {changes, seller, signal} = this.parts
    const result = await changes.apply(seller, row.itemId ?? '', wantedOf(row), {
      command: 'products push',
      pushId: this.pushId,
      refresh: false,
      signal: AbortSignal.any([signal, this.stop.signal]),
      ...(state !== undefined && {state}),
    })
    const {before, changed, warnings} = result
    const message = warnings.length === 0 ? null : warnings.join('; ')
    const told = {state: changed ? 'done' : 'unchanged', before, errorCode: null, message} as const
    await this.settle(...this.held.splice(0), this.ended(row, told))
    this.inARow = 0
    return result
  }

  /** A line that is refused is settled. What says nothing of the line, such as a lost login, ends the push. */
  private async fail(row: PushRow, error: unknown): Promise<void> {
    if (!isMeliError(error) || !ofTheLine.has(error.family)) {
      this.end(error)
      return
    }
    const failed = this.ended(row, failureOf(row, error))
    if (error.family !== 'network') {
      await this.settle(failed)
      return
    }
    this.held.push(failed)
    this.inARow += 1
    if (this.inARow >= mostFailuresInARow) this.end(error)
  }

  private end(error: unknown): void {
    this.failure ??= error
    this.stop.abort(error)
  }

  private ended(
    {line, itemId, variationId}: PushRow,
    what: Pick<Settled, 'state' | 'before' | 'errorCode' | 'message'>,
  ): Settled {
    return {line, itemId, variationId, ...what, finishedAt: this.parts.clock.now()}
  }

  private async settle(...rows: Settled[]): Promise<void> {
    if (rows.length > 0) await this.parts.pushes.settle(this.pushId, rows)
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

/** Lines of one item, and of items that share their stock, after one another: each may change what the next one finds. */
function together(rows: readonly PushRow[], states: ReadonlyMap<string, Fetched<ItemState>>): PushRow[][] {
  const groups = new Map<string, PushRow[]>()
  for (const row of rows) {
    const id = row.itemId ?? ''
    const state = states.get(id)
    const key = state?.ok === true ? (state.record.userProductId ?? id) : id
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

const ofTheLine: ReadonlySet<MeliError['family']> = new Set(['api', 'usage', 'network'])

function failureOf(row: PushRow, {code, message}: MeliError) {
  return {state: 'failed' as const, before: row.before, errorCode: code, message}
}
