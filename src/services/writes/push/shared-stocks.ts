import type {ItemState, PushLine, PushRow, PushStore, WriteValues} from '../../ports/index.js'
import {type AlreadySent, type SetStock, setStock} from './already-sent.js'

/** In `before` of a row: whose stock it is. The log of writes knows an item only, and another listing may have it too. */
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
  contradiction({line, quantity}: PushLine, owner: string | null | undefined): string | undefined {
    if (quantity === null || owner === null || owner === undefined) return undefined
    const first = this.wanted.get(owner)
    if (first === undefined) this.wanted.set(owner, {line, quantity})
    if (first === undefined || first.quantity === quantity) return undefined
    return `its stock is that of user product ${owner}, which is to be ${first.quantity} by line ${first.line}`
  }

  /** Set by whichever listing, it is not to be set again: it may have been sold from. */
  private note({line, quantity}: PushLine, owner: string | null | undefined, set: SetStock): void {
    if (quantity === null || owner === null || owner === undefined) return
    const known = this.wanted.get(owner)
    if (known?.set === undefined) this.wanted.set(owner, {line: known?.line ?? line, quantity, set})
  }

  /** A change has made the stock what the line wants, unless it was so before. */
  noteChange(line: PushLine, state: ItemState): void {
    const {variationId, quantity} = line
    const {availableQuantity: before} = state.variations.find(({id}) => id === variationId) ?? state
    if (before !== quantity) this.note(line, ownerOf(state, variationId), {before})
  }

  /** What was set of it, when that is what the line asks for. */
  setFor({quantity}: PushLine, owner: string | null | undefined): SetStock | undefined {
    const known = this.wanted.get(owner ?? '')
    return known !== undefined && known.quantity === quantity ? known.set : undefined
  }

  /** What the rows and the log of writes know from a process that did not come to its end. */
  async recall({pushes, sent}: {pushes: Pick<PushStore, 'rows'>; sent: AlreadySent}, pushId: string): Promise<void> {
    const some: PushRow[] = []
    for await (const row of pushes.rows(pushId)) {
      if (isShared(row)) some.push(row)
      if (some.length >= batchSize) await this.look(some.splice(0), sent)
    }
    await this.look(some, sent)
  }

  /** What was set of these, as the log of writes has it, or the row where the answer was lost and found. */
  async look(rows: readonly PushRow[], sent: AlreadySent): Promise<void> {
    const shared = rows.filter(isShared)
    if (shared.length === 0) return
    const writes = await sent.of(shared.flatMap(({itemId}) => itemId ?? []))
    for (const row of shared) {
      const logged = setStock(row, writes.get(row.itemId ?? ''))
      if (logged === undefined) this.noteRow(row)
      else this.note(row, ownerIn(row), logged)
    }
  }

  /** A line that is done, and whose stock was another before, has set it. */
  noteRow(row: PushRow): void {
    const before = row.before?.available_quantity
    if (row.state !== 'done' || before === undefined) return
    this.note(row, ownerIn(row), {before: typeof before === 'number' ? before : null})
  }
}

function isShared(row: PushRow): boolean {
  return row.quantity !== null && ownerIn(row) !== undefined
}

/** The user product whose stock a line is about; null when the stock is the listing's own. */
export function ownerOf(state: ItemState, variationId: number | null): string | null {
  const {variations, userProductId} = state
  const variation = variations.find(({id}) => id === variationId)
  if (variation === undefined) return userProductId
  return variation.userProductId ?? (variations.length === 1 ? userProductId : null)
}

/** What a row keeps of it, so that the next process knows before anything is read. */
export function ownedBy(owner: string | null | undefined): WriteValues {
  return owner === null || owner === undefined ? {} : {[ownerName]: owner}
}

export function ownerIn({before}: Pick<PushRow, 'before'>): string | undefined {
  const owner = before?.[ownerName]
  return typeof owner === 'string' ? owner : undefined
}
