import type {Random} from '../random.js'
import {siteOf} from '../sites.js'
import {applyFields, statusWithStock} from './apply-fields.js'
import {blankItem, type Item, type ItemStatus, type Owner, type Variation} from './item.js'
import {colourOf, products} from './products.js'

export interface SeedOptions {
  /** The approximate size of an item's JSON in bytes; about 3.4 KB by default, which is nearly the least. */
  bytes?: number
}

/** Prices that break programs which count money in floats. All have an exact decimal text. */
const awkward = [0.1, 1234.5, 99_999_999.99, 1199.95, 0.07] as const

/** The status of an item by a roll from 1 to 1000. */
const states: readonly (readonly [upTo: number, status: ItemStatus, subStatus: readonly string[]])[] = [
  [800, 'active', []],
  [870, 'paused', ['out_of_stock']],
  [920, 'paused', ['paused_by_seller']],
  [950, 'closed', []],
  [965, 'closed', ['expired']],
  [985, 'under_review', ['waiting_for_patch']],
  [992, 'under_review', ['forbidden']],
  [1000, 'inactive', []],
]

const listingTypes = ['gold_special', 'gold_special', 'gold_pro', 'free'] as const

const dayMs = 86_400_000

/** A plausible item. All its times lie before `todayMs`, a midnight. */
export function seedItem(owner: Owner, number: number, random: Random, todayMs: number, options: SeedOptions): Item {
  const item: Item = {
    ...blankItem(owner, number, todayMs - random.integer(1, 720) * dayMs + random.integer(0, dayMs - 1)),
    product: random.integer(0, products.length - 1),
    bytes: options.bytes ?? 3300,
  }
  item.price = price(owner.siteId, random)
  item.quantity = random.integer(1, random.pick([5, 60, 400]))
  item.sold = random.integer(0, 2) === 0 ? 0 : random.integer(1, 300)
  item.listingTypeId = random.pick(listingTypes)
  item.updatedMs = item.createdMs + Math.floor(random.next() * (todayMs - item.createdMs))
  setState(item, random.integer(1, 1000))
  const kind = random.integer(1, 100)
  if (kind <= 12) giveVariations(item, random.integer(2, 4))
  else if (kind <= 20) makeUserProduct(item, random.integer(0, 11))
  // Sellers keep their codes in the attribute, in the old field, or in both.
  const codes = random.integer(0, 3)
  if (codes !== 0) item.sellerSku = `SKU-${number % 1_000_000}`
  if (item.sellerSku !== null) item.variations = item.variations.map(withSku(item.sellerSku))
  if (codes >= 2) item.customField = `C-${number % 1_000_000}`
  item.automated = random.integer(1, 50) === 1
  return item
}

function setState(item: Item, roll: number): void {
  const state = states.find(([upTo]) => roll <= upTo)
  if (state === undefined) return
  item.status = state[1]
  item.subStatus = state[2]
  if (item.subStatus.includes('out_of_stock')) item.quantity = 0
  if (item.status === 'closed') item.stopMs = item.updatedMs
}

/** Drawn in whole cents, so that the quotient is the double nearest to the decimal text. */
function price(siteId: string, random: Random): number {
  const {scale, cents} = siteOf(siteId)
  if (!cents) return random.integer(4, 900) * scale
  if (random.integer(1, 40) === 1) return random.pick(awkward)
  return random.integer(199 * scale, 90_000 * scale) / 100
}

function giveVariations(item: Item, count: number): void {
  const {language} = siteOf(item.siteId)
  const share = Math.floor(item.quantity / count)
  item.variations = Array.from(
    {length: count},
    (_, n): Variation => ({
      id: item.number * 100 + n + 1,
      price: item.price,
      quantity: n === 0 ? item.quantity - share * (count - 1) : share,
      sold: n === 0 ? item.sold : 0,
      colour: colourOf(language, n + (item.number % 5)),
      written: null,
    }),
  )
}

/** Gives each variation a code of its own. */
function withSku(itemSku: string): (variation: Variation, index: number) => Variation {
  return (variation, index) => ({
    ...variation,
    written: {attributes: [{id: 'SELLER_SKU', value_name: `${itemSku}-${index + 1}`}]},
  })
}

/** Gives an item a user product, which it may share with neighbouring items. docs/mercadolibre.md, section 6.6. */
function makeUserProduct(item: Item, sibling: number): void {
  const product = products[item.product] ?? products[0]
  item.userProductId = `${item.siteId}U${Math.floor(item.number / 100) * 100 + sibling}`
  item.familyName = `${product[siteOf(item.siteId).language]} ${product.brand}`
}

/** The first item of each user product; `items` are in order of publication. */
export function firstOfProducts(items: readonly Item[]): Map<string, Item> {
  const firstOf = new Map<string, Item>()
  for (const item of items)
    if (item.userProductId !== null && !firstOf.has(item.userProductId)) firstOf.set(item.userProductId, item)
  return firstOf
}

/** Gives an item the stock of the first of its user product. */
export function shareStock(item: Item, firstOf: Map<string, Item>): void {
  if (item.userProductId === null) return
  const first = firstOf.get(item.userProductId)
  if (first === undefined) firstOf.set(item.userProductId, item)
  else applyFields(item, {available_quantity: first.quantity, ...statusWithStock(item, first.quantity)})
}
