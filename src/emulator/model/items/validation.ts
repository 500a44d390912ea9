import {type Fields, isFields, listOfFields} from '../json.js'
import {siteOf} from '../sites.js'
import type {Caller} from '../users.js'
import {everyVariationHas} from './apply-fields.js'
import {type Cause, invalid, invalidTypes} from './errors.js'
import {products} from './products.js'

const listingTypes = ['gold_pro', 'gold_special', 'gold_premium', 'gold', 'silver', 'bronze', 'free']

function error(code: string, reference: string, message: string, causeId?: number): Cause {
  const id = causeId === undefined ? {} : {cause_id: causeId}
  return {department: 'items', ...id, type: 'error', code, references: [reference], message}
}

/** @throws WireError 400 with all reasons why the item cannot be published. docs/mercadolibre.md, section 6.5. */
export function requirePublishable(fields: Fields, {siteId, tags}: Caller): void {
  const problems = typeProblems(fields)
  if (problems.length > 0) throw invalidTypes(problems)
  // Sellers of user products must publish with `family_name`. docs/mercadolibre.md, section 0.
  const ofFamily = fields.family_name !== undefined || tags?.includes('user_product_seller') === true
  const causes = [
    ...missing(fields, ofFamily),
    ...unknownFields(fields, ofFamily),
    ...priceCauses(fields),
    ...category(fields, siteId),
    ...listing(fields),
    ...currency(fields, siteId),
    ...quantity(fields),
    ...variationCauses(listOfFields(fields.variations)),
    ...requiredAttributes(fields),
  ]
  if (causes.length > 0) throw invalid(causes)
}

/** An item with `family_name` is a user product and has no title of its own. docs/mercadolibre.md, section 6.5. */
function missing(fields: Fields, ofFamily: boolean): Cause[] {
  const required = [
    ofFamily ? 'family_name' : 'title',
    'category_id',
    ...(everyVariationHas(fields, 'price') ? [] : ['price']),
    'currency_id',
    ...(everyVariationHas(fields, 'available_quantity') ? [] : ['available_quantity']),
    'buying_mode',
    'listing_type_id',
  ]
  const absent = required.filter((name) => fields[name] === undefined || fields[name] === null || fields[name] === '')
  if (absent.length === 0) return []
  const message = `The body does not contains some or none of the following properties [${absent.join(', ')}]`
  return [error('body.required_fields', 'item', message, 369)]
}

function unknownFields(fields: Fields, ofFamily: boolean): Cause[] {
  const forbidden = ofFamily ? ['title', 'variations'] : []
  const names = Object.keys(fields).filter((name) => !isWritable(name) || forbidden.includes(name))
  if (names.length === 0) return []
  return [error('body.invalid_fields', 'item', `The fields [${names.join(', ')}] are invalid for requested call.`)]
}

/** Cause 109 for a price of zero or less, 129 for more than two decimals; which id means which is our reading. */
export function priceCauses({price}: Fields): Cause[] {
  if (typeof price !== 'number') return []
  if (price <= 0) return [error('item.price.invalid', 'item.price', `The item price ${price} is invalid.`, 109)]
  if (Number(price.toFixed(2)) === price) return []
  return [error('item.price.invalid', 'item.price', `The item price ${price} has too many decimals.`, 129)]
}

function category({category_id: id}: Fields, siteId: string): Cause[] {
  if (typeof id !== 'string' || id === '' || new RegExp(`^${siteId}\\d+$`).test(id)) return []
  return [error('item.category_id.invalid', 'item.category_id', `Category ${id} does not exist`, 126)]
}

function listing({listing_type_id: type, pictures}: Fields): Cause[] {
  if (typeof type !== 'string' || type === '') return []
  if (!listingTypes.includes(type)) {
    return [error('item.listing_type_id.invalid', 'item.listing_type_id', `Listing type ${type} does not exist`)]
  }
  if (type === 'free' || listOfFields(pictures).length > 0) return []
  const message = `Listing type ${type} requires pictures`
  return [error('item.listing_type_id.requiresPictures', 'item.pictures', message, 173)]
}

