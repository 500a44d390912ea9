import {isMeliError, type MeliError} from '../../../core/errors.js'
import {isSameAmount} from '../../../records/amount.js'
import type {Fetched, ItemState, PushLine, PushRow, WriteValues} from '../../ports/index.js'
import type {ChangeResult} from '../selling/item-changes.js'
import {stockName} from '../selling/step-values.js'
import {userProductOf} from '../selling/stock-route.js'
import type {Rule, SellerTraits, Wanted} from '../selling/wanted.js'
import {asksNothing, ownerOf, quantityOf} from './already-set.js'

/**
 * Lines of one item, and of items that share their stock: each may change what the next one finds. Those of an item that
 * could not be read may share stock with any other.
 */
export function groupsByStock(
  rows: readonly PushRow[],
  stateOf: (itemId: string) => ItemState | undefined,
): Record<'read' | 'unread', PushRow[][]> {
  const joined = new Map<string, string>()
  const rootOf = (key: string): string => {
    const next = joined.get(key)
    return next === undefined ? key : rootOf(next)
  }
  for (const {itemId, variationId} of rows) {
    const state = stateOf(itemId ?? '')
    const owner = state === undefined ? null : ownerOf(state, variationId)
    const [item, stock] = [rootOf(itemId ?? ''), rootOf(owner ?? itemId ?? '')]
    if (item !== stock) joined.set(item, stock)
  }
  const groups = groupsBy(rows, ({itemId}) => rootOf(itemId ?? ''))
  const isRead = ([row]: PushRow[]) => stateOf(row?.itemId ?? '') !== undefined
  return {read: groups.filter(isRead), unread: groups.filter((group) => !isRead(group))}
}

/**
 * Lines that one change can carry out: those of one item. A second request within seconds would meet the lock of the first.
 * Stock of a user product goes by its own request, and closing is judged by itself.
 */
export function groupsByRequest<Line extends PushLine>(
  lines: readonly Line[],
  stateOf: (itemId: string) => ItemState | undefined,
  seller: SellerTraits,
): Line[][] {
  return groupsBy(lines, ({itemId}) => itemId ?? '').flatMap((group) => {
    const state = stateOf(group[0]?.itemId ?? '')
    if (state === undefined || state.variations.length < 2 || group.some(({status}) => status === 'closed'))
      return group.map((line) => [line])
    const shared = group.filter((line) => goesByItem(line, state, seller))
    const others = group.filter((line) => !shared.includes(line))
    return [...(shared.length > 0 ? [shared] : []), ...others.map((line) => [line])]
  })
}

function goesByItem({quantity, variationId}: PushLine, state: ItemState, seller: SellerTraits): boolean {
  if (quantity === null) return true
  const variation = state.variations.find(({id}) => id === variationId)
  return variation !== undefined && userProductOf(state, variation, seller) === undefined
}

/** How the item of these lines is to be. They do not contradict each other: that would be a bad line. */
export function wantedOf(lines: readonly PushLine[], state: ItemState | undefined): Wanted {
  const price = lines.find((line) => line.price !== null && !isOwnPrice(line, state))?.price
  const status = lines.find((line) => line.status !== null)?.status
  return {
    ...(typeof price === 'string' && {price}),
    ...(typeof status === 'string' && {status}),
    ...(lines.length > 1 ? quantitiesOf(lines) : quantityOfOne(lines[0])),
  }
}

/**
 * A variation among others of other prices has the price of its line already: as it stands in an export, that asks for no
 * change, where it would make one price of several.
 */
function isOwnPrice({price, variationId}: PushLine, state: ItemState | undefined): boolean {
  const own = state?.variations.find(({id}) => id === variationId)
  return own !== undefined && isSameAmount(own.price, price)
}

/** Whether a change that carried out several lines has set something that this line asks for. */
export function hasSet({after, variation_id}: ChangeResult, line: PushLine, state: ItemState): boolean {
  const {price, quantity, status} = line
  const isStockSet =
    line.variationId !== null &&
    (stockName(line.variationId) in after || (variation_id === line.variationId && 'available_quantity' in after))
  return (
    (price !== null && 'price' in after && !isOwnPrice(line, state)) ||
    (quantity !== null && isStockSet) ||
    (status !== null && 'status' in after)
  )
}

