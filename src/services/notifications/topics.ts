/**
 * Topics as notifications spell them; where the documentation spells one in another way, that follows. docs/mercadolibre.md,
 * section 10. A topic that is not listed is stored all the same.
 */
const spellings: ReadonlyArray<readonly [wire: string, ...documented: string[]]> = [
  ...([['orders_v2'], ['orders_feedback', 'orders feedback'], ['items'], ['items_prices', 'items prices']] as const),
  ...([['questions'], ['messages'], ['shipments'], ['payments'], ['stock-locations', 'stock-location']] as const),
  ...([['user_products'], ['user-products-families', 'user_products_families'], ['price_suggestion']] as const),
  ...([
    ['catalog_suggestions'],
    ['catalog_item_competition_status'],
    ['public_offers'],
    ['public_candidates'],
  ] as const),
  ...([['fbm_stock_operations'], ['flex-handshakes'], ['post_purchase'], ['claims'], ['claims_actions']] as const),
  ...([['invoices'], ['vis_leads'], ['leads-credits']] as const),
]

/** Evens out case, separators and the plural: `Stock-Locations`, `stock_location` and `stock-location` are one topic. */
function evened(topic: string): string {
  const words = topic.toLowerCase().split(/[\s_-]+/)
  return words
    .map((word) => word.replace(/ies$/, 'y').replace(/s$/, ''))
    .join(' ')
    .trim()
}

const known = new Map(spellings.map((each) => [evened(each[0]), each]))

/** All spellings of a topic that are in use, that of notifications first; the topic alone when it is not a known one. */
export function spellingsOf(topic: string): readonly [string, ...string[]] {
  return known.get(evened(topic)) ?? [topic]
}

/** The spelling that notifications have. */
export function wireTopic(topic: string): string {
  return spellingsOf(topic)[0]
}

/** A label for metrics: a sender must not be able to create labels without end. */
export function topicLabel(topic: string): string {
  return known.has(evened(topic)) ? wireTopic(topic) : 'other'
}

/** What is fetched when a notification names it. */
export type ResourceKind = 'item' | 'order' | 'question' | 'shipment' | 'stock'

interface Handling {
  kind: ResourceKind
  /** Finds the id, with or without the API's own address before the path. */
  path: RegExp
  /** The resource as notifications spell it. */
  resource: (id: string) => string
}

/** Items also come by their id alone, and a topic about items may name a part of the item. */
const itemPath = pathOf('(?:items/)?([A-Z]{3}\\d{1,18})(?:/prices)?')

/** Topics whose resource is fetched. */
const handled: ReadonlyMap<string, Handling> = new Map<string, Handling>([
  ['items', {kind: 'item', path: itemPath, resource: (id) => `/items/${id}`}],
  ['items_prices', {kind: 'item', path: itemPath, resource: (id) => `/items/${id}/prices`}],
  ['orders_v2', {kind: 'order', path: pathOf('orders/(\\d{1,18})'), resource: (id) => `/orders/${id}`}],
  ['questions', {kind: 'question', path: pathOf('questions/(\\d{1,18})'), resource: (id) => `/questions/${id}`}],
  ['shipments', {kind: 'shipment', path: pathOf('shipments/(\\d{1,18})'), resource: (id) => `/shipments/${id}`}],
  [
    'stock-locations',
    {
      kind: 'stock',
      path: pathOf('user-products/([A-Z]{3}U\\d{1,18})/stock'),
      resource: (id) => `/user-products/${id}/stock`,
    },
  ],
])

/** Topics whose missed notifications are listed by site. */
export const itemTopics: readonly string[] = ['items', 'items_prices']

/** The other known topics, those that are handled here first. */
export const otherTopics: readonly string[] = [
  ...new Set([...handled.keys(), ...spellings.map(([wire]) => wire)]),
].filter((topic) => !itemTopics.includes(topic))

function pathOf(path: string): RegExp {
  return new RegExp(`^(?:https://api\\.mercadolibre\\.com)?/?${path}$`)
}

export interface Target {
  kind: ResourceKind
  id: string
  /** Spelled in one way, however it was sent. */
  resource: string
}

/** What to fetch; undefined for a topic that is only stored, and for a resource that is not one of its topic's. Nothing else is ever fetched. */
export function targetOf({topic, resource}: {topic: string; resource: string}): Target | undefined {
  const handling = handled.get(wireTopic(topic))
  const id = handling?.path.exec(resource)?.[1]
  return handling === undefined || id === undefined
    ? undefined
    : {kind: handling.kind, id, resource: handling.resource(id)}
}
