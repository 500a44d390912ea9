import * as v from 'valibot'
import {fieldNames} from './json.js'
import {rateLimitShapes} from './rate-limiter.js'

/** The values of a setting, as a schema and in words. */
interface Kind<T> {
  schema: v.GenericSchema<T>
  words: string
}

interface Setting<T> extends Kind<T> {
  /** The default: what captured answers show. */
  observed: T
  /** The value of the service's pages; the same where they do not differ. */
  documented: T
}

function setting<T>(kind: Kind<T>, observed: NoInfer<T>, documented: NoInfer<T> = observed): Setting<T> {
  return {...kind, observed, documented}
}

function oneOf<const T extends readonly (string | number)[]>(...values: T): Kind<T[number]> {
  return {schema: v.picklist(values), words: values.join(', ')}
}

function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): Kind<number> {
  const schema = v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most))
  const hasRange = most < Number.MAX_SAFE_INTEGER
  return {schema, words: hasRange ? `a whole number from ${least} to ${most}` : 'a whole number'}
}

function orNull<T>({schema, words}: Kind<T>): Kind<T | null> {
  return {schema: v.nullable(schema), words: words.includes('from') ? `${words}, or null` : `${words} or null`}
}

const flag: Kind<boolean> = {schema: v.boolean(), words: 'true, false'}
const amount: Kind<number> = {schema: v.pipe(v.number(), v.finite(), v.minValue(0)), words: 'a number from 0'}
const listOfNames: Kind<string[]> = {schema: fieldNames, words: 'names of fields'}
/** The total of a search: the truth, 0, or the same number whatever there is. */
const totals = oneOf('honest', 'zero', 'constant')

/** Settings of every request, of accounts and of tokens. */
const service = {
  /** The defaults in use: what captured answers show, or what the pages say. */
  profile: setting(oneOf('observed', 'documented'), 'observed', 'documented'),
  /** Real milliseconds before each answer of the service. */
  latency_ms: setting(wholeNumber(), 0),
  /** Requests per client id and minute of virtual time; null: no limit. */
  rate_limit_per_minute: setting(orNull(wholeNumber()), null),
  rate_limit_shape: setting(oneOf(...rateLimitShapes), 'over_quota'),
  /** The status of a created test user; unconfirmed at the source (docs/mercadolibre.md, section 4). */
  test_user_status: setting(oneOf(200, 201), 201),
  /** Unconfirmed at the source (section 2.4) whether a refresh ends the earlier access token. */
  refresh_kills_access_tokens: setting(flag, false),
  /** Parameters of the token endpoint in the query; whether the service takes them is unconfirmed (section 2.3). */
  token_query: setting(oneOf('refused', 'accepted'), 'refused'),
  /** A form body that is labelled as JSON, at the token endpoint; unconfirmed as well. */
  mislabelled_form: setting(oneOf('refused', 'accepted'), 'refused'),
  /** The grant type `client_credentials`, which no page names and some clients report to work (section 2.3). */
  client_credentials: setting(oneOf('refused', 'accepted'), 'refused'),
  /** Whether the scope of a token names the functional permissions of its grant. */
  token_scope: setting(oneOf('permissions', 'plain'), 'permissions', 'plain'),
  token_type: setting(oneOf('Bearer', 'bearer'), 'Bearer', 'bearer'),
}

