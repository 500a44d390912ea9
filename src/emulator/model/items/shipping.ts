import {type Fields, isFields} from '../json.js'
import {type Item, pseudoRandom} from './item.js'

/** The `shipping` block of an item. docs/mercadolibre.md, section 6.3. */
export interface Shipping {
  mode: string
  logistic_type: string
  free_shipping: boolean
  methods: readonly unknown[]
  tags: readonly string[]
  dimensions: string | null
  local_pick_up: boolean
  store_pick_up: boolean
}

const logistics = ['drop_off', 'drop_off', 'xd_drop_off', 'cross_docking', 'fulfillment', 'self_service'] as const

export function shippingOf(item: Item): Shipping & Fields {
  const generated = item.product < 0 ? plain : seeded(item)
  const written = item.written?.shipping
  return isFields(written) ? {...generated, ...written} : {...generated}
}

const plain: Shipping = {
  mode: 'not_specified',
  logistic_type: 'not_specified',
  free_shipping: false,
  methods: [],
  tags: [],
  dimensions: null,
  local_pick_up: false,
  store_pick_up: false,
}

function seeded({number}: Item): Shipping {
  return {
    mode: 'me2',
    logistic_type: logistics[pseudoRandom(number, 3, logistics.length)] ?? 'drop_off',
    free_shipping: pseudoRandom(number, 4, 3) === 0,
    methods: [],
    tags: pseudoRandom(number, 5, 4) === 0 ? ['self_service_in'] : [],
    dimensions: null,
    local_pick_up: pseudoRandom(number, 6, 5) === 0,
    store_pick_up: false,
  }
}

/** The inventory id, which only items in the service's own warehouses have. */
export function inventoryIdOf(item: Item): string | null {
  if (shippingOf(item).logistic_type !== 'fulfillment') return null
  return `${String.fromCharCode(65 + pseudoRandom(item.number, 7, 26), 65 + pseudoRandom(item.number, 8, 26))}${10_000 + pseudoRandom(item.number, 9, 89_999)}`
}
