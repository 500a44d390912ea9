import type {Settings} from '../settings.js'

/** The topics, as notifications spell them (docs/mercadolibre.md, section 10). */
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

/** Other spellings, which the service's menu and samples have. */
const menuNames: Readonly<Record<string, Topic>> = {
  'orders feedback': 'orders_feedback',
  'items prices': 'items_prices',
  'stock-location': 'stock-locations',
  user_products_families: 'user-products-families',
}

/** The topic with that name in either spelling; undefined when there is none. */
export function topicNamed(name: string): Topic | undefined {
  return topics.find((topic) => topic === name) ?? (Object.hasOwn(menuNames, name) ? menuNames[name] : undefined)
}

/** The spelling of a topic in notifications, by setting. */
export function topicSpelling(topic: Topic, settings: Settings): string {
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

/** The address and the topics of an application (docs/mercadolibre.md, section 10). */
export interface Subscription {
  appId: number
  /** One address for all topics. */
  url: string | null
  topics: string[]
  /** Topics that were switched off because the receiver failed too often, until they are subscribed to again. */
  switchedOff: string[]
}

/** The topics of an application that only sets an address. */
const defaultTopics: readonly string[] = ['items']

export class Subscriptions {
  private readonly byApp = new Map<number, Subscription>()

  of(appId: number): Subscription {
    return this.byApp.get(appId) ?? {appId, url: null, topics: [], switchedOff: []}
  }

  /** Setting topics also brings back those that were switched off. */
  set(appId: number, {url, topics}: {url?: string | null; topics?: readonly string[]}): Subscription {
    const known = this.of(appId)
    const wanted = topics ?? (known.topics.length === 0 && typeof url === 'string' ? defaultTopics : undefined)
    const next = {
      appId,
      url: url === undefined ? known.url : url,
      topics: [...new Set((wanted ?? known.topics).map(nameOnWire))],
      switchedOff: wanted === undefined ? known.switchedOff : [],
    }
    this.byApp.set(appId, next)
    return next
  }

  switchOff(appId: number, topic: string): void {
    const known = this.of(appId)
    known.switchedOff = [...new Set([...known.switchedOff, nameOnWire(topic)])]
    this.byApp.set(appId, known)
  }

  isOff(appId: number, topic: string): boolean {
    return this.byApp.get(appId)?.switchedOff.includes(nameOnWire(topic)) === true
  }

  /** The subscriptions to a topic, also where it is switched off. */
  to(topic: string): Subscription[] {
    return this.list().filter(({url, topics}) => url !== null && topics.includes(topic))
  }

  any(): boolean {
    return this.byApp.size > 0
  }

  list(): Subscription[] {
    return [...this.byApp.values()]
  }

  import(subscriptions: readonly Subscription[]): void {
    this.byApp.clear()
    for (const one of subscriptions) {
      const {topics, switchedOff} = one
      this.byApp.set(one.appId, {...one, topics: topics.map(nameOnWire), switchedOff: switchedOff.map(nameOnWire)})
    }
  }
}

/** Made-up notifications may have topics that do not exist. */
function nameOnWire(topic: string): string {
  return topicNamed(topic) ?? topic
}

/** True for http and https; the service's samples have both (docs/mercadolibre.md, section 12). */
export function isCallbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const {protocol, username, hash} = new URL(url)
  return ['http:', 'https:'].includes(protocol) && username === '' && hash === ''
}
