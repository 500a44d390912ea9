import {isMeliError, MeliError} from '../../../core/errors.js'
import {isSameAmount} from '../../../records/amount.js'
import type {ItemState, WriteAnswer, WriteValues} from '../../ports/index.js'
import {outcomeOfError, statusOf} from '../writer.js'
import {priceAutomation, priceNotTaken, refusalError, showsAutomation, stockNotTaken} from './refusals.js'
import {variationIn} from './step-values.js'
import {pricesOf, type Refusal} from './wanted.js'

/** Prices and stock as an answer or a reading shows them; null where it does not. */
interface Shown {
  prices: ReadonlyArray<string | null>
  stockOf: (variationId: number | null) => number | null
}

/** The values that a change set, and the values before it. */
export interface Sent {
  variationId: number | null
  before: WriteValues
  after: WriteValues
}

/** Warnings and doubts in an answer of 2xx. */
export interface AcceptedAnswer {
  warnings: string[]
  /** It shows another price, or the stock of before: a part was left out, or the answer lags behind. */
  isDoubtful: boolean
}

/**
 * A price may be dropped with 200, with a warning or without any, and an answer may show an old value. It is the whole item.
 * docs/mercadolibre.md, sections 0 and 6.4.
 */
export function readAnswer(answer: WriteAnswer, sent: Sent): AcceptedAnswer {
  const item = bodyOf(answer)
  const warnings = listOf(item.warnings).flatMap(({code, message}) => {
    const words = [code, message].filter((each) => typeof each === 'string' && each !== '').join(': ')
    return words === '' ? [] : [answer.redact(words).slice(0, 300)]
  })
  return {warnings, isDoubtful: ignoredFields(shownIn(item), sent).length > 0}
}

/** Why the item, read again, is not as it was to be; undefined when it is. */
export function refusalAfter(state: ItemState, sent: Sent, warnings: readonly string[]): MeliError | undefined {
  const left = ignoredFields(shownBy(state), sent)
  const [first] = left
  if (first === undefined) return undefined
  const taken = Object.keys(sent.after).filter((name) => !left.includes(name))
  const refusal = refusalOf(first, state, sent, warnings)
  const words = warnings.length === 0 ? '' : ` (Mercado Libre: ${warnings.join('; ')})`
  return refusalError({...refusal, message: `${refusal.message}${words}`}, {item_id: state.id, taken})
}

function refusalOf(name: string, state: ItemState, {variationId, after}: Sent, warnings: readonly string[]): Refusal {
  const wanted = after[name]
  if (name !== 'price') {
    const shown = shownBy(state).stockOf(variationIn(name) ?? variationId)
    return stockNotTaken(state, {wanted: Number(wanted), shown: shown ?? 0})
  }
  if (showsAutomation(warnings, state)) return priceAutomation(state)
  const shown = pricesOf(state).find((each) => !isSameAmount(each, String(wanted))) ?? null
  return priceNotTaken(state, {wanted: String(wanted), shown})
}

/** Names of what was to change and was not: the price is another one, or the stock is what it was. */
function ignoredFields({prices, stockOf}: Shown, {variationId, before, after}: Sent): string[] {
  return Object.entries(after).flatMap(([name, wanted]) => {
    if (name === 'price' && typeof wanted === 'string')
      return prices.every((each) => each === null || isSameAmount(each, wanted)) ? [] : [name]
    const variation = name === 'available_quantity' ? variationId : variationIn(name)
    if (variation === undefined) return []
    const shown = stockOf(variation)
    // Another number than either is a sale meanwhile.
    return shown !== null && shown !== wanted && shown === before[name] ? [name] : []
  })
}

function shownIn(item: Record<string, unknown>): Shown {
  const variations = listOf(item.variations)
  const prices = [item, ...variations].map(({price}) => (typeof price === 'number' ? String(price) : null))
  const stockOf: Shown['stockOf'] = (variationId) => {
    const part = variationId === null ? item : variations.find(({id}) => id === variationId)
    return typeof part?.available_quantity === 'number' ? part.available_quantity : null
  }
  return {prices, stockOf}
}

function shownBy(state: ItemState): Shown {
  const stockOf: Shown['stockOf'] = (variationId) => {
    const part = variationId === null ? state : state.variations.find(({id}) => id === variationId)
    return part?.available_quantity ?? null
  }
  return {prices: pricesOf(state), stockOf}
}

/** An answer that cannot be read says nothing against the change. */
function bodyOf(answer: WriteAnswer): Record<string, unknown> {
  try {
    const json = answer.json()
    return isObject(json) ? json : {}
  } catch (error) {
    if (error instanceof MeliError) return {}
    throw error
  }
}

function listOf(value: unknown): Array<Record<string, unknown>> {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const mostTries = {usually: 5, whenLimited: 9}
const firstWaitMs = 1000
const longestWaitMs = 20_000

/**
 * How long to wait before the item is read and the change sent again; undefined when that is of no use. After 409 "wait a
 * few seconds", says the service, and after 429 longer. A change whose answer was lost may have been carried out: it names
 * values and no differences, so that it can be sent again where the item shows that it was not.
 */
export function waitBefore(error: MeliError, tries: number, random: () => number): number | undefined {
  const isLimited = error.code === 'MELI_RATE_LIMITED'
  if (tries >= (isLimited ? mostTries.whenLimited : mostTries.usually)) return undefined
  if (!isLimited && statusOf(error) !== 409 && outcomeOfError(error) !== 'unknown') return undefined
  const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** tries)
  return Math.round(longest * (0.5 + random() / 2))
}

/** The outcome is unknown, and the item cannot be read. */
export function uncertain(error: unknown, itemId: string): unknown {
  if (!isMeliError(error) || outcomeOfError(error) !== 'unknown' || error.details?.outcome === 'unknown') return error
  const {message, details} = error
  return unknownOutcome(error, {message, details: {...details, item_id: itemId}})
}

/**
 * The service said yes and showed another value, and the item could not be read again. Status and causes of the reading are
 * left out: they are no answer to the change.
 */
export function unread(error: unknown, itemId: string): unknown {
  if (!isMeliError(error) || error.family === 'interrupted') return error
  const message = `${itemId} could not be read again after the change: ${error.message}`
  return unknownOutcome(error, {message, details: {item_id: itemId}})
}

function unknownOutcome(
  error: MeliError,
  {message, details}: {message: string; details: Record<string, unknown> & {item_id: string}},
): MeliError {
  return new MeliError(error.code, `${message}; whether the change was carried out is not known`, {
    try: [
      'run the same command again: it reads the item first and sends only what is missing',
      `see the current state: meli api GET /items/${details.item_id}`,
    ],
    details: {...details, outcome: 'unknown'},
    cause: error,
  })
}
