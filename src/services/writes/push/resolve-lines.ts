import {type ErrorCode, isMeliError} from '../../../core/errors.js'
import type {Fetched, ItemState, PushLine, SellingApi, WriteValues} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'
import {planChange} from '../selling/plan.js'
import {notYours} from '../selling/refusals.js'
import type {SellerTraits} from '../selling/wanted.js'
import {type AlreadySent, asksNothing, ownerOf, remaining, type SentWrites, type SharedStocks} from './already-set.js'
import {wantedOf} from './shared-requests.js'
import {batchSize, isSameSku, readStates, type SkuListing, skuKey} from './sku-listing.js'

/** Ids of listings that are named in a message. */
const mostNamed = 5

/** How a line compares with the service. */
export type Verdict =
  | {kind: 'change'; before: WriteValues; after: WriteValues; state: ItemState; notes: readonly string[]}
  | {kind: 'unchanged'}
  /** This push has set it already, whatever it is now; in a dry run an earlier line would. */
  | {kind: 'sent'; before: WriteValues}
  /** The item could not be read just now. */
  | {kind: 'unseen'}
  /** `ofLine`: it is the line that is wrong, not what it asks for. */
  | {kind: 'failed'; code: ErrorCode; message: string; isLineInvalid: boolean}

export interface ResolvedLine<Line extends PushLine> {
  /** The line with its item id, and the variation id when the SKU belongs to a variation. */
  line: Line
  verdict: Verdict
  /** The user product whose stock several listings share. */
  userProductId?: string | null
}

export interface LineResolverOptions {
  api: SellingApi
  seller: SellerTraits & {userId: number; nickname: string}
  /** Requests at a time. */
  concurrency: number
  signal?: AbortSignal | undefined
  /** The values that the push being resumed has set, if one is resumed. */
  sent?: AlreadySent | undefined
  /** The stock that listings share, as far as it is known. */
  stocks?: SharedStocks | undefined
  /** Listings by the key of their SKU, for SKUs that need no search. */
  listed?: ReadonlyMap<string, string> | undefined
  /** Finds what searches do not. */
  listing?: SkuListing | undefined
}

/** Finds the items of lines, reads them, and compares. */
export class LineResolver {
  constructor(private readonly options: LineResolverOptions) {}

  /** In the order given. */
  async resolve<Line extends PushLine>(lines: readonly Line[]): Promise<ResolvedLine<Line>[]> {
    const faults = new Map<number, string>()
    const found = await this.withItems(lines, faults)
    const ids = found.flatMap(({itemId}) => itemId ?? [])
    const states = await this.states(ids)
    await this.readSkus(found, states)
    const writes: SentWrites = (await this.options.sent?.of(ids)) ?? new Map()
    return found.map((line) => {
      const fault = faults.get(line.line)
      if (fault !== undefined) return {line, verdict: lineFault(fault)}
      return this.compareWith(line, states.get(line.itemId ?? ''), writes)
    })
  }

  /** Each item once; 20 in a request. */
  async states(ids: readonly string[]): Promise<Map<string, Fetched<ItemState>>> {
    const states = new Map<string, Fetched<ItemState>>()
    await readStates(this.options, ids, (answer) => states.set(answer.id, answer))
    return states
  }

  /** Reads items singly whose variations came without the SKU that a line names: the multiget may leave it out. */
  private async readSkus(lines: readonly PushLine[], states: Map<string, Fetched<ItemState>>): Promise<void> {
    const {api, seller, concurrency, signal} = this.options
    const ids = lines.flatMap(({itemId, sellerSku}) => {
      const state = states.get(itemId ?? '')
      const isHidden =
        state?.ok === true && state.record.seller_id === seller.userId && mayHide(state.record, sellerSku)
      return isHidden ? [state.id] : []
    })
    await someAtATime(concurrency, [...new Set(ids)], signal, async (id) => {
      try {
        states.set(id, {ok: true, id, record: await api.item(id, signal)})
      } catch (error) {
        // The multiget has read the item already, so a line can be compared without this read.
        if (!isMeliError(error) || (error.family !== 'api' && error.family !== 'network')) throw error
      }
    })
    signal?.throwIfAborted()
  }

  /** The lines with the items that their SKUs lead to; of those that lead to none, or to several, the fault. */
  private async withItems<Line extends PushLine>(lines: readonly Line[], faults: Map<number, string>): Promise<Line[]> {
    const {concurrency, signal} = this.options
    const ids = new Map<number, string>()
    const unknown = lines.filter(({itemId}) => itemId === null)
    await someAtATime(concurrency, unknown, signal, async ({line, sellerSku}) => {
      const item = await this.itemOf(sellerSku ?? '')
      if ('id' in item) ids.set(line, item.id)
      else faults.set(line, item.fault)
    })
    signal?.throwIfAborted()
    return lines.map((line) => ({...line, itemId: line.itemId ?? ids.get(line.line) ?? null}))
  }

