import {type Fields, isFields, textOf} from '../json.js'
import {attributesOf, conditionOf} from './attributes.js'
import {familyIdOf} from './family-id.js'
import {type Item, spread} from './item.js'
import {firstPictureId, picturesOf} from './pictures.js'
import {sheet} from './products.js'
import {inventoryIdOf, shippingOf} from './shipping.js'
import {siteOf} from './sites.js'
import {renderVariation, type Showing} from './variation-view.js'
import {slugOf, type Wording, wordingOf} from './wording.js'

/** Items tell time in UTC with milliseconds. docs/mercadolibre.md, section 6.3. */
function itemTime(ms: number): string {
  return new Date(ms).toISOString()
}

const usual: Showing = {variationAttributes: false}

type Maker = (item: Item, wording: Wording | null, showing: Showing) => unknown

/** Unless somebody wrote them. In the order in which they are shown. docs/mercadolibre.md, section 6.3. */
const generated: ReadonlyMap<string, Maker> = new Map<string, Maker>([
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
  ['health', ({product, number}) => (product < 0 ? null : spread(number, 14, 101) / 100)],
  ['catalog_listing', () => false],
  ['channels', () => ['marketplace']],
  ['bundle', () => null],
])

/** What the record knows better than what was once sent. */
const recorded: ReadonlyMap<string, Maker> = new Map<string, Maker>([
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

/** An item's JSON as its owner sees it: the named fields in that order, or all. Unknown names are ignored. */
export function renderItem(item: Item, names: Iterable<string> = namesOf(item), showing = usual): Fields {
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
  // It has a resource of its own.
  if (name === 'description') return undefined
  if (item.written !== null && Object.hasOwn(item.written, name)) return item.written[name]
  return generated.get(name)?.(item, wording, showing)
}

function titleOf(item: Item, wording = wordingOf(item)): string {
  return textOf(item.written?.title) ?? item.familyName ?? wording?.title ?? ''
}

/** The text under an item; what a client sent wins. docs/mercadolibre.md, section 6.3. */
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
  return `https://${siteOf(item.siteId).host}/${item.siteId}-${item.number}-${slug}-_JM`
}

function addressOf({siteId}: Item): Fields {
  const {city, country} = siteOf(siteId)
  return {city: {name: city}, state: {name: city}, country: {name: country}}
}

/** Items of test users carry `test_item`. docs/mercadolibre.md, section 4. */
function tagsOf(item: Item): unknown {
  if (item.written?.tags !== undefined) return item.written.tags
  const tags = ['good_quality_thumbnail', 'immediate_payment']
  if (item.userProductId !== null) tags.push('user_product_listing')
  return item.isTest ? [...tags, 'test_item'] : tags
}
