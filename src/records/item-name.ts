/** What people give for an item: its id, in any spelling or inside the address of its page, or its SKU. */
export type ItemName =
  | {kind: 'item'; id: string}
  | {kind: 'sku'; sku: string}
  /** An address of Mercado Libre that is no item's: the page of a catalogue product shows the items of many sellers. */
  | {kind: 'product'; id: string}
  /** An address of which nothing can be read, or nothing at all. */
  | {kind: 'none'}

/** Sites of Mercado Libre, and Global Selling: an id begins with one, while a SKU such as CAM-001 does not. */
const sites = 'M(?:LA|BO|LB|LC|CO|CR|CU|EC|SV|GT|HN|LM|NI|PA|PY|PE|RD|LU|LV)|CBT'
const itemId = new RegExp(`^(${sites})[-\\s]?(\\d{1,18})$`, 'i')
const idInPath = new RegExp(`^(${sites})-?(\\d{3,18})(?:-|_|$)`, 'i')
const address = /^(?:https?:\/\/)?(?:[\w-]+\.)*mercadoli[bv]re(?:\.[a-z]{2,3}){1,2}(?:[/?#]|$)/i

/** The one place where names of items are read: arguments, columns and filters. */
export function readItemName(given: string): ItemName {
  const text = given.trim()
  if (address.test(text)) return inAddress(text)
  if (/^https?:\/\//i.test(text) || text === '') return {kind: 'none'}
  return itemIn(text.replace(/^#/, ''), itemId) ?? {kind: 'sku', sku: text}
}

function inAddress(text: string): ItemName {
  const whole = /^https?:/i.test(text) ? text : `https://${text}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url === undefined) return {kind: 'none'}
  // The page of a product names the item whose offer was chosen beside its own id, in the query or behind the hash.
  const parts = [url.searchParams, new URLSearchParams(url.hash.slice(1))]
  const filters = parts.map((each) => /item_id:(\w+)/.exec(each.get('pdp_filters') ?? '')?.[1])
  const named = parts.flatMap((each) => [each.get('wid'), each.get('item_id')])
  for (const each of [...named, ...filters]) {
    const item = itemIn(each ?? '', itemId)
    if (item !== undefined) return item
  }
  const segments = url.pathname.split('/')
  const product = segments[segments.findIndex((each) => each === 'p' || each === 'up') + 1]
  if (segments.some((each) => each === 'p' || each === 'up')) return {kind: 'product', id: product ?? ''}
  return segments.map((each) => itemIn(each, idInPath)).find((each) => each !== undefined) ?? {kind: 'none'}
}

function itemIn(text: string, pattern: RegExp): ItemName | undefined {
  const [, site, digits] = pattern.exec(text) ?? []
  return site === undefined ? undefined : {kind: 'item', id: `${site.toUpperCase()}${digits}`}
}
