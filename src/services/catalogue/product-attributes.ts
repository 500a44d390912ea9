/** One line of an item's data sheet, as the service names it. */
export interface AttributeView {
  id: string
  name: string
  value: string
}

/** Of the document that a sync kept: attributes that have a value. Whatever does not look like one is left out. */
export function attributesOf(json: string): AttributeView[] {
  const listed = listIn(json)
  return listed.flatMap((each) => {
    if (!isRecord(each)) return []
    const {id, name, value_name: value} = each
    if (typeof id !== 'string' || typeof value !== 'string' || value.trim() === '') return []
    return [{id, name: typeof name === 'string' && name !== '' ? name : id, value}]
  })
}

function listIn(json: string): readonly unknown[] {
  try {
    const item: unknown = JSON.parse(json)
    return isRecord(item) && Array.isArray(item.attributes) ? item.attributes : []
  } catch {
    return []
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
