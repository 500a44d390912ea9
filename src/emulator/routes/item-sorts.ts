import {badRequest} from '../model/api-error.js'
import type {Item} from '../model/items/item.js'
import {inventoryIdOf} from '../model/items/shipping.js'

type SortKey = (item: Item) => number | string | null

interface Order {
  id: string
  /** The id of an order in the list of orders. Two entries really have an object there. docs/mercadolibre.md, section 6.1. */
  shownId: string | object
  name: string
  key: SortKey
  descending: boolean
}

type Row = readonly [id: string, name: string, key: SortKey, shownId?: object]

const stopTime: SortKey = ({stopMs}) => stopMs
const startTime: SortKey = ({startMs}) => startMs
const quantity: SortKey = (item) => item.quantity
const sold: SortKey = (item) => item.sold
const price: SortKey = (item) => item.price
const lastUpdated: SortKey = ({updatedMs}) => updatedMs

/** All that the service lists, in its order and its words; the first is the default. docs/mercadolibre.md, section 6.1. */
const rows: readonly Row[] = [
  ['stop_time_asc', 'stop time ascending', stopTime],
  ['stop_time_desc', 'stop time descending', stopTime],
  ['start_time_asc', 'start time ascending', startTime],
  ['start_time_desc', 'start time descending', startTime],
  ['available_quantity_asc', 'available quantity ascending', quantity],
  ['available_quantity_desc', 'available quantity descending', quantity],
  ['sold_quantity_asc', 'sold quantity ascending', sold],
  ['sold_quantity_desc', 'sold quantity descending', sold],
  ['price_asc', 'price ascending', price],
  ['price_desc', 'price descending', price],
  ['last_updated_desc', 'lastUpdated descending', lastUpdated],
  ['last_updated_asc', 'last updated ascending', lastUpdated],
  ['total_sold_quantity_asc', 'total sold quantity ascending', sold],
  ['total_sold_quantity_desc', 'total sold quantity descending', sold, {field: 'sold_quantity', order: 'desc'}],
  ['inventory_id_asc', 'inventory id ascending', inventoryIdOf, {field: 'inventory_id', order: 'asc'}],
]

const orders: readonly Order[] = rows.map(([id, name, key, shownId]) => ({
  id,
  shownId: shownId === undefined ? id : {id, missing: '_last', ...shownId},
  name: `Order by ${name}`,
  key,
  descending: id.endsWith('_desc'),
}))

export const availableOrders = orders.map(orderShown)

export function orderShown({shownId, name}: Order): {id: string | object; name: string} {
  return {id: shownId, name}
}

/** What the service answers to an unknown sort is not documented. */
export function readOrder(id: string | undefined): Order {
  const order = orders.find((known) => known.id === (id ?? 'stop_time_asc'))
  if (order === undefined) throw badRequest(`Invalid order: ${id}`)
  return order
}

/** A sorted copy. Items without a value come last; equal ones keep the order of their numbers either way. */
export function sorted(items: readonly Item[], {key, descending}: Order): Item[] {
  const keyed = items.map((item) => ({item, value: key(item)}))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => compare(a.value, b.value, sign) || a.item.number - b.item.number)
  return keyed.map(({item}) => item)
}

function compare(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -sign : sign
}
