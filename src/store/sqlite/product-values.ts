import {jsonPieces} from '../../core/json.js'
import {canonicalAmount, isSameAmount} from '../../records/amount.js'
import type {ProductChange, SyncedProduct} from '../../services/ports/index.js'
import type {Change} from './run-outcomes.js'

type Field = Exclude<keyof SyncedProduct, 'id' | 'user_id'>
type Value = string | number | Buffer | null

/** The columns that the service fills, but for the key, in the order in which values are bound and read. */
export const productColumns = [
  'site_id',
  'title',
  'price',
  'currency_id',
  'available_quantity',
  'sold_quantity',
  'status',
  'seller_sku',
  'category_id',
  'listing_type_id',
  'condition',
  'permalink',
  'thumbnail',
  'user_product_id',
  'last_updated',
  'partial',
  'json',
] as const satisfies readonly Field[]

const placeOf = (field: (typeof productColumns)[number]) => productColumns.indexOf(field)

/** Those whose history is kept. */
const tracked = (['title', 'price', 'available_quantity', 'status'] as const).map((field) => ({
  field,
  place: placeOf(field),
}))

/** As SQLite holds them: the statements bind values as they come. */
export function bindings(next: SyncedProduct): Value[] {
  return productColumns.map((field) => {
    const value = next[field]
    if (field === 'json') return bytesOf(next.json)
    if (value instanceof Date) return value.getTime()
    return typeof value === 'boolean' ? Number(value) : (value as string | number | null)
  })
}

function bytesOf(json: string | Uint8Array): Buffer {
  return typeof json === 'string' ? Buffer.from(json) : Buffer.from(json.buffer, json.byteOffset, json.byteLength)
}

/** `stored`: the row's `removed_at` and then its values. The columns count as well as the text: a newer meli may read more out of it. */
export function judge(stored: readonly Value[] | undefined, values: readonly Value[]): Change {
  if (stored === undefined) return 'created'
  if (stored[0] !== null) return 'updated'
  return values.every((value, index) => isSame(index, value, stored[index + 1])) ? 'unchanged' : 'updated'
}

/** One value in two spellings is no change: the service writes amounts differently by route. */
function isSame(place: number, value: Value, stored: Value | undefined): boolean {
  if (value === stored) return true
  if (place === pricePlace) return isText(value) && isText(stored) && isSameAmount(value, stored)
  return Buffer.isBuffer(value) && Buffer.isBuffer(stored) && isSameDocument(value, stored)
}

function isText(value: Value | undefined): value is string {
  return typeof value === 'string'
}

function isSameDocument(one: Buffer, other: Buffer): boolean {
  return one.equals(other) || withCanonicalNumbers(one) === withCanonicalNumbers(other)
}

const number = /-?\d[\d.eE+-]*/g

function withCanonicalNumbers(json: Buffer): string {
  let canonical = ''
  for (const piece of jsonPieces(json.toString('latin1')))
    canonical += piece.startsWith('"') ? piece : piece.replace(number, canonicalAmount)
  return canonical
}

/** Whether these values are from before the row's: a slow answer that comes after a newer one. */
export function isOlder(values: readonly Value[], stored: readonly Value[]): boolean {
  const [next, before] = [values[changedAt], stored[changedAt + 1]]
  return typeof next === 'number' && typeof before === 'number' && next < before
}

const changedAt = placeOf('last_updated')
const pricePlace = placeOf('price')

type Noted = Pick<ProductChange, 'field' | 'before' | 'after'>

/** What of an updated record goes into its history. */
export function trackedChanges(stored: readonly Value[], values: readonly Value[]): Noted[] {
  const changes: Noted[] = tracked
    .filter(({place}) => !isSame(place, values[place] ?? null, stored[place + 1]))
    .map(({field, place}) => ({field, before: asText(stored[place + 1]), after: asText(values[place])}))
  return stored[0] === null ? changes : [{field: 'removed', before: 'true', after: 'false'}, ...changes]
}

function asText(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
