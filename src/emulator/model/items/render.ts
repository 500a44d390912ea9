import {type Fields, isFields, listOfFields, textOf} from '../json.js'
import {siteOf} from '../sites.js'
import {attributesOf, conditionOf, shownAttributes} from './attributes.js'
import {type Item, pseudoRandom, type Variation} from './item.js'
import {sheet, slugOf, type Wording, wordingOf} from './products.js'
import {inventoryIdOf, shippingOf} from './shipping.js'

/** Items have times in UTC with milliseconds. docs/mercadolibre.md, section 6.3. */
function itemTime(ms: number): string {
  return new Date(ms).toISOString()
}

const defaultShowing: Showing = {variationAttributes: false}

type FieldRenderer = (item: Item, wording: Wording | null, showing: Showing) => unknown

/** Fields that are generated unless they were written, in the order of the answer. docs/mercadolibre.md, section 6.3. */
const generated: ReadonlyMap<string, FieldRenderer> = new Map<string, FieldRenderer>([
  ['id', ({id}) => id],
  ['site_id', ({siteId}) => siteId],
  ['title', titleOf],
  ['subtitle', () => null],
  ['seller_id', ({sellerId}) => sellerId],
  ['category_id', (_item, wording) => wording?.categoryId ?? null],
  ['domain_id', (_item, wording) => wording?.domainId ?? null],
  ['user_product_id', ({userProductId}) => userProductId],
  ['family_name', ({familyName}) => familyName],
  ['family_id', familyIdOf],
  ['official_store_id', () => null],
  ['inventory_id', inventoryIdOf],
  ['price', ({price}) => price],
  ['base_price', ({price}) => price],
  ['original_price', () => null],
  ['currency_id', ({siteId}) => siteOf(siteId).currencyId],
  ['initial_quantity', ({quantity, sold}) => quantity + sold],
  ['available_quantity', ({quantity}) => quantity],
  ['sold_quantity', ({sold}) => sold],
  ['start_time', ({startMs}) => itemTime(startMs)],
  ['historical_start_time', ({createdMs}) => itemTime(createdMs)],
  ['stop_time', ({stopMs}) => itemTime(stopMs)],
  ['end_time', ({stopMs}) => itemTime(stopMs)],
  ['expiration_time', ({stopMs}) => itemTime(stopMs)],
  ['date_created', ({createdMs}) => itemTime(createdMs)],
  ['last_updated', ({updatedMs}) => itemTime(updatedMs)],
  ['thumbnail_id', (item) => firstPictureId(item) ?? ''],
  ['thumbnail', thumbnailOf],
  ['permalink', permalinkOf],
  ['video_id', () => null],
  ['descriptions', () => []],
  ['seller_address', addressOf],
  ['seller_contact', () => null],
  ['location', () => ({})],
  ['geolocation', () => ({latitude: '', longitude: ''})],
  ['coverage_areas', () => []],
  ['buying_mode', () => 'buy_it_now'],
  ['sale_terms', () => []],
  ['accepts_mercadopago', () => true],
  ['non_mercado_pago_payment_methods', () => []],
  ['international_delivery_mode', () => 'none'],
  ['listing_source', () => ''],
  ['warranty', () => null],
  ['catalog_product_id', () => null],
  ['parent_item_id', () => null],
  ['differential_pricing', () => null],
  ['deal_ids', () => []],
  ['automatic_relist', () => false],
  ['health', ({product, number}) => (product < 0 ? null : pseudoRandom(number, 14, 101) / 100)],
  ['catalog_listing', () => false],
  ['channels', () => ['marketplace']],
  ['bundle', () => null],
])

/** Fields that come from the item's properties even when they were written. */
const recorded: ReadonlyMap<string, FieldRenderer> = new Map<string, FieldRenderer>([
  ['condition', conditionOf],
  ['listing_type_id', ({listingTypeId}) => listingTypeId],
  ['seller_custom_field', ({customField}) => customField],
  ['status', ({status}) => status],
  ['sub_status', ({subStatus}) => subStatus],
  ['tags', tagsOf],
  ['pictures', picturesOf],
  ['attributes', attributesOf],
  ['shipping', shippingOf],
  ['variations', (item, _wording, showing) => item.variations.map((one) => renderVariation(item, one, showing))],
])

/** An item's JSON as its owner sees it, with the named fields in that order, or all. Unknown names are ignored. */
export function renderItem(item: Item, names: Iterable<string> = namesOf(item), showing = defaultShowing): Fields {
  const wording = wordingOf(item)
  const body: Record<string, unknown> = {}
  for (const name of names) {
    const value = fieldOf(item, name, wording, showing)
    if (value !== undefined) body[name] = value
  }
  return body
}

function namesOf({written}: Item): Set<string> {
  return new Set([...generated.keys(), ...Object.keys(written ?? {}), ...recorded.keys()])
}

