import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, PushLine, PushRow, PushStore, WriteLog, WriteRecord, WriteValues} from '../../ports/index.js'
import {stockName} from '../selling/step-values.js'
import {pricesOf} from '../selling/wanted.js'

/** Writes by item id, oldest first. */
export type SentWrites = ReadonlyMap<string, readonly WriteRecord[]>

/** Tells what a push has set, from the log of writes, which also has the lines whose process died before storing their outcome. */
export class AlreadySent {
  constructor(
    private readonly log: WriteLog,
    private readonly push: {userId: number; pushId: string},
  ) {}

  /** True also when the outcome of a write is unknown. */
  async anything(): Promise<boolean> {
    return (await this.log.ofPush({...this.push, limit: 1})).length > 0
  }

  async of(itemIds: readonly string[]): Promise<SentWrites> {
    const found = await this.log.ofPush({...this.push, subjects: [...new Set(itemIds)]})
    const writes = new Map<string, WriteRecord[]>()
    for (const write of found.reverse()) {
      if (write.end?.outcome !== 'done') continue
      const those = writes.get(write.subject) ?? []
      writes.set(write.subject, [...those, write])
    }
    return writes
  }
}

export interface Remaining<Line> {
  /** The line without the values that were already set. */
  line: Line
  /** The values before they were set; null when none were. */
  before: WriteValues | null
}

/** Values that a push has set on an item, and on stock that the item shares with others. */
export interface SentOfItem {
  writes?: readonly WriteRecord[] | undefined
  /** Set by whichever line. */
  stock?: SetStock | undefined
}

/** Stock that this push has set, and what it was before; null when nobody knows. */
export interface SetStock {
  before: number | null
}

/**
 * The part of a line that is left to do. Stock that was set is not set again, whatever it is now: it may have been sold
 * since. A price that is still the old one was ignored by the service, which answers 200 to that too.
 */
export function remaining<Line extends PushLine>(
  line: Line,
  {writes = [], stock}: SentOfItem = {},
  state?: ItemState,
): Remaining<Line> {
  const quantity = line.quantity === null ? undefined : (setStock(line, writes) ?? stock)
  const price = line.price === null ? undefined : writes.find((write) => isPrice(write, line, state))
  const status = line.status === null ? undefined : writes.find(({after}) => after?.status === line.status)
  if (quantity === undefined && price === undefined && status === undefined) return {line, before: null}
  const left = {
    ...line,
    ...(quantity !== undefined && {quantity: null}),
    ...(price !== undefined && {price: null}),
    ...(status !== undefined && {status: null}),
  }
  return {
    line: left,
    before: {
      ...(price !== undefined && {price: price.before?.price ?? null}),
      ...(quantity !== undefined && {available_quantity: quantity.before}),
      ...(status !== undefined && {status: status.before?.status ?? null}),
    },
  }
}

/** Finds the write that set the stock as the line asks for. */
function setStock(line: PushLine, writes: readonly WriteRecord[] = []): SetStock | undefined {
  const write = writes.find((each) => isStock(each, line))
  return write && {before: quantityOf(write.before, line.variationId)}
}

export function asksNothing({price, quantity, status}: PushLine): boolean {
  return price === null && quantity === null && status === null
}

/** The stock of this variation, whether the write set it alone or beside others. */
export function quantityOf(values: WriteValues | null, variationId: number | null): number | null {
  const own = variationId === null ? undefined : values?.[stockName(variationId)]
  const quantity = own ?? values?.available_quantity ?? null
  return typeof quantity === 'number' ? quantity : null
}

function isStock({variationId, after}: WriteRecord, line: PushLine): boolean {
  const beside = line.variationId === null ? undefined : after?.[stockName(line.variationId)]
  return beside === line.quantity || (variationId === line.variationId && after?.available_quantity === line.quantity)
}

function isPrice({before, after}: WriteRecord, {price}: PushLine, state: ItemState | undefined): boolean {
  if (typeof after?.price !== 'string' || !isSameAmount(after.price, price) || state === undefined) return false
  const [first = null, ...others] = pricesOf(state)
  const isMixed = others.some((each) => !isSameAmount(each, first))
  const earlier = before?.price ?? null
  return typeof earlier === 'string' ? isMixed || !isSameAmount(first, earlier) : !isMixed
}

