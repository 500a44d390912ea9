import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, PushLine, WriteLog, WriteRecord, WriteValues} from '../../ports/index.js'
import {pricesOf} from '../selling/difference.js'
import {stockName} from '../selling/stock-name.js'

/** By item; the oldest first. */
export type SentWrites = ReadonlyMap<string, readonly WriteRecord[]>

/** What a push has set, by the log of writes: it knows also what became of lines whose process died at that moment. */
export class AlreadySent {
  constructor(
    private readonly log: Pick<WriteLog, 'ofPush'>,
    private readonly push: {userId: number; pushId: string},
  ) {}

  /** Also when nobody knows whether it was carried out. */
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

export interface LeftOf<Line> {
  /** Without what was set already. */
  line: Line
  /** What that was before; null when nothing was set. */
  before: WriteValues | null
}

/** What a push has set of an item, and of the stock that it shares with others. */
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
 * What is left to do of a line. Stock that was set is not set again, whatever it is now: it was sold from. A price that still
 * is what it was before was ignored by the service, which says so with 200 too.
 */
export function leftOf<Line extends PushLine>(
  line: Line,
  {writes = [], stock}: SentOfItem = {},
  state?: ItemState,
): LeftOf<Line> {
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

/** Which of these writes made the stock as the line wants it. */
export function setStock(line: PushLine, writes: readonly WriteRecord[] = []): SetStock | undefined {
  const write = writes.find((each) => isStock(each, line))
  return write && {before: quantityOf(write.before, line.variationId)}
}

export function asksNothing({price, quantity, status}: PushLine): boolean {
  return price === null && quantity === null && status === null
}

/** Of this variation, by itself or beside others. */
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
