import {badRequest} from '../wire-errors.js'
import type {Item} from './item.js'
import {inventoryIdOf} from './shipping.js'

type SortKey = (item: Item) => number | string | null

interface Order {
  id: string
  name: string
  key: SortKey
  descending: boolean
}

const fields: readonly (readonly [id: string, name: string, key: SortKey])[] = [
  ['stop_time', 'stop time', ({stopMs}) => stopMs],
  ['start_time', 'start time', ({startMs}) => startMs],
  ['available_quantity', 'available quantity', ({quantity}) => quantity],
  ['price', 'price', ({price}) => price],
  ['last_updated', 'lastUpdated', ({updatedMs}) => updatedMs],
]

const inventory: Order = {
  id: 'inventory_id_asc',
  name: 'Order by inventory id ascending',
  key: inventoryIdOf,
  descending: false,
}

/** All documented sorts; the first is the default. docs/mercadolibre.md, section 6.1. */
const orders: readonly Order[] = [
  ...fields.flatMap(([id, name, key]) => [
    {id: `${id}_asc`, name: `Order by ${name} ascending`, key, descending: false},
    {id: `${id}_desc`, name: `Order by ${name} descending`, key, descending: true},
  ]),
  inventory,
]

/** One entry of the list really has an object for an id. docs/mercadolibre.md, section 6.1. */
const oddId = {id: 'inventory_id_asc', field: 'inventory_id', missing: '_last', order: 'asc'}

export const availableOrders = orders.map(({id, name}) => ({id: id === inventory.id ? oddId : id, name}))

export function orderShown(order: Order): {id: unknown; name: string} {
  return {id: order === inventory ? oddId : order.id, name: order.name}
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