/** The name in `before` of a row for the owner of the stock. The log of writes knows only an item, whose stock other listings may share. */
const ownerName = 'user_product_id'
/** Rows whose writes are looked up at once. */
const batchSize = 500

interface WantedStock {
  line: number
  quantity: number
  /** Undefined while it is still to be set. */
  set?: SetStock
}

/** Listings of one user product have one stock: a push sets it once, and to one number. */
export class SharedStocks {
  private readonly wanted = new Map<string, WantedStock>()

  /** Why this line cannot be carried out: an earlier one wants another number, and the last of the two would undo the first. */
  conflict({line, quantity}: PushLine, owner: string | null | undefined): string | undefined {
    if (quantity === null || owner === null || owner === undefined) return undefined
    const first = this.wanted.get(owner)
    if (first === undefined) this.wanted.set(owner, {line, quantity})
    if (first === undefined || first.quantity === quantity) return undefined
    return `its stock is that of user product ${owner}, which is to be ${first.quantity} by line ${first.line}`
  }

  /** Set by whichever listing, it is not to be set again: it may have been sold from. */
  private record({line, quantity}: PushLine, owner: string | null | undefined, set: SetStock): void {
    if (quantity === null || owner === null || owner === undefined) return
    const known = this.wanted.get(owner)
    if (known?.set === undefined) this.wanted.set(owner, {line: known?.line ?? line, quantity, set})
  }

  /** A change has made the stock what the line wants, unless it was so before. */
  recordChange(line: PushLine, state: ItemState): void {
    const {variationId, quantity} = line
    const {available_quantity: before} = state.variations.find(({id}) => id === variationId) ?? state
    if (before !== quantity) this.record(line, ownerOf(state, variationId), {before})
  }

  /** The stock that was set, if it is what the line asks for. */
  setFor({quantity}: PushLine, owner: string | null | undefined): SetStock | undefined {
    const known = this.wanted.get(owner ?? '')
    return known !== undefined && known.quantity === quantity ? known.set : undefined
  }

  /** Reads what an interrupted process has set, from the rows and the log of writes. */
  async recall({pushes, sent}: {pushes: PushStore; sent: AlreadySent}, pushId: string): Promise<void> {
    const some: PushRow[] = []
    for await (const row of pushes.rows(pushId)) {
      if (isShared(row)) some.push(row)
      if (some.length >= batchSize) await this.recallRows(some.splice(0), sent)
    }
    await this.recallRows(some, sent)
  }

  /** Reads what was set for these rows, from the log of writes or else from the row. */
  async recallRows(rows: readonly PushRow[], sent: AlreadySent): Promise<void> {
    const shared = rows.filter(isShared)
    if (shared.length === 0) return
    const writes = await sent.of(shared.flatMap(({itemId}) => itemId ?? []))
    for (const row of shared) {
      const logged = setStock(row, writes.get(row.itemId ?? ''))
      if (logged === undefined) this.recordRow(row)
      else this.record(row, ownerIn(row), logged)
    }
  }

  /** A line that is done, and whose stock was another before, has set it. */
  recordRow(row: PushRow): void {
    const before = row.before?.available_quantity
    if (row.state !== 'done' || before === undefined) return
    this.record(row, ownerIn(row), {before: typeof before === 'number' ? before : null})
  }
}

function isShared(row: PushRow): boolean {
  return row.quantity !== null && ownerIn(row) !== undefined
}

/** The user product whose stock a line is about; null when the stock is the listing's own. */
export function ownerOf(state: ItemState, variationId: number | null): string | null {
  const {variations, user_product_id} = state
  const variation = variations.find(({id}) => id === variationId)
  if (variation === undefined) return user_product_id
  return variation.user_product_id ?? (variations.length === 1 ? user_product_id : null)
}

/** Stored in a row, so that a resumed push knows the owner before it reads the item. */
export function ownedBy(owner: string | null | undefined): WriteValues {
  return owner === null || owner === undefined ? {} : {[ownerName]: owner}
}

export function ownerIn({before}: Pick<PushRow, 'before'>): string | undefined {
  const owner = before?.[ownerName]
  return typeof owner === 'string' ? owner : undefined
}
