import {isMeliError, MeliError} from '../../../core/errors.js'
import type {ItemState, StockLocation, VariationState} from '../../ports/index.js'
import type {Refusal, Rule, Wanted} from './wanted.js'

type Words = {message: string; try: readonly string[]}

function refusal(rule: Rule, {message, try: hints}: Words): Refusal {
  return {code: 'MELI_CHANGE_REFUSED', rule, message, try: hints}
}

export function closedIsFinal({id}: ItemState): Refusal {
  return refusal('closed_is_final', {
    message: `${id} is closed for good and cannot be changed`,
    try: ['publish it again on Mercado Libre, as a new item'],
  })
}

export function underReview({id, sub_status}: ItemState): Refusal {
  const why = sub_status.length === 0 ? '' : ` (${sub_status.join(', ')})`
  return refusal('under_review', {
    message: `${id} is under review${why}: it cannot be changed until Mercado Libre has decided`,
    try: ['see on Mercado Libre what you have to do, then try again'],
  })
}

/** `inactive`, `payment_required` and the like. */
export function notOpen({id, status}: ItemState): Refusal {
  return refusal('not_open', {
    message: `${id} is ${status}: only active and paused items can be changed`,
    try: ['see on Mercado Libre what the item is waiting for'],
  })
}

export function noStock({id}: ItemState): Refusal {
  return refusal('no_stock', {
    message: `${id} has no stock and therefore cannot be active`,
    try: [`add stock to activate it: meli stock set ${id} N`],
  })
}

export function notYours({id}: ItemState, nickname: string): Refusal {
  return refusal('not_yours', {
    message: `${id} does not belong to ${nickname}`,
    try: ['name the account that sells it with --account', 'meli auth status shows the accounts'],
  })
}

export function variationNeeded({id, variations}: ItemState): Refusal {
  return {
    code: 'MELI_VARIATION_NEEDED',
    rule: 'variation_needed',
    message: `${id} has ${variations.length} variations, and stock is kept for each of them`,
    try: variations.slice(0, 10).map((each) => `--variation ${each.id}${named(each)}`),
  }
}

export function variationUnknown({id, variations}: ItemState, variationId: number): Refusal {
  const none = variations.length === 0
  return {
    code: 'MELI_VARIATION_UNKNOWN',
    rule: 'variation_unknown',
    message: none ? `${id} has no variations` : `${id} has no variation ${variationId}`,
    try: none ? ['omit --variation'] : variations.slice(0, 10).map((each) => `--variation ${each.id}${named(each)}`),
  }
}

function named({name}: VariationState): string {
  return name === null ? '' : ` is ${name}`
}

export function facilityStock(id: string, {there, wanted}: {there: number; wanted: number}): Refusal {
  return refusal('facility_stock', {
    message: `${there} of the stock of ${id} lie in a warehouse of Mercado Libre, where only shipments to it and sales change them: ${wanted} is not to be had`,
    try: [there > 0 ? `set it to ${there} or more` : 'bring stock to the warehouse by a shipment to Mercado Libre'],
  })
}

export function severalPlaces(id: string, places: readonly StockLocation[]): Refusal {
  return refusal('several_places', {
    message: `The stock of ${id} is in ${places.length} locations: say which one to change`,
    try: places.slice(0, 10).map(placeHint),
  })
}

export function placeUnknown(id: string, place: string, places: readonly StockLocation[]): Refusal {
  const none = places.length === 0
  return refusal('place_unknown', {
    message: none ? `The stock of ${id} is not kept by location` : `${id} has no stock at location ${place}`,
    try: none ? ['omit --place'] : places.slice(0, 10).map(placeHint),
  })
}

function placeHint({store_id, type, quantity}: StockLocation): string {
  return store_id === null ? `${type} has ${quantity}` : `--place ${store_id} has ${quantity}`
}

export function stockElsewhere(id: string): Refusal {
  return refusal('stock_elsewhere', {
    message: `${id} has no stock location of the seller`,
    try: ['set up its stock location on Mercado Libre first'],
  })
}

export function priceAutomation({id}: ItemState): Refusal {
  return {
    ...refusal('price_automation', {
      message: `The price of ${id} is set by price automation, and Mercado Libre takes no other`,
      try: ['end the automation of this item on Mercado Libre, then set the price'],
    }),
    fields: ['price'],
  }
}

const whyNoPrice =
  'price automation or a promotion of the item may be what is against it: see the item on Mercado Libre'

/** The service said yes. Nothing tells why the price is another one. */
export function priceNotTaken({id}: ItemState, {wanted, shown}: {wanted: string; shown: string | null}): Refusal {
  const now = shown === null ? '' : `: it is ${shown} and not ${wanted}`
  return {
    ...refusal('price_not_taken', {
      message: `Mercado Libre accepted the change, and the price of ${id} is not as wanted${now}`,
      try: [whyNoPrice, `see the current state: meli api GET /items/${id}`],
    }),
    fields: ['price'],
  }
}

/** The service said yes to stock too, and kept what there was. */
export function stockNotTaken({id}: ItemState, {wanted, shown}: {wanted: number; shown: number}): Refusal {
  return {
    ...refusal('stock_not_taken', {
      message: `Mercado Libre accepted the change, and the stock of ${id} is not as wanted: it is ${shown} and not ${wanted}`,
      try: [`see the current state: meli api GET /items/${id}`],
    }),
    fields: ['available_quantity'],
  }
}

function stockByLocation({id}: ItemState): Refusal {
  return {
    ...refusal('stock_by_location', {
      message: `The stock of ${id} is kept by location, with its user product, which the item does not name`,
      try: ['see on Mercado Libre where its stock is kept'],
    }),
    fields: ['available_quantity'],
  }
}

function priceInvalid({id, currency_id}: ItemState): Refusal {
  return refusal('price_invalid', {
    message: `Mercado Libre does not take this price${currency_id === null ? '' : ` in ${currency_id}`} for ${id}`,
    try: ['it may be below the lowest price of the category, or have too many decimals for the currency'],
  })
}

function zeroStock({id}: ItemState): Refusal {
  return refusal('zero_stock', {
    message: `${id} cannot have stock 0: only new items with a paid listing type can`,
    try: [`pause it: meli products pause ${id}`],
  })
}

function notModifiable({id, status}: ItemState, fields: readonly string[]): Refusal {
  const named = fields.map((field) => (field === 'available_quantity' ? 'the stock' : `the ${field}`))
  const isOpen = status === 'active' || status === 'paused' || status === null
  return {
    ...refusal('not_modifiable', {
      message: `Mercado Libre does not let ${named.join(' and ')} of ${id} be changed${isOpen ? '' : ` while it is ${status}`}`,
      try: [fields.includes('price') ? whyNoPrice : 'see the item on Mercado Libre for the reason'],
    }),
    fields,
  }
}

function itemBusy({id}: ItemState): Refusal {
  return {
    code: 'MELI_ITEM_BUSY',
    rule: 'item_busy',
    message: `${id} was being changed by somebody else, or by the previous change, on every attempt`,
    try: ['wait a minute and run it again'],
  }
}

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
  // The fields that the answer names say more than the status of the item.
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
