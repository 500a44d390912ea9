import type {Fields} from '../json.js'

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
