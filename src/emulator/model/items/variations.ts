import {type Fields, listOfFields} from '../json.js'
import type {Item, Variation} from './item.js'

/** Fields of a variation that have a place in its record, or that nobody can write. */
const columns = ['id', 'price', 'available_quantity', 'sold_quantity']

/**
 * Changes the variations named by id and adds those without one. The item's price is then that of the first and its stock
 * the sum. docs/mercadolibre.md, section 6.4.
 */
export function mergeVariations(
  item: Item,
  entries: readonly Fields[],
  {deleteLeftOut}: {deleteLeftOut: boolean},
): void {
  const named = new Map(entries.flatMap((entry) => (typeof entry.id === 'number' ? [[entry.id, entry] as const] : [])))
  const kept = item.variations.filter(({id}) => named.has(id) || !deleteLeftOut)
  const changed = kept.map((variation) => write(variation, named.get(variation.id) ?? {}))
  let last = Math.max(item.number * 100, ...item.variations.map(({id}) => id))
  const added = entries
    .filter(({id}) => id === undefined || id === null)
    .map((entry) => write({id: ++last, price: item.price, quantity: 0, sold: 0, colour: '', written: null}, entry))
  setVariations(item, [...changed, ...added])
}

export function dropVariation(item: Item, variationId: number): void {
  setVariations(
    item,
    item.variations.filter(({id}) => id !== variationId),
  )
}

function setVariations(item: Item, variations: readonly Variation[]): void {
  item.variations = variations
  const [first] = variations
  if (first === undefined) return
  item.price = first.price
  item.quantity = variations.reduce((sum, {quantity}) => sum + quantity, 0)
}

function write(variation: Variation, entry: Fields): Variation {
  const rest = Object.fromEntries(Object.entries(entry).filter(([name]) => !columns.includes(name)))
  return {
    ...variation,
    price: numberOr(entry.price, variation.price),
    quantity: numberOr(entry.available_quantity, variation.quantity),
    sold: numberOr(entry.sold_quantity, variation.sold),
    written: Object.keys(rest).length === 0 ? variation.written : {...variation.written, ...rest},
  }
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** The variations of a POST that all have a price (or a stock) make that of the item superfluous. */
export function everyVariationHas(fields: Fields, name: string): boolean {
  const entries = listOfFields(fields.variations)
  return entries.length > 0 && entries.every((entry) => entry[name] !== undefined)
}
