/** The SKU of an item or a variation: the attribute SELLER_SKU, else the older field; an empty text never hides the other. */
export function readSku({attributes, seller_custom_field}: {attributes?: unknown; seller_custom_field?: unknown}) {
  const listed: readonly unknown[] = Array.isArray(attributes) ? attributes : []
  const values = listed.flatMap((each) => (isObject(each) && each.id === 'SELLER_SKU' ? valuesOf(each) : []))
  return [...values, seller_custom_field].find(isFilled) ?? null
}

function valuesOf({value_name, values}: Record<string, unknown>): unknown[] {
  const listed: readonly unknown[] = Array.isArray(values) ? values : []
  return [value_name, ...listed.map((each) => (isObject(each) ? each.name : null))]
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
