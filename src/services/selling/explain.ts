import {isMeliError, MeliError} from '../../errors.js'
import type {ItemState} from '../ports.js'
import {
  closedIsFinal,
  itemBusy,
  notModifiable,
  notOpen,
  priceAutomation,
  priceInvalid,
  underReview,
  variationNeeded,
  zeroStock,
} from './rules.js'
import type {Refusal, Wanted} from './wanted.js'

interface Cause {
  code: string
  message: string
}

export function refusalError({code, rule, message, try: hints}: Refusal, details: Record<string, unknown> = {}) {
  return new MeliError(code, message, {try: hints, details: {...details, rule}})
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

/** The code stands in a cause, or in `error` with no cause at all. docs/mercadolibre.md, section 6.4. */
function causesOf({details, message}: MeliError): Cause[] {
  const {causes, error: code} = details ?? {}
  const listed: Cause[] = Array.isArray(causes) ? causes : []
  return listed.length === 0 && typeof code === 'string' ? [{code, message}] : listed
}

/** docs/mercadolibre.md, section 6.4. */
function ruleBehind(causes: readonly Cause[], state: ItemState, wanted: Wanted): Refusal | undefined {
  const fields = causes.flatMap(fieldOf)
  const has = (code: RegExp) => causes.some((each) => code.test(each.code))
  if (state.status === 'closed') return closedIsFinal(state)
  if (state.status === 'under_review') return underReview(state)
  if (state.status === 'inactive' || state.status === 'payment_required') return notOpen(state)
  if (has(/available_quantity\.invalid/) && asksForNone(wanted)) return zeroStock(state)
  if (has(/price\.(?:.*\.)?invalid/)) return priceInvalid(state)
  if (fields.includes('available_quantity') && state.variations.length > 1) return variationNeeded(state)
  // The price of an open item that may otherwise be changed: only the service's automation holds it.
  if (fields.length > 0 && fields.every((each) => each === 'price')) return priceAutomation(state)
  return fields.length > 0 ? notModifiable(state, [...new Set(fields.map(spoken))]) : undefined
}

function asksForNone({quantity, quantities}: Wanted): boolean {
  return quantity === 0 || [...(quantities?.values() ?? [])].includes(0)
}

/** `available_quantity is not modifiable.` names the field; `item.status.not_modifiable` has it in the code too. */
function fieldOf({code, message}: Cause): string[] {
  const named = /^item\.(\w+)\.not_modifiable$/.exec(code)?.[1] ?? /^(\w+) is not modifiable/.exec(message)?.[1]
  return named === undefined ? [] : [named]
}

function spoken(field: string): string {
  return field === 'available_quantity' ? 'the stock' : `the ${field}`
}