/** Settings of items (docs/mercadolibre.md, sections 6.1 to 6.4 and 14). */
const items = {
  /** The multiget routes that exist: `/items/bulk`, the old `/items?ids=`, or both. */
  bulk: setting(oneOf('both', 'only-old', 'only-new'), 'both'),
  /**
   * The shape of an element of `/items/bulk`. `observed`: `attributes` selects on the element, and a refusal has an `error`
   * and no `body`. `documented`: each element has `id`, `status_code` and `body`, and `attributes` selects below `body` alone.
   */
  bulk_element: setting(oneOf('observed', 'documented'), 'observed', 'documented'),
  /** The order of a multiget answer: one of its own, or the order of the request. */
  multiget_order: setting(oneOf('own', 'request'), 'own', 'request'),
  /** Whether `/items/bulk` heeds `include_attributes=all`, which is documented for one item only. */
  bulk_include_attributes: setting(oneOf('heeded', 'ignored'), 'heeded', 'ignored'),
  /** The kind of scroll id that items have: the position of the last row, new on each page, or the handle of a listing that is kept. */
  scroll_id: setting(oneOf('position', 'handle'), 'position', 'handle'),
  /** The field that is null at the end of a scan whose scroll id is a handle. */
  scan_end: setting(oneOf('scroll_id', 'results', 'both'), 'scroll_id'),
  /** Status of the answer to a handle that has expired. */
  expired_scroll_status: setting(oneOf(400, 404), 400),
  /** The answer to another user's item: 403, or its public part. */
  foreign_items: setting(oneOf('refused', 'public'), 'refused', 'public'),
  /** The stock that others see of an item, where foreign items are public. */
  public_stock: setting(oneOf('absent', 'bucketed'), 'absent'),
  /** `by-section`: ids left out of a PUT are deleted when it sets prices and kept when it sets only stock; `delete`: always deleted. */
  variations_left_out: setting(oneOf('by-section', 'delete'), 'by-section'),
  /** The treatment of `available_quantity` in a PUT of a seller with several origins: refused with 400, or left out. */
  multi_origin_quantity: setting(oneOf('refused', 'ignored'), 'refused'),
  /** The treatment of `available_quantity` in a PUT of any other item of a user product. */
  user_product_quantity: setting(oneOf('accepted', 'refused'), 'accepted'),
  /** Real milliseconds that a PUT of an item takes at least; another one that arrives meanwhile is refused with 409. */
  update_ms: setting(wholeNumber(), 0),
  /** A PUT this soon (virtual ms) after the last one on the same item is refused with 409; 0 switches it off. */
  lock_window_ms: setting(amount, 0, 1000),
  /** The `total` of a listing: the truth, 0, or the same number whatever there is. */
  items_total: setting(totals, 'honest'),
  /** Sellers with more listed items may not aggregate, query or sort. */
  restricted_above: setting(amount, 200_000),
}

/** Settings of the stock of user products (sections 6.6 and 11). */
const stock = {
  /** Calls of `/user-products/:id/stock` and below, per application and minute of virtual time; null: no limit. */
  requests_per_minute: setting(orNull(wholeNumber()), 100),
  /** Virtual milliseconds until the other items of a user product have its stock too. */
  copy_delay_ms: setting(wholeNumber(), 0),
  /** The answer to a PUT: 200 and the stock, or 204. */
  put_answer: setting(oneOf('stock', 'empty'), 'stock'),
}

/** Settings of questions (section 7). */
const questions = {
  /** Whether answering is refused with `not_active_item` when the item is no longer active. */
  answers_need_active_item: setting(flag, true),
  /** Status of the refusal of a text that is too long. */
  long_text_status: setting(oneOf(400, 413), 400),
  /** The kind of scroll id that questions have, as for items. Whether questions scan as items do is unconfirmed. */
  questions_scroll_id: setting(oneOf('position', 'handle'), 'position', 'handle'),
  /** The `total` of a search. */
  questions_total: setting(totals, 'honest'),
}

/** Settings of orders (sections 8 and 14). */
const orders = {
  /** Whether a `limit` over 50 in a search counts as 50 or is refused. */
  high_limit: setting(oneOf('clamp', 'refuse'), 'clamp'),
  /** Records that paging by offset can reach; null: all of them. */
  offset_cap: setting(orNull(wholeNumber()), 1000),
  /** A seller finds cancelled orders when `order.status` names them, never, or always. */
  cancelled: setting(oneOf('by_filter', 'hidden', 'shown'), 'by_filter'),
  /** Dates are cut to the hour; whether a `to` at 12:40 then includes everything from 12:00 to 13:00. */
  to_includes_its_hour: setting(flag, false),
  /** Virtual milliseconds for which a new order has no shipment. */
  shipping_delay_ms: setting(wholeNumber(), 0),
  /** Fields that all orders' answers lack; they then have status 206. */
  missing: setting(listOfNames, []),
  /** The 404 of an order or a pack: with `cause` as an empty text, or the standard body. */
  order_not_found_body: setting(oneOf('cause_as_text', 'standard'), 'cause_as_text', 'standard'),
  /**
   * Routes spell the same amount differently (section 8). The source does not say which spell it how; here a single order has
   * `50000.0`, a single shipment `50000.00`, and a search `50000`. With `short` all have `50000`.
   */
  amount_spelling: setting(oneOf('by_route', 'short'), 'by_route', 'short'),
  /** The `paging.total` of a search. */
  orders_total: setting(totals, 'honest'),
}

