import {type Fields, listOfFields, textOf} from '../json.js'
import {siteOf} from '../sites.js'
import {type Item, pseudoRandom} from './item.js'
import {JoinedList, SharedList} from './json-writer.js'
import {sheet, type Wording} from './products.js'

/** The measured size of an item's JSON without its technical sheet. */
const bytesWithoutSheet = 3400
const bytesPerVariation = 315

const names = {
  es: {colour: 'Color', condition: 'Condición del ítem', new: 'Nuevo', used: 'Usado'},
  pt: {colour: 'Cor', condition: 'Condição do item', new: 'Novo', used: 'Usado'},
} as const

/** An attribute as an item shows it. docs/mercadolibre.md, section 6.3. */
function attribute(id: string, name: string, value: string): Fields {
  return withValues({id, name, value_id: null, value_name: value, value_type: 'string'})
}

/** Adds `values` and `value_struct`, which repeat the value, unless they were written. docs/mercadolibre.md, section 6.3. */
function withValues(shown: Fields): Fields {
  const {value_id: id = null, value_name: name = null, value_struct: struct = null} = shown
  return {value_struct: struct, values: id === null && name === null ? [] : [{id, name, struct}], ...shown}
}

/** Attributes as a client sent them, completed with the other fields of an answer. */
export function shownAttributes(written: readonly Fields[]): Fields[] {
  return written.map((own) => withValues(withDefaults(own)))
}

function withDefaults(own: Fields): Fields {
  const {id} = own
  return {
    id,
    name: id === 'SELLER_SKU' ? 'SKU' : String(id),
    value_id: null,
    value_name: null,
    value_type: 'string',
    ...own,
  }
}

/** True for an item without GTIN. One in eight seeded items has none (filter `missing_product_identifiers`). */
export function lacksIdentifier(item: Item): boolean {
  return (
    attributesWritten(item).every(({id}) => id !== 'GTIN') &&
    (item.product < 0 || pseudoRandom(item.number, 10, 8) === 0)
  )
}

export function conditionOf(item: Item): string {
  return (
    textOf(item.written?.condition) ?? (item.product >= 0 && pseudoRandom(item.number, 11, 12) === 0 ? 'used' : 'new')
  )
}

export function attributesOf(item: Item, wording: Wording | null): JoinedList {
  const generated = generatedLists(item, wording)
  const written = attributesWritten(item)
  const lists = written.length === 0 ? generated : [merged(new JoinedList(generated).toJSON(), written)]
  return new JoinedList(item.sellerSku === null ? lists : [...lists, [attribute('SELLER_SKU', 'SKU', item.sellerSku)]])
}

function merged(list: Fields[], written: readonly Fields[]): Fields[] {
  for (const own of written) {
    const at = list.findIndex(({id}) => id === own.id)
    const {value_struct: _, values: __, ...before} = list[at] ?? withDefaults(own)
    const shown = withValues({...before, ...own})
    if (at < 0) list.push(shown)
    else list[at] = shown
  }
  return list
}

/** Attributes that clients sent, without SELLER_SKU, which has a property of its own. */
function attributesWritten(item: Item): Fields[] {
  return listOfFields(item.written?.attributes)
}

function generatedLists(item: Item, wording: Wording | null): (SharedList | Fields[])[] {
  if (wording === null) return []
  const {language} = siteOf(item.siteId)
  const identifier = lacksIdentifier(item)
    ? []
    : [attribute('GTIN', 'GTIN', `779${String(item.number).padStart(10, '0')}`)]
  const room = item.bytes - bytesWithoutSheet - item.variations.length * bytesPerVariation
  return [
    mainAttributes(language, wording, conditionOf(item) === 'new' ? 'new' : 'used'),
    identifier,
    sheetAttributes(language, room, pseudoRandom(item.number, 12, 8)),
  ]
}

const main = new WeakMap<Wording, Record<'new' | 'used', SharedList>>()

/** The attributes that all items with the same wording and condition share. */
function mainAttributes(language: 'es' | 'pt', wording: Wording, condition: 'new' | 'used'): SharedList {
  const known = main.get(wording)
  if (known !== undefined) return known[condition]
  const lists = {
    new: new SharedList(fill(language, wording, 'new')),
    used: new SharedList(fill(language, wording, 'used')),
  }
  main.set(wording, lists)
  return lists[condition]
}

function fill(language: 'es' | 'pt', wording: Wording, condition: 'new' | 'used'): Fields[] {
  const words = names[language]
  return [
    attribute('BRAND', 'Marca', wording.brand),
    attribute('MODEL', 'Modelo', wording.model),
    attribute('COLOR', words.colour, wording.colour),
    attribute('ITEM_CONDITION', words.condition, words[condition]),
  ]
}

/** An attribute of the technical sheet, whose length brings an item to the wanted size. */
interface SheetAttribute extends Record<string, unknown> {
  id: string
  name: string
  value_id: null
  value_name: string
  value_type: 'string'
  value_struct: null
  values: readonly {id: null; name: string; struct: null}[]
}

/** The bytes of an attribute around its text: braces, keys and quotes. */
const overhead = 160
/** The number of times that an attribute contains its text. */
const mentions = 2

const sheets = new Map<string, SharedList>()
const noAttributes = new SharedList([])

/**
 * About `bytes` bytes of attributes. `turn` (0 to 7) is where the sheet begins, so that neighbouring items differ. Items of one
 * size share their lists.
 */
function sheetAttributes(language: 'es' | 'pt', bytes: number, turn: number): SharedList {
  if (bytes <= overhead) return noAttributes
  // Rounded, so that a few lists serve all items.
  const wanted = Math.round(bytes / 50) * 50
  const key = `${language} ${wanted} ${turn}`
  const known = sheets.get(key)
  if (known !== undefined) return known
  const list = new SharedList(fillSheet(language, wanted, turn))
  sheets.set(key, list)
  return list
}

function fillSheet(language: 'es' | 'pt', bytes: number, turn: number): SheetAttribute[] {
  const list: SheetAttribute[] = []
  let left = bytes
  for (let n = turn; left > overhead; n++) {
    const [id, name, es, pt] = sheet[n % sheet.length] ?? ['NOTES', 'Notes', '', '']
    const round = Math.floor((n - turn) / sheet.length)
    const text = cut(language === 'pt' ? pt : es, Math.floor((left - overhead) / mentions))
    list.push({
      id: round === 0 ? id : `${id}_${round + 1}`,
      name,
      value_id: null,
      value_name: text,
      value_type: 'string',
      value_struct: null,
      values: [{id: null, name: text, struct: null}],
    })
    left -= overhead + mentions * Buffer.byteLength(text)
    if (text === '') break
  }
  return list
}

function cut(text: string, bytes: number): string {
  return Buffer.byteLength(text) <= bytes ? text : text.slice(0, Math.max(1, bytes)).trimEnd()
}
