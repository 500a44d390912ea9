import {isMeliError, MeliError} from '../../../core/errors.js'
import type {ItemState} from '../../ports/index.js'
import {
  closedIsFinal,
  itemBusy,
  notModifiable,
  notOpen,
  priceAutomation,
  priceInvalid,
  stockByLocation,
  underReview,
  variationNeeded,
  zeroStock,
} from './rules.js'
import type {Refusal, Wanted} from './wanted.js'

interface Cause {
  code: string
  message: string
}

export function refusalError(
  {code, rule, message, try: hints, fields}: Refusal,
  details: Record<string, unknown> = {},
) {
  return new MeliError(code, message, {try: hints, details: {...details, rule, ...(fields && {fields})}})
}

/** A refusal of the service with the rule behind it; what is none, or of no known rule, as it is. */
export function explainRefusal(error: unknown, state: ItemState, wanted: Wanted): unknown {
  if (!isMeliError(error)) return error
  const {status} = error.details ?? {}
  const refusal =
    status === 409 ? itemBusy(state) : status === 400 ? ruleBehind(causesOf(error), state, wanted) : undefined
  if (refusal === undefined) return error
  const {code, message, details} = refusalError(refusal, {...error.details, item_id: state.id})
  return new MeliError(code, `${message} (${error.message})`, {
    try: refusal.try,
    ...(details && {details}),
    cause: error,
  })
}

function causesOf({details}: MeliError): Cause[] {
  const causes = details?.causes
  return Array.isArray(causes) ? causes : []
}

/** docs/mercadolibre.md, section 6.4. */
function ruleBehind(causes: readonly Cause[], state: ItemState, wanted: Wanted): Refusal | undefined {
  const fields = causes.flatMap(fieldOf)
  const has = (code: RegExp) => causes.some((each) => code.test(each.code))
  if (state.status === 'closed') return closedIsFinal(state)
  // What the answer names itself says more than the status that the item happens to have.
  if (has(/available_quantity\.invalid/) && asksForNone(wanted)) return zeroStock(state)
  if (has(notUpdatableStock)) return stockByLocation(state)
  if (causes.some(({code}) => isPriceInvalid(code))) return priceInvalid(state)
  if (fields.includes('price') && showsAutomation(wordsOf(causes), state)) return priceAutomation(state)
  if (state.status === 'under_review') return underReview(state)
  if (state.status === 'inactive' || state.status === 'payment_required') return notOpen(state)
  if (fields.includes('available_quantity') && state.variations.length > 1) return variationNeeded(state)
  return fields.length > 0 ? notModifiable(state, [...new Set(fields)]) : undefined
}

function wordsOf(causes: readonly Cause[]): string[] {
  return causes.map(({message}) => message)
}

const notUpdatableStock = /available_quantity\.not_updatable/

/** `price.invalid`, also with words between: `item.price.currency.invalid`. */
function isPriceInvalid(code: string): boolean {
  const at = code.indexOf('price.')
  return at >= 0 && code.includes('.invalid', at + 'price'.length)
}

/** Whether the stock is to be written by location instead. docs/mercadolibre.md, section 6.4. */
export function leadsToLocations(error: MeliError): boolean {
  return causesOf(error).some(({code}) => notUpdatableStock.test(code))
}

/** One code stands for several causes: automation is named where the service's words or the tags of the item name it. */
export function showsAutomation(words: readonly string[], {tags}: Pick<ItemState, 'tags'>): boolean {
  return (
    words.some((each) => /dynamic pricing|price automation|automated price/i.test(each)) || tags.some(isOfAutomation)
  )
}

function isOfAutomation(tag: string): boolean {
  return /^dynamic_(?:standard_)?pric(?:e|ing)$/.test(tag)
}

function asksForNone({quantity, quantities}: Wanted): boolean {
  return quantity === 0 || [...(quantities?.values() ?? [])].includes(0)
}

/** `available_quantity is not modifiable.` names the field; `item.status.not_modifiable` has it in the code too. */
function fieldOf({code, message}: Cause): string[] {
  const named = /(?:^|\.)(\w+)\.not_modifiable$/.exec(code)?.[1] ?? /^(\w+) is not modifiable/.exec(message)?.[1]
  return named === undefined ? [] : [named]
}
