import type {Fields} from '../json.js'
import type {Settings} from '../settings.js'
import {accessDenied} from '../wire-errors.js'
import type {Catalogue} from './catalogue.js'
import {itemNotFound} from './errors.js'
import type {Item} from './item.js'
import type {Showing} from './render.js'
import {renderItem} from './render.js'

/** Fields that only the owner sees. docs/mercadolibre.md, section 6.3. */
const ownersOnly = [
  'available_quantity',
  'sold_quantity',
  'start_time',
  'historical_start_time',
  'stop_time',
  'channels',
] as const

const buckets = [
  [50_000, 50_000],
  [5_001, 5_000],
  [501, 500],
  [251, 250],
  [201, 200],
  [151, 150],
  [101, 100],
  [51, 50],
  [1, 1],
] as const

/** Stock as other users see it: 1 for 1-50, 50 for 51-100, and so on. docs/mercadolibre.md, section 6.3. */
function bucketOf(quantity: number): number {
  return buckets.find(([from]) => quantity >= from)?.[1] ?? 0
}

/** True for the owner, and for everyone where a setting makes foreign items public. docs/mercadolibre.md, sections 3 and 6.3. */
export function maySee({sellerId}: Item, viewerId: number, {foreign_items: foreignItems}: Settings): boolean {
  return sellerId === viewerId || foreignItems === 'public'
}

/** Resources below a foreign item are refused like the item, which is our reading. @throws WireError 404, 403 */
export function visibleItem(catalogue: Catalogue, id: string, viewerId: number): Item {
  const item = catalogue.get(id)
  if (item === undefined) throw itemNotFound(id)
  if (!maySee(item, viewerId, catalogue.settings)) throw accessDenied()
  return item
}

/** The item's JSON for the user `viewerId`, with the named fields in that order, or all. */
export function viewItem(
  item: Item,
  viewerId: number,
  settings: Settings,
  {names, showing}: {names?: readonly string[] | undefined; showing?: Showing | undefined} = {},
): Fields {
  if (item.sellerId === viewerId) return renderItem(item, names, showing)
  const shown = publicView(item, settings)
  return names === undefined
    ? shown
    : Object.fromEntries(names.flatMap((name) => (Object.hasOwn(shown, name) ? [[name, shown[name]]] : [])))
}

function publicView(item: Item, settings: Settings): Fields {
  const shown: Record<string, unknown> = {...renderItem(item), variations: item.variations.map(({id}) => ({id}))}
  for (const name of ownersOnly) delete shown[name]
  // Sources contradict each other: one page says absent, another bucketed. docs/mercadolibre.md, section 14.
  if (settings.public_stock === 'bucketed') shown.available_quantity = bucketOf(item.quantity)
  return shown
}