function currency({currency_id: id}: Fields, siteId: string): Cause[] {
  const {currencyId} = siteOf(siteId)
  if (typeof id !== 'string' || id === '' || id === currencyId) return []
  return [error('item.currency_id.invalid', 'item.currency_id', `Currency ${id} is not valid in ${siteId}`)]
}

/** Whether an item can be published without stock is not documented; it is refused here. */
function quantity({available_quantity: quantity}: Fields): Cause[] {
  if (typeof quantity !== 'number' || (Number.isInteger(quantity) && quantity > 0)) return []
  return [error('item.available_quantity.invalid', 'item.available_quantity', `Quantity ${quantity} is not valid`)]
}

/** Checks stock and price of each variation, whose types `typeProblems` does not check. Our reading. */
export function variationCauses(entries: readonly Fields[]): Cause[] {
  return entries.flatMap(({available_quantity: stock, price}) => [
    ...(stock === undefined || (Number.isSafeInteger(stock) && Number(stock) >= 0)
      ? []
      : [error('item.available_quantity.invalid', 'item.variations', `Quantity ${String(stock)} is not valid`)]),
    ...(price === undefined || typeof price === 'number'
      ? []
      : [error('item.price.invalid', 'item.variations', `The item price ${String(price)} is invalid.`, 109)]),
  ])
}

/** All categories of seeded items require a brand; requirements of other categories are not known. */
function requiredAttributes({category_id: id, attributes}: Fields): Cause[] {
  if (typeof id !== 'string' || !products.some(({category}) => id.endsWith(String(category)))) return []
  if (listOfFields(attributes).some((attribute) => isFields(attribute) && attribute.id === 'BRAND')) return []
  return [
    {
      department: 'structured-data',
      cause_id: 147,
      type: 'error',
      code: 'item.attributes.missing_required',
      references: ['item.attributes'],
      message: `The attributes [BRAND] are required for category ${id}`,
    },
  ]
}

type JsonType = 'String' | 'Number' | 'Array' | 'Object' | 'Boolean'

/** Fields a client may send when it publishes, with their types. docs/mercadolibre.md, sections 6.3 and 6.5. */
const types: Readonly<Record<string, JsonType>> = {
  title: 'String',
  family_name: 'String',
  subtitle: 'String',
  category_id: 'String',
  domain_id: 'String',
  catalog_product_id: 'String',
  catalog_listing: 'Boolean',
  price: 'Number',
  currency_id: 'String',
  available_quantity: 'Number',
  buying_mode: 'String',
  condition: 'String',
  listing_type_id: 'String',
  official_store_id: 'Number',
  pictures: 'Array',
  video_id: 'String',
  description: 'Object',
  attributes: 'Array',
  sale_terms: 'Array',
  shipping: 'Object',
  variations: 'Array',
  seller_custom_field: 'String',
  warranty: 'String',
  tags: 'Array',
  channels: 'Array',
  location: 'Object',
  seller_contact: 'Object',
  coverage_areas: 'Array',
  non_mercado_pago_payment_methods: 'Array',
  accepts_mercadopago: 'Boolean',
  automatic_relist: 'Boolean',
  status: 'String',
}

export function isWritable(name: string): boolean {
  return Object.hasOwn(types, name)
}

/** One sentence for each field whose type is wrong; null passes. docs/mercadolibre.md, section 6.5. */
export function typeProblems(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const expected = Object.hasOwn(types, name) ? types[name] : undefined
    if (expected === undefined || value === null) return []
    const was = typeOf(value)
    if (was === expected) return []
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return [`invalid property type: [${name}] expected ${expected} but was ${was} value: ${text}`]
  })
}

function typeOf(value: unknown): JsonType {
  if (Array.isArray(value)) return 'Array'
  if (typeof value === 'string') return 'String'
  if (typeof value === 'number') return 'Number'
  return typeof value === 'boolean' ? 'Boolean' : 'Object'
}
