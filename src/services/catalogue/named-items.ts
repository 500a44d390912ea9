import {MeliError} from '../../core/errors.js'
import {readItemName} from '../../records/item-name.js'
import type {ItemState, LocalCatalogue, SellingApi} from '../ports/index.js'

/** Listings that an error names. */
const mostNamed = 5
/** Ids in one request to the service. */
const batchSize = 20

type Local = Pick<LocalCatalogue, 'withSku' | 'find'>

/** The id of the local product that a name stands for: an id as it is, whether it is here or not; MELI_PRODUCT_UNKNOWN for a SKU that is not. */
export async function localItem(catalogue: Local, userId: number, name: string): Promise<string> {
  const read = readItemName(name)
  if (read.kind === 'item') return read.id
  if (read.kind !== 'sku') throw noItem(name)
  const ids = await catalogue.withSku(userId, read.sku)
  if (ids.length < 2) return only(read.sku, ids.map(asOpen), 'local product')
  const products = await Promise.all(ids.map((id) => catalogue.find(userId, id)))
  const found = ids.map((id, at) => ({id, status: products[at]?.status ?? null}))
  return only(read.sku, found, 'local product')
}

export interface ItemSearch {
  api: Pick<SellingApi, 'itemsWithSku' | 'itemStates'>
  userId: number
  catalogue: Local
}

export interface FoundItem {
  id: string
  /** By its SKU in the local catalogue alone, which may be of long ago. */
  isLocal: boolean
}

/** The item of this seller that a name stands for, by a search at the service and then in the local catalogue. */
export async function serviceItem(
  {api, userId, catalogue}: ItemSearch,
  name: string,
  signal?: AbortSignal,
): Promise<FoundItem> {
  const read = readItemName(name)
  if (read.kind === 'item') return {id: read.id, isLocal: false}
  if (read.kind !== 'sku') throw noItem(name)
  // Lists of values are written with commas, and whether the search takes one is not documented: it must not find another item.
  const searched = read.sku.includes(',') ? [] : await api.itemsWithSku(userId, read.sku, signal)
  const isLocal = searched.length === 0
  const ids = isLocal ? await catalogue.withSku(userId, read.sku) : searched
  if (ids.length < 2) return {id: only(read.sku, ids.map(asOpen), 'listing'), isLocal}
  const states = await api.itemStates(ids.slice(0, batchSize), signal)
  const open = states.map((each) => ({id: each.id, status: each.ok ? each.record.status : null}))
  return {id: only(read.sku, [...open, ...ids.slice(batchSize).map(asOpen)], 'listing'), isLocal}
}

/** Fails where the item as it is now shows that it does not have this SKU, nor one of its variations. */
export function assertHasSku(name: string, state: ItemState): void {
  const read = readItemName(name)
  if (read.kind !== 'sku' || state.lacksVariationSkus === true) return
  if ([state, ...state.variations].some(({seller_sku}) => seller_sku === read.sku)) return
  const message = `${state.id} no longer has the SKU ${read.sku}, which it has in the local catalogue`
  throw new MeliError('MELI_PRODUCT_UNKNOWN', message, {
    try: ['sync the catalogue: meli sync products', `name the item by its id, such as ${state.id}`],
  })
}

/** The variation that a SKU stands for, where it is the SKU of one and not of the item as a whole. */
export function variationNamed(name: string, state: ItemState): number | undefined {
  const read = readItemName(name)
  if (read.kind !== 'sku' || state.seller_sku === read.sku) return undefined
  const its = state.variations.filter(({seller_sku}) => seller_sku === read.sku)
  return its.length === 1 ? its[0]?.id : undefined
}

function asOpen(id: string) {
  return {id, status: null}
}

/** Closed listings keep their SKU for ever: they count only where there is no other. */
function only(sku: string, found: ReadonlyArray<{id: string; status: string | null}>, noun: string): string {
  const open = found.filter(({status}) => status !== 'closed')
  const left = open.length > 0 ? open : found
  if (left.length === 1 && left[0] !== undefined) return left[0].id
  if (left.length === 0) throw unknownSku(sku, noun)
  const named = left.slice(0, mostNamed).map(({id}) => id)
  throw new MeliError('MELI_PRODUCT_UNKNOWN', `${left.length} ${noun}s have the SKU ${sku}: ${named.join(', ')}`, {
    try: ['name one of them by its id'],
  })
}

function unknownSku(sku: string, noun: string): MeliError {
  const isNumber = /^\d{6,}$/.test(sku)
  return new MeliError('MELI_PRODUCT_UNKNOWN', `No ${noun} of this account has the SKU ${sku}`, {
    try: [
      ...(isNumber ? [`if it is the number of a sale: meli orders show ${sku}`] : []),
      'name the item by its id, such as MEC123456789, or by the address of its page',
      'sync the catalogue: meli sync products',
    ],
  })
}

function noItem(name: string): MeliError {
  return new MeliError('MELI_USAGE', `${JSON.stringify(name)} is not an item`, {
    try: ['name an item by its id, such as MEC123456789, by its SKU, or by the address of its page'],
  })
}
