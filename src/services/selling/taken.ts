import {isSameAmount} from '../../amount.js'
import {MeliError} from '../../errors.js'
import type {ItemState, WriteAnswer, WriteValues} from '../ports.js'
import {refusalError} from './explain.js'
import {priceAutomation} from './rules.js'

/** What an answer of 2xx says beside yes. */
export interface Taken {
  warnings: string[]
  /** A part was left out in silence. */
  refusal: MeliError | undefined
}

/**
 * A price that comes with other fields is ignored under price automation, with 200 and a warning. The answer is the whole
 * item: it shows the price that is. docs/mercadolibre.md, section 0.
 */
export function readTaken(answer: WriteAnswer, {state, after}: {state: ItemState; after: WriteValues}): Taken {
  const item = bodyOf(answer)
  const warnings = listOf(item.warnings).flatMap(({message}) =>
    typeof message === 'string' ? [answer.redact(message).slice(0, 300)] : [],
  )
  const {price} = after
  if (typeof price !== 'string' || showsPrice(item, price)) return {warnings, refusal: undefined}
  const taken = Object.keys(after).filter((name) => name !== 'price')
  const refusal = refusalError(priceAutomation(state), {item_id: state.id, taken})
  return {warnings, refusal}
}

/** True as well when it shows none. */
function showsPrice(item: Record<string, unknown>, price: string): boolean {
  const prices = [item, ...listOf(item.variations)].map((each) => each.price)
  return prices.every((each) => typeof each !== 'number' || isSameAmount(String(each), price))
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
