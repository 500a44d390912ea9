import type {Settings} from '../settings.js'

/** What an application can subscribe to, as it is spelled in notifications (docs/mercadolibre.md, section 10). */
export const topics = [
  'orders_v2',
  'orders_feedback',
  'items',
  'items_prices',
  'questions',
  'messages',
  'shipments',
  'payments',
  'stock-locations',
  'user_products',
  'user-products-families',
  'price_suggestion',
  'catalog_item_competition_status',
  'catalog_suggestions',
  'public_offers',
  'public_candidates',
  'fbm_stock_operations',
  'flex-handshakes',
  'post_purchase',
  'invoices',
  'vis_leads',
  'leads-credits',
] as const
export type Topic = (typeof topics)[number]

/** The spellings of the menu and of the samples, where they differ. */
const menuNames: Readonly<Record<string, Topic>> = {
  'orders feedback': 'orders_feedback',
  'items prices': 'items_prices',
  'stock-location': 'stock-locations',
  user_products_families: 'user-products-families',
}

/** The name on the wire of a topic in either spelling; undefined when there is no such topic. */
export function topicNamed(name: string): Topic | undefined {
  return topics.find((topic) => topic === name) ?? (Object.hasOwn(menuNames, name) ? menuNames[name] : undefined)
}

/** How a notification spells its topic. */
export function spelled(topic: Topic, settings: Settings): string {
  switch (topic) {
    case 'orders_feedback':
      return settings.orders_feedback_topic
    case 'items_prices':
      return settings.items_prices_topic
    case 'stock-locations':
      return settings.stock_locations_topic
    case 'user-products-families':
      return settings.families_topic
    default:
      return topic
  }
}
