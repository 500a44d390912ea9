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

/** Topics whose resource is an item of the seller, which is fetched. */
export const itemTopics = ['items', 'items prices'] as const

/** The others of the DevCenter: kept, for whoever looks after them. */
export const otherTopics: readonly string[] = [...knownTopics].filter((topic) => !isItemTopic(topic))

function isItemTopic(topic: string): boolean {
  return itemTopics.some((known) => known === topic)
}

/** `/items/MEC1`, without or with the API's own address before it; nothing behind the id. */
const itemResource = /^(?:https:\/\/api\.mercadolibre\.com)?\/?(?:items\/)?([A-Z]{3}\d{1,18})$/

/** The item to look at; undefined when nobody here looks after it, or the resource is no item's. Nothing else is ever fetched. */
export function itemIdOf({topic, resource}: {topic: string; resource: string}): string | undefined {
  return isItemTopic(topic) ? itemResource.exec(resource)?.[1] : undefined
}