  /** Closed listings keep their SKU for ever: they count only where there is no other. */
  private async itemOf(sku: string): Promise<{id: string} | {fault: string}> {
    const {api, seller, signal} = this.options
    // The search may read a comma as a list of values and find another listing.
    if (sku.includes(',')) return {fault: `a listing cannot be searched by a SKU with a comma, ${sku}; name its id`}
    const known = this.options.listed?.get(skuKey(sku))
    if (known !== undefined) return {id: known}
    const searched = await api.itemsWithSku(seller.userId, sku, signal)
    const ids = searched.length > 0 ? searched : await (this.options.listing?.search(sku) ?? [])
    if (ids === undefined)
      return {fault: `the SKU ${sku} was not found, and not all listings could be searched; name an item id`}
    const [id] = ids
    if (id === undefined) return {fault: `no listing has the SKU ${sku}`}
    if (ids.length === 1) return {id}
    const states = await this.states(ids.slice(0, batchSize))
    const open = ids.filter((each) => {
      const state = states.get(each)
      return state === undefined || !state.ok || state.record.status !== 'closed'
    })
    const [only] = open
    if (only !== undefined && open.length === 1 && ids.length <= batchSize) return {id: only}
    const named = open.slice(0, mostNamed).join(', ')
    return {fault: `${open.length} listings have the SKU ${sku}: ${named}; name one by its id`}
  }

  private compareWith<Line extends PushLine>(
    line: Line,
    fetched: Fetched<ItemState> | undefined,
    writes: SentWrites,
  ): ResolvedLine<Line> {
    if (fetched === undefined) return {line, verdict: {kind: 'unseen'}}
    if (!fetched.ok) return {line, verdict: unread(fetched)}
    const state = fetched.record
    const {seller, stocks} = this.options
    if (state.seller_id !== seller.userId) {
      const {code, message} = notYours(state, seller.nickname)
      return {line, verdict: {kind: 'failed', code, message, isLineInvalid: false}}
    }
    const variation = variationOf(line, state)
    if ('fault' in variation) return {line, verdict: lineFault(variation.fault)}
    const whole = {...line, variationId: variation.id}
    const mismatch = mismatchOf(whole, state)
    if (mismatch !== undefined) return {line, verdict: lineFault(mismatch)}
    const userProductId = ownerOf(state, variation.id)
    const already = {writes: writes.get(state.id), stock: stocks?.setFor(whole, userProductId)}
    const left = remaining(whole, already, state)
    const verdict = compareLine(state, left.line, seller)
    if (left.before === null) return {line: whole, verdict, userProductId}
    const before = {...(verdict.kind === 'change' && verdict.before), ...left.before}
    if (verdict.kind === 'unchanged' || asksNothing(left.line))
      return {line: whole, verdict: {kind: 'sent', before}, userProductId}
    return {line: whole, verdict: verdict.kind === 'change' ? {...verdict, before} : verdict, userProductId}
  }
}

/** Finds the variation of a line: the named one, the only one, or the one that has the SKU. */
function variationOf(line: PushLine, {id, variations}: ItemState): {id: number | null} | {fault: string} {
  const {sellerSku: sku, variationId} = line
  if (variationId !== null) return {id: variationId}
  const [only, second] = variations
  if (only !== undefined && second === undefined) return {id: only.id}
  const named =
    sku === null ? [] : variations.filter(({seller_sku}) => seller_sku !== null && isSameSku(seller_sku, sku))
  if (named.length > 1) return {fault: `${named.length} variations of ${id} have the SKU ${sku}; name one by its id`}
  return {id: named[0]?.id ?? null}
}

/**
 * An id and a SKU of two listings: one of them is wrong, and nobody can tell which. Where the service knows no SKU of what is
 * meant, it says nothing against the one in the file.
 */
function mismatchOf({sellerSku: sku, itemId, variationId}: PushLine, state: ItemState): string | undefined {
  if (sku === null) return undefined
  const {variations} = state
  const meant = variationId === null ? variations : variations.filter(({id}) => id === variationId)
  const known = [state, ...meant].flatMap(({seller_sku}) => seller_sku ?? [])
  if (known.some((each) => isSameSku(each, sku))) return undefined
  const other = variations.find(({seller_sku}) => seller_sku !== null && isSameSku(seller_sku, sku))
  if (other === undefined && known.length === 0) return undefined
  const whose = variationId === null ? itemId : `variation ${variationId} of ${itemId}`
  const really = other === undefined ? `that has ${named(known)}` : `variation ${other.id} has it`
  return `${sku} is not the SKU of ${whose}: ${really}`
}

/** True when a variation may have this SKU although the reading does not show it. */
function mayHide({seller_sku, variations}: ItemState, sku: string | null): boolean {
  if (sku === null || variations.every((each) => each.seller_sku !== null)) return false
  return ![seller_sku, ...variations.map((each) => each.seller_sku)].some(
    (each) => each !== null && isSameSku(each, sku),
  )
}

function named(skus: readonly string[]): string {
  const [several, more] = [[...new Set(skus)], skus.length > mostNamed]
  return `${several.slice(0, mostNamed).join(', ')}${more ? ', ...' : ''}`
}

/** Compares a line with an item that could be read. */
export function compareLine(state: ItemState, line: PushLine, seller: SellerTraits): Verdict {
  const plan = planChange(state, wantedOf([line], state), seller)
  if (plan.kind === 'unchanged') return {kind: 'unchanged'}
  if (plan.kind === 'refused') return {kind: 'failed', code: plan.code, message: plan.message, isLineInvalid: false}
  const before = Object.assign({}, ...plan.steps.map((step) => step.before)) as WriteValues
  const after = Object.assign({}, ...plan.steps.map((step) => step.after)) as WriteValues
  return {kind: 'change', before, after, state, notes: plan.notes}
}

function unread({id, status}: {id: string; status: number}): Verdict {
  if (status !== 404) return {kind: 'unseen'}
  return {kind: 'failed', code: 'MELI_NOT_FOUND', message: `Mercado Libre has no item ${id}`, isLineInvalid: false}
}

function lineFault(message: string): Verdict {
  return {kind: 'failed', code: 'MELI_LINE_INVALID', message, isLineInvalid: true}
}