function fieldOf(item: Item, name: string, wording: Wording | null, showing: Showing): unknown {
  const record = recorded.get(name)
  if (record !== undefined) return record(item, wording, showing)
  // The description has a resource of its own.
  if (name === 'description') return undefined
  if (item.written !== null && Object.hasOwn(item.written, name)) return item.written[name]
  return generated.get(name)?.(item, wording, showing)
}

function titleOf(item: Item, wording = wordingOf(item)): string {
  return textOf(item.written?.title) ?? item.familyName ?? wording?.title ?? ''
}

/** The description as a client sent it, or a generated one. docs/mercadolibre.md, section 6.3. */
export function descriptionOf(item: Item): string {
  const written = item.written?.description
  if (isFields(written)) return textOf(written.plain_text) ?? ''
  if (item.product < 0) return ''
  const {language} = siteOf(item.siteId)
  return [titleOf(item), ...sheet.slice(0, 3).map(([, , es, pt]) => (language === 'pt' ? pt : es))].join('\n')
}

function thumbnailOf(item: Item): string {
  const first = firstPictureId(item)
  return first === null ? '' : `http://http2.mlstatic.com/D_${first}-I.jpg`
}

function permalinkOf(item: Item, wording: Wording | null): string {
  const title = titleOf(item, wording)
  const slug = title === wording?.title ? wording.slug : slugOf(title)
  return `https://${siteOf(item.siteId).listingHost}/${item.siteId}-${item.number}-${slug}-_JM`
}

function addressOf({siteId}: Item): Fields {
  const {city, country} = siteOf(siteId)
  return {city: {name: city}, state: {name: city}, country: {name: country}}
}

/** Items of test users have the tag `test_item`. docs/mercadolibre.md, section 4. */
function tagsOf(item: Item): unknown {
  if (item.written?.tags !== undefined) return item.written.tags
  const tags = ['good_quality_thumbnail', 'immediate_payment']
  if (item.userProductId !== null) tags.push('user_product_listing')
  return item.isTest ? [...tags, 'test_item'] : tags
}

/** Optional parts of an answer. */
export interface Showing {
  /** Attributes of variations, with `include_attributes=all` only. docs/mercadolibre.md, section 6.3. */
  readonly variationAttributes: boolean
}

/** A variation as the service shows it. docs/mercadolibre.md, sections 6.3 and 6.4. */
export function renderVariation(
  item: Item,
  variation: Variation,
  {variationAttributes}: Showing = {variationAttributes: false},
): Fields {
  const name = siteOf(item.siteId).language === 'pt' ? 'Cor' : 'Color'
  const {attributes, ...rest} = variation.written ?? {}
  const colour = {id: 'COLOR', name, value_id: null, value_name: variation.colour}
  return {
    id: variation.id,
    price: variation.price,
    attribute_combinations: variation.colour === '' ? [] : [colour],
    available_quantity: variation.quantity,
    sold_quantity: variation.sold,
    sale_terms: [],
    picture_ids: [pictureId(item, 0)],
    catalog_product_id: null,
    user_product_id: null,
    ...rest,
    ...(variationAttributes ? {attributes: shownAttributes(listOfFields(attributes))} : {}),
  }
}

/** The attribute SELLER_SKU of a variation. */
export function skuOf({written}: Variation): string | null {
  return textOf(listOfFields(written?.attributes).find(({id}) => id === 'SELLER_SKU')?.value_name)
}

const sizes = ['500x500', '500x375', '333x500'] as const

/** The pictures that a client sent, or two generated ones. */
function picturesOf(item: Item): Fields[] {
  const written = item.written?.pictures
  if (Array.isArray(written))
    return listOfFields(written).map((picture, index) => renderPicture(item, index, textOf(picture.id)))
  if (item.product < 0) return []
  return [0, 1].map((index) => renderPicture(item, index, null))
}

/** The id of the first picture, which is the thumbnail too. */
function firstPictureId(item: Item): string | null {
  const written = item.written?.pictures
  if (!Array.isArray(written)) return item.product < 0 ? null : pictureId(item, 0)
  const [first] = listOfFields(written)
  return first === undefined ? null : (textOf(first.id) ?? pictureId(item, 0))
}

function pictureId(item: Item, index: number): string {
  return `${600_000 + pseudoRandom(item.number, 20 + index, 399_999)}-${item.siteId}${item.number}_${index + 1}`
}

function renderPicture(item: Item, index: number, given: string | null): Fields {
  const id = given ?? pictureId(item, index)
  const size = sizes[pseudoRandom(item.number, 13, sizes.length)] ?? sizes[0]
  return {
    id,
    url: `http://http2.mlstatic.com/D_${id}-O.jpg`,
    secure_url: `https://http2.mlstatic.com/D_${id}-O.jpg`,
    size,
    max_size: '1200x1200',
    quality: '',
  }
}

/** The same for all items of a seller with that family name; null without a family name. */
export function familyIdOf({familyName, sellerId}: Item): number | null {
  if (familyName === null) return null
  let hash = sellerId % 1_000_003
  for (const character of familyName) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_000_000_039
  return 1_000_000_000_000 + hash
}