function quantitiesOf(lines: readonly PushLine[]): Pick<Wanted, 'quantities'> {
  const quantities = new Map(
    lines.flatMap(({variationId, quantity}) =>
      variationId === null || quantity === null ? [] : [[variationId, quantity] as const],
    ),
  )
  return quantities.size > 0 ? {quantities} : {}
}

function quantityOfOne(line: PushLine | undefined): Pick<Wanted, 'quantity' | 'variationId'> {
  const {quantity = null, variationId = null} = line ?? {}
  return {...(quantity !== null && {quantity}), ...(variationId !== null && {variationId})}
}

/** Picks the values of one line out of a change that carried out several. */
export function partOf(values: WriteValues, {price, quantity, status, variationId}: PushLine): WriteValues {
  const stock = quantity === null ? null : quantityOf(values, variationId)
  return {
    ...(price !== null && values.price !== undefined && {price: values.price}),
    ...(stock !== null && {available_quantity: stock}),
    ...(status !== null && values.status !== undefined && {status: values.status}),
  }
}

export function stateLookup(
  answers: ReadonlyMap<string, Fetched<ItemState>>,
): (itemId: string) => ItemState | undefined {
  return (itemId) => {
    const answer = answers.get(itemId)
    return answer?.ok === true ? answer.record : undefined
  }
}

function groupsBy<Line>(lines: readonly Line[], keyOf: (line: Line) => string): Line[][] {
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const key = keyOf(line)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [line])
    else group.push(line)
  }
  return [...groups.values()]
}

/** Families of errors that are about a line, or about what it asks for. Other errors end the push. */
export const lineErrorFamilies: ReadonlySet<MeliError['family']> = new Set(['api', 'usage', 'network'])

const itemRules: ReadonlySet<Rule> = new Set(['closed_is_final', 'item_busy', 'not_open', 'not_yours', 'under_review'])
const priceRules: ReadonlySet<Rule> = new Set(['price_automation', 'price_invalid', 'price_not_taken'])

/** The lines of a request that its refusal is about; undefined when that cannot be told. */
export function linesAtFault<Line extends PushLine>(
  error: unknown,
  rows: readonly Line[],
): readonly Line[] | undefined {
  if (rows.length < 2 || !isMeliError(error)) return rows
  if ((error.family !== 'api' && error.family !== 'usage') || error.code === 'MELI_NOT_FOUND') return rows
  const rule = ruleOf(error)
  if (rule === undefined) return undefined
  if (itemRules.has(rule)) return rows
  const atFault = rows.filter(({price, quantity}) => {
    return isAboutPrice(error) ? price !== null : rule === 'zero_stock' && quantity === 0
  })
  // The price that an item has may be against a change of anything else.
  return atFault.length > 0 ? atFault : undefined
}

/**
 * The rest of lines whose price was refused: their stock is right at any price. An activation is left out, because it
 * would put them on sale at the wrong price.
 */
export function withoutRefusedPrice<Line extends PushLine>(error: unknown, lines: readonly Line[]): Line[] {
  if (!isMeliError(error) || !isAboutPrice(error)) return []
  return lines
    .filter(({price}) => price !== null)
    .map((line) => ({...line, price: null, ...(line.status === 'active' && {status: null})}))
    .filter((line) => !asksNothing(line))
}

/** One rule is against any field, and says which. */
function isAboutPrice(error: MeliError): boolean {
  const [rule, fields] = [ruleOf(error), error.details?.fields]
  if (rule === undefined) return false
  const isOnlyPrice = Array.isArray(fields) && fields.length > 0 && fields.every((each) => each === 'price')
  return priceRules.has(rule) || (rule === 'not_modifiable' && isOnlyPrice)
}

function ruleOf({details}: MeliError): Rule | undefined {
  // Only `refusalError` sets the rule.
  return details?.rule as Rule | undefined
}