/** Settings of shipments (sections 9 and 14). */
const shipments = {
  /** `GET /shipments/...` without `x-format-new: true`: answered in the flat shape, as if it were there, or refused with 400. */
  old_format: setting(oneOf('flat', 'answered', 'refused'), 'flat', 'refused'),
  /** The value of `external_reference` in the new format. */
  external_reference: setting(oneOf('pack_id', 'absent'), 'pack_id', 'absent'),
  /** The state of a shipment after its payment: ready for its label at once, or first `handling/waiting_for_label_generation`. */
  after_payment: setting(oneOf('ready_to_print', 'waiting_for_label_generation'), 'ready_to_print'),
  /** The packaging of ZPL labels: a zip archive with one text, or the text itself. */
  zpl_packaging: setting(oneOf('plain', 'zip'), 'zip'),
  /** Whether printing a label moves a shipment from `ready_to_print` to `printed`. */
  printing_moves: setting(flag, true),
  /** Whether `GET /orders/:id/shipments` still has its old view, which was to end in September 2026. */
  old_order_view: setting(flag, false),
}

/** Settings of notifications and of `/missed_feeds` (section 10). */
const notifications = {
  /** While true, notifications are queued and none is sent. */
  hold: setting(flag, false),
  /** The order in which queued notifications leave. */
  order: setting(oneOf('queued', 'shuffled', 'reversed'), 'queued'),
  /** The number of copies of each notification, under one `_id`. */
  copies: setting(wholeNumber(1, 100), 1),
  /** `full` has `_id` and `actions`; `plain` has no `actions`, except that sub-topics have `id` and `actions`, as in `sub_topic`. */
  shape: setting(oneOf('full', 'plain', 'sub_topic', 'without_id'), 'full', 'plain'),
  received_field: setting(oneOf('received', 'recieved'), 'received'),
  user_id_as_text: setting(flag, false),
  items_prices_topic: setting(oneOf('items_prices', 'items prices'), 'items_prices', 'items prices'),
  orders_feedback_topic: setting(oneOf('orders_feedback', 'orders feedback'), 'orders_feedback', 'orders feedback'),
  stock_locations_topic: setting(oneOf('stock-locations', 'stock-location'), 'stock-locations', 'stock-location'),
  families_topic: setting(
    oneOf('user-products-families', 'user_products_families'),
    'user-products-families',
    'user_products_families',
  ),
  /** The resource of a notification of a price: `/items/{id}/prices`, or the item. */
  items_prices_resource: setting(oneOf('prices', 'item'), 'prices', 'item'),
  /** Real milliseconds that a receiver has for its 200. */
  timeout_ms: setting(wholeNumber(1, 60_000), 1000, 500),
  /** Observed: three, the last one 9 minutes after the first (8 to 10 were seen). Documented: eight within an hour. */
  max_attempts: setting(wholeNumber(1, 20), 3, 8),
  /** Virtual milliseconds between the first two attempts; the gap doubles with each further one. */
  first_retry_ms: setting(wholeNumber(1, 86_400_000), 180_000, 28_000),
  /** The number of attempts that run at once. */
  concurrency: setting(wholeNumber(1, 256), 16),
  /**
   * A topic is switched off when nine in ten of this many attempts in a row have failed; null: never. The pages say that topics are
   * switched off, and not when.
   */
  switch_off_after: setting(orNull(wholeNumber(1, 10_000)), 100),
  /** The virtual milliseconds that these attempts have to span at least. */
  switch_off_span_ms: setting(wholeNumber(), 24 * 60 * 60 * 1000),
  /** The value of `messages` when there are no rows, or none behind the last page. */
  missed_feeds_end: setting(oneOf('null', 'empty_list'), 'null', 'empty_list'),
  /** `observed` has `source`, `user_id` as text and whole seconds; `documented` repeats what was sent. */
  missed_feeds_row: setting(oneOf('observed', 'documented'), 'observed', 'documented'),
  /** Whether topic `items` without `site_id` is refused with 400. */
  missed_feeds_need_site: setting(flag, true),
}

