import {attributesOf, conditionOf} from './attributes.js'
import {type Fields, isFields, textOf} from './fields.js'
import {type Item, spread} from './item.js'
import {picturesOf} from './pictures.js'
import {sheet} from './products.js'
import {inventoryIdOf, shippingOf} from './shipping.js'
import {siteOf} from './sites.js'
import {renderVariation} from './variation-view.js'
import {type Wording, wordingOf} from './wording.js'

/** Items tell time in UTC with milliseconds. docs/mercadolibre.md, section 6.3. */
function itemTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** An item's whole JSON as its owner sees it. docs/mercadolibre.md, section 6.3. */
export function renderItem(item: Item): Fields {
  const wording = wordingOf(item)
  return {
    id: item.id,
    site_id: item.siteId,
    ...naming(item, wording),
    ...prices(item),
    ...stock(item),
    ...times(item),
    ...media(item),
    ...place(item),
    buying_mode: 'buy_it_now',
    sale_terms: [],
    accepts_mercadopago: true,
    non_mercado_pago_payment_methods: [],
    international_delivery_mode: 'none',
    listing_source: '',
    warranty: null,
    catalog_product_id: null,
    parent_item_id: null,
    differential_pricing: null,
    deal_ids: [],
    automatic_relist: false,
    health: item.product < 0 ? null : spread(item.number, 14, 101) / 100,
    catalog_listing: false,
    channels: ['marketplace'],
    bundle: null,
    ...withoutDescription(item.written),
    // Below is what the record knows better than what was once sent.
    condition: conditionOf(item),
    listing_type_id: item.listingTypeId,
    seller_custom_field: item.customField,
    status: item.status,
    sub_status: item.subStatus,
    tags: tagsOf(item),
    pictures: picturesOf(item),
    attributes: attributesOf(item, wording),
    shipping: shippingOf(item),
    variations: item.variations.map((variation) => renderVariation(item, variation)),
  }
}

/** It has a resource of its own. */
function withoutDescription(written: Fields | null): Fields {
  if (written?.description === undefined) return written ?? {}
  const {description: _, ...rest} = written
  return rest
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

function naming(item: Item, wording: Wording | null): Fields {
  return {
    title: titleOf(item, wording),
    subtitle: null,
    seller_id: item.sellerId,
    category_id: wording?.categoryId ?? null,
    domain_id: wording?.domainId ?? null,
    user_product_id: item.userProductId,
    family_name: item.familyName,
    family_id: item.familyName === null ? null : item.number * 7,
    official_store_id: null,
    inventory_id: inventoryIdOf(item),
  }
}

function prices({price, siteId}: Item): Fields {
  return {price, base_price: price, original_price: null, currency_id: siteOf(siteId).currencyId}
}

function stock({quantity, sold}: Item): Fields {
  return {initial_quantity: quantity + sold, available_quantity: quantity, sold_quantity: sold}
}

function times({startMs, stopMs, createdMs, updatedMs}: Item): Fields {
  return {
    start_time: itemTime(startMs),
    historical_start_time: itemTime(createdMs),
    stop_time: itemTime(stopMs),
    end_time: itemTime(stopMs),
    expiration_time: itemTime(stopMs),
    date_created: itemTime(createdMs),
    last_updated: itemTime(updatedMs),
  }
}

function media(item: Item): Fields {
  const first = textOf(picturesOf(item)[0]?.id)
  return {
    thumbnail_id: first ?? '',
    thumbnail: first === null ? '' : `http://http2.mlstatic.com/D_${first}-I.jpg`,
    permalink: permalinkOf(item),
    video_id: null,
    descriptions: [],
  }
}

function permalinkOf(item: Item): string {
  const slug = titleOf(item)
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return `https://${siteOf(item.siteId).host}/${item.siteId}-${item.number}-${slug}-_JM`
}

function place({siteId}: Item): Fields {
  const {city, country} = siteOf(siteId)
  return {
    seller_address: {city: {name: city}, state: {name: city}, country: {name: country}},
    seller_contact: null,
    location: {},
    geolocation: {latitude: '', longitude: ''},
    coverage_areas: [],
  }
}

/** Items of test users carry `test_item`. docs/mercadolibre.md, section 4. */
function tagsOf(item: Item): unknown {
  if (item.written?.tags !== undefined) return item.written.tags
  const tags = ['good_quality_thumbnail', 'immediate_payment']
  if (item.userProductId !== null) tags.push('user_product_listing')
  return item.isTest ? [...tags, 'test_item'] : tags
}
