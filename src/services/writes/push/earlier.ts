import {isSameAmount} from '../../../records/amount.js'
import type {PushLine} from '../../ports/index.js'
import {asksNothing, leftOf} from './already-sent.js'
import {contradictionOf, faultOf} from './comparing.js'
import type {Looked} from './looking.js'
import {SharedStocks} from './shared-stocks.js'

/** What lines before said: which of two is of one listing, or of one stock, shows only once they were looked at. */
export class Earlier {
  private readonly stocks = new SharedStocks()
  /** Lines that set a stock, by its user product. */
  private readonly setters = new Map<string, number>()
  /** Lines whose stock goes with the request of another, by the line of that one. */
  private readonly mates = new Map<number, number[]>()
  private readonly carried = new Set<number>()
  private readonly listings = new Map<string, number>()
  private readonly ofItems = new Map<string, {prices: Said[]; statuses: Said[]}>()

  /** The line as it is, or the fault that it is at odds with an earlier one. */
  readonly judge = (each: Looked<PushLine>): Looked<PushLine> => {
    const {itemId, variationId, line} = each.line
    if (itemId === null || faultOf(each) !== undefined) return each
    const key = `${itemId} ${variationId ?? ''}`
    const first = this.listings.get(key) ?? this.otherOf(itemId, each)
    if (first === undefined) this.listings.set(key, line)
    const message =
      first === undefined ? this.stocks.contradiction(each.line, each.userProductId) : contradictionOf(first, each.line)
    if (message === undefined) return this.withoutSet(each)
    return {...each, verdict: {kind: 'failed', code: 'MELI_LINE_INVALID', message, ofLine: true}}
  }

  /** Lines whose stock the request of these sets beside theirs. */
  matesOf(lines: readonly PushLine[]): number[] {
    return lines.flatMap(({line}) => this.mates.get(line) ?? [])
  }

  /** Its stock goes with the request of an earlier line. */
  isCarried({line}: PushLine): boolean {
    return this.carried.has(line)
  }

  /** Others of this stock may follow, and go with the request of this line. */
  mayHaveMates({line, userProductId}: Looked<PushLine>): boolean {
    return this.setters.get(userProductId ?? '') === line.line
  }

  /** Stock that an earlier line sets goes with the request of that one. */
  private withoutSet(each: Looked<PushLine>): Looked<PushLine> {
    const {line, verdict, userProductId} = each
    if (verdict.kind !== 'change') return each
    const {line: left, before} = leftOf(line, {stock: this.stocks.setFor(line, userProductId)})
    this.stocks.noteChange(line, verdict.state)
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
    const mates = this.mates.get(setter)
    if (mates === undefined) this.mates.set(setter, [line])
    else mates.push(line)
  }

  /** Price and status are of all variations. Prices that are so already may differ, as they do where variations had several. */
  private otherOf(itemId: string, {line: {line, price, status}, verdict}: Looked<PushLine>): number | undefined {
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

interface Said {
  line: number
  value: string
  /** The item is not so yet. */
  isChange: boolean
}

/** Each value once, with the first line that asks for it. */
function note(all: Said[], next: Said): void {
  const same = all.find(({value}) => value === next.value)
  if (same === undefined) all.push(next)
  else same.isChange ||= next.isChange
}
