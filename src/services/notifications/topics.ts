/** Topics of the DevCenter. docs/mercadolibre.md, section 10. Whatever else is sent is kept too. */
const knownTopics: ReadonlySet<string> = new Set([
  ...['orders_v2', 'orders feedback', 'items', 'items prices', 'questions', 'messages', 'shipments', 'payments'],
  ...['stock-location', 'user_products', 'user_products_families', 'price_suggestion', 'catalog_suggestions'],
  ...['catalog_item_competition_status', 'public_offers', 'public_candidates', 'fbm_stock_operations'],
  ...['flex-handshakes', 'post_purchase', 'claims', 'claims_actions', 'invoices', 'vis_leads', 'leads-credits'],
])

/** A name for counting: what anybody may send must not make counters without end. */
export function topicLabel(topic: string): string {
  return knownTopics.has(topic) ? topic : 'other'
}

/** What is fetched when a notification tells of it. */
export type ResourceKind = 'item' | 'order' | 'question' | 'shipment' | 'stock'

/** Topics whose resource is looked after. */
const kindOf: ReadonlyMap<string, ResourceKind> = new Map([
  ['items', 'item'],
  ['items prices', 'item'],
  ['orders_v2', 'order'],
  ['questions', 'question'],
  ['shipments', 'shipment'],
  ['stock-location', 'stock'],
])

/** Missed ones of these are parted by site. */
export const itemTopics = ['items', 'items prices'] as const

/** The others of the DevCenter, those that are looked after first. */
export const otherTopics: readonly string[] = [...kindOf.keys(), ...knownTopics]
  .filter((topic, at, all) => all.indexOf(topic) === at)
  .filter((topic) => kindOf.get(topic) !== 'item')

/** The id, without or with the API's own address before the path; nothing behind it. Items also come by their id alone. */
const resources: Readonly<Record<ResourceKind, {path: RegExp; evened: (id: string) => string}>> = {
  item: {path: pathOf('(?:items/)?([A-Z]{3}\\d{1,18})'), evened: (id) => `/items/${id}`},
  order: {path: pathOf('orders/(\\d{1,18})'), evened: (id) => `/orders/${id}`},
  question: {path: pathOf('questions/(\\d{1,18})'), evened: (id) => `/questions/${id}`},
  shipment: {path: pathOf('shipments/(\\d{1,18})'), evened: (id) => `/shipments/${id}`},
  stock: {path: pathOf('user-products/([A-Z]{3}U\\d{1,18})/stock'), evened: (id) => `/user-products/${id}/stock`},
}

function pathOf(path: string): RegExp {
  return new RegExp(`^(?:https://api\\.mercadolibre\\.com)?/?${path}$`)
}

export interface Target {
  kind: ResourceKind
  id: string
  /** Written in one way, however it was sent. */
  resource: string
}

/** What to look at; undefined when nobody here looks after it, or the resource is no such thing's. Nothing else is ever fetched. */
export function targetOf({topic, resource}: {topic: string; resource: string}): Target | undefined {
  const kind = kindOf.get(topic)
  if (kind === undefined) return undefined
  const {path, evened} = resources[kind]
  const id = path.exec(resource)?.[1]
  return id === undefined ? undefined : {kind, id, resource: evened(id)}
}
