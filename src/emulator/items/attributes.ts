import {type Fields, listOfFields, textOf} from './fields.js'
import {type Item, spread} from './item.js'
import {sheetAttributes} from './padding.js'
import {siteOf} from './sites.js'
import type {Wording} from './wording.js'

/** An item's JSON without its technical sheet, measured. */
const bytesWithoutSheet = 2900
const bytesPerVariation = 315

const names = {
  es: {colour: 'Color', condition: 'Condición del ítem', new: 'Nuevo', used: 'Usado'},
  pt: {colour: 'Cor', condition: 'Condição do item', new: 'Novo', used: 'Usado'},
} as const

/** An attribute as an item shows it. docs/mercadolibre.md, section 6.3. */
function attribute(id: string, name: string, value: string): Fields {
  return {id, name, value_id: null, value_name: value, value_type: 'string'}
}

/** A share of the seeded items has no product identifier (filter `missing_product_identifiers`). */
export function lacksIdentifier(item: Item): boolean {
  return (
    attributesWritten(item).every(({id}) => id !== 'GTIN') && (item.product < 0 || spread(item.number, 10, 8) === 0)
  )
}

export function conditionOf(item: Item): string {
  return textOf(item.written?.condition) ?? (item.product >= 0 && spread(item.number, 11, 12) === 0 ? 'used' : 'new')
}

export function attributesOf(item: Item, wording: Wording | null): Fields[] {
  const list = [...generated(item, wording)]
  for (const own of attributesWritten(item)) {
    const at = list.findIndex(({id}) => id === own.id)
    const shown = {...attribute(String(own.id), String(own.id), ''), value_name: null, ...own}
    if (at < 0) list.push(shown)
    else list[at] = {...list[at], ...own}
  }
  if (item.sellerSku !== null) list.push(attribute('SELLER_SKU', 'SKU', item.sellerSku))
  return list
}

/** What clients sent, without SELLER_SKU: that one has a column of its own. */
function attributesWritten(item: Item): Fields[] {
  return listOfFields(item.written?.attributes)
}

function generated(item: Item, wording: Wording | null): readonly Fields[] {
  if (wording === null) return []
  const {language} = siteOf(item.siteId)
  const words = names[language]
  const list = [
    attribute('BRAND', 'Marca', wording.brand),
    attribute('MODEL', 'Modelo', wording.model),
    attribute('COLOR', words.colour, wording.colour),
    attribute('ITEM_CONDITION', words.condition, conditionOf(item) === 'new' ? words.new : words.used),
  ]
  if (!lacksIdentifier(item)) list.push(attribute('GTIN', 'GTIN', `779${String(item.number).padStart(10, '0')}`))
  const room = item.bytes - bytesWithoutSheet - item.variations.length * bytesPerVariation
  return [...list, ...sheetAttributes(language, room, spread(item.number, 12, 8))]
}
