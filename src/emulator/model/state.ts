import {open, readFile, rename, rm} from 'node:fs/promises'
import * as v from 'valibot'
import type {Application} from './applications.js'
import type {AccessToken, Code, Grant} from './grants.js'
import {itemColumns} from './items/item.js'
import {outcomeSchema} from './items/outcomes.js'
import {isTooDeep} from './json.js'
import type {Notification} from './notifications/notification.js'
import {isCallbackUrl, type Subscription} from './notifications/subscriptions.js'
import type {Order, Pack} from './orders/order.js'
import type {Question} from './questions/question.js'
import {defaultSettings, readSettings} from './settings.js'
import type {Shipment} from './shipments/shipment.js'
import {sites} from './sites.js'
import type {ChangedStock} from './stock/user-product.js'
import type {User} from './users.js'
import type {World} from './world.js'

const whole = v.pipe(v.number(), v.safeInteger())
const list = v.array(v.unknown())
const text = v.string()

/** A record, of which only the fields that others depend on are checked. */
function record<T>(fields: v.ObjectEntries) {
  return v.pipe(
    v.looseObject(fields),
    v.transform((row) => row as T),
  )
}

const rows = v.array(
  v.pipe(
    list,
    v.length(itemColumns.length),
    v.check(([id]) => typeof id === 'string', 'not an item'),
  ),
)

const notAState = 'this is not a state of the emulator, or one of another version'

/** A world as JSON, with the tokens and secrets of emulated accounts, without the request log and the faults. */
const stateSchema = v.object(
  {
    version: v.literal(2, notAState),
    site_id: v.picklist([...sites.keys()]),
    clock: v.pipe(v.number(), v.finite()),
    random: whole,
    catalogue_random: whole,
    settings: v.pipe(
      v.unknown(),
      v.rawTransform(({dataset, addIssue, NEVER}) => {
        try {
          return readSettings(dataset.value)
        } catch (error) {
          addIssue({message: String(error)})
          return NEVER
        }
      }),
    ),
    users: v.array(record<User>({id: whole, nickname: text, tags: list})),
    applications: v.pipe(v.array(record<Application>({id: whole, secret: text, redirectUris: list})), v.minLength(1)),
    grants: v.object({
      codes: v.array(record<Code>({value: text})),
      accessTokens: v.array(record<AccessToken>({value: text})),
      grants: v.array(record<Grant>({userId: whole, appId: whole})),
    }),
    catalogue: v.object({
      columns: v.pipe(
        v.array(text),
        v.check((columns) => columns.join() === itemColumns.join(), 'the columns of the catalogue are other ones'),
      ),
      listed: rows,
      unlisted: rows,
      last_number: whole,
      outcomes: v.array(outcomeSchema),
    }),
    notifications: v.object({
      subscriptions: v.array(
        record<Subscription>({appId: whole, url: v.nullable(v.pipe(text, v.check(isCallbackUrl))), topics: list}),
      ),
      unfinished: v.array(record<Notification>({n: whole, topic: text, attempts: list})),
      missed: v.array(record<Notification>({n: whole, topic: text, attempts: list})),
      count: whole,
      random: whole,
    }),
    questions: v.object({
      questions: v.array(record<Question>({id: whole, itemId: text, status: text})),
      last_id: whole,
      random: whole,
    }),
    shipments: v.object({
      shipments: v.array(record<Shipment>({id: whole, status: text, lines: list, history: list})),
      last_id: whole,
      random: whole,
    }),
    orders: v.object({
      orders: v.array(
        record<Order>({id: whole, packId: whole, line: v.looseObject({itemId: text}), payments: list, status: text}),
      ),
      packs: v.array(record<Pack>({id: whole, orderIds: list, status: text})),
      last_id: whole,
      last_payment_id: whole,
      random: whole,
    }),
    user_products: v.object({
      changed: v.array(record<ChangedStock & {id: string}>({id: text, version: whole, locations: v.nullable(list)})),
      copies: v.array(v.tuple([text, v.number()])),
    }),
  },
  notAState,
)

export function exportWorld(world: World): v.InferOutput<typeof stateSchema> {
  return {
    version: 2,
    site_id: world.siteId,
    clock: world.clock.export(),
    random: world.random.export(),
    catalogue_random: world.catalogueRandom.export(),
    settings: {...world.settings},
    users: world.users.export(),
    applications: world.applications.export(),
    grants: world.grants.export(),
    catalogue: world.catalogue.export(),
    notifications: world.notifications.export(),
    questions: world.questions.export(),
    shipments: world.shipments.export(),
    orders: world.orders.export(),
    user_products: world.userProducts.export(),
  }
}

/**
 * Replaces the world's content by a state. Time that has passed since the export has passed in the world too.
 * @throws TypeError, with nothing changed, when `data` is not a state
 */
export function importWorld(world: World, data: unknown): void {
  const {issues, output: state} = v.safeParse(stateSchema, data)
  if (issues !== undefined) throw new TypeError(`${v.getDotPath(issues[0]) ?? 'state'}: ${issues[0].message}`)
  Object.assign(world, {siteId: state.site_id})
  Object.assign(world.settings, defaultSettings(), state.settings)
  world.clock.import(state.clock)
  world.random.import(state.random)
  world.catalogueRandom.import(state.catalogue_random)
  world.users.import(state.users)
  world.applications.import(state.applications)
  world.grants.import(state.grants)
  world.notifications.import(state.notifications)
  world.catalogue.import(state.catalogue)
  world.shipments.import(state.shipments)
  world.questions.import(state.questions)
  world.orders.import(state.orders)
  world.userProducts.import(state.user_products)
  // Last, because events that are due change items and are notified.
  world.catchUp()
}

/** False when the file does not exist. @throws TypeError when it is not a state */
export async function loadState(world: World, file: string): Promise<boolean> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  if (isTooDeep(text)) throw new TypeError('it is nested more deeply than any state of the emulator')
  importWorld(world, JSON.parse(text))
  return true
}

/** Writes atomically, readable by the owner alone. */
export async function saveState(world: World, file: string): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    const handle = await open(unfinished, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(exportWorld(world)))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, {force: true})
    throw error
  }
}