/** All settings by area. Names are snake_case, and unique over all areas. */
const areas = {service, items, stock, questions, orders, shipments, notifications}
export type SettingArea = keyof typeof areas

const table = {...service, ...items, ...stock, ...questions, ...orders, ...shipments, ...notifications}
type Table = typeof table
type SettingName = keyof Table

/** The values of all settings. A setting chooses where sources contradict each other or are silent. */
export type Settings = {[Name in SettingName]: Table[Name]['observed']}
export type Profile = Settings['profile']
export type Totals = Settings['items_total']

export function defaultSettings(): Settings {
  return valuesOf(names(), 'observed')
}

/** The settings of one area, or all of them. */
export function showSettings(settings: Settings, area?: SettingArea): Partial<Settings> {
  return Object.fromEntries(names(area).map((name) => [name, settings[name]]))
}

/** A setting for a table: its values in words, and its value in each profile. */
export interface DescribedSetting {
  name: string
  values: string
  observed: unknown
  documented: unknown
}

/** All settings, with their values in words and their value in each profile. */
export function listSettings(): DescribedSetting[] {
  return names().map((name) => {
    const {words, observed, documented} = table[name]
    return {name, values: words, observed, documented}
  })
}

/**
 * Reads changes of settings, all or none. A `profile` among them changes everything in which the profiles differ, and the other
 * changes win over it. A value may be given as text, as on a command line.
 * @throws RangeError that names the known settings, or the values of one
 */
export function readSettings(changes: unknown, area?: SettingArea): Partial<Settings> {
  if (!v.is(v.record(v.string(), v.unknown()), changes) || Array.isArray(changes))
    throw new RangeError('Settings must be an object of names and values')
  const read: Partial<Settings> = Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [name, readValue(knownName(name, area), value)]),
  )
  return {...(read.profile && differencesOf(read.profile)), ...read}
}

function knownName(name: string, area: SettingArea | undefined): SettingName {
  const known = names(area).find((one) => one === name)
  if (known !== undefined) return known
  throw new RangeError(`Unknown setting ${name}; the settings are ${names(area).sort().join(', ')}`)
}

function readValue(name: SettingName, raw: unknown): unknown {
  const {schema, words}: Kind<unknown> = table[name]
  for (const value of readings(raw)) if (v.is(schema, value)) return value
  const shown = typeof raw === 'string' ? raw : JSON.stringify(raw)
  throw new RangeError(`${shown} is not a value of ${name}: use ${words}`)
}

/** The value itself, and for a text also its value as JSON and as a comma-separated list. */
function readings(raw: unknown): unknown[] {
  if (typeof raw !== 'string') return [raw]
  const list = raw.split(',').filter((part) => part !== '')
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), raw)
  return json.success ? [raw, json.output, list] : [raw, list]
}

function differencesOf(profile: Profile): Partial<Settings> {
  return valuesOf(
    names().filter((name) => table[name].observed !== table[name].documented),
    profile,
  )
}

function names(area?: SettingArea): SettingName[] {
  return Object.keys(area === undefined ? table : areas[area]) as SettingName[]
}

function valuesOf(chosen: SettingName[], profile: Profile): Settings {
  return Object.fromEntries(chosen.map((name) => [name, table[name][profile]])) as Settings
}
