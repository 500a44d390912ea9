import type {FastifyInstance} from 'fastify'
import {createApp} from '../../src/emulator/app.js'
import {VirtualClock} from '../../src/emulator/model/clock.js'
import {Catalogue} from '../../src/emulator/model/items/catalogue.js'
import type {Owner} from '../../src/emulator/model/items/item.js'
import {Random} from '../../src/emulator/model/random.js'
import {defaultSettings} from '../../src/emulator/model/settings.js'
import {World} from '../../src/emulator/model/world.js'
import type {WireJson} from './emulator-client.js'

export const seller: Owner = {userId: 8_035_443, siteId: 'MEC', isTestUser: false}
export const stranger: Owner = {userId: 3_000_000_123, siteId: 'MLB', isTestUser: true}

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: WireJson
}

/** A client of the emulator for two users, who are told apart by their names. */
export interface Shop {
  app: FastifyInstance
  catalogue: Catalogue
  clock: VirtualClock
  get(url: string, as?: string): Promise<Answer>
  post(url: string, payload: unknown, as?: string): Promise<Answer>
  put(url: string, payload: unknown, as?: string): Promise<Answer>
  delete(url: string, as?: string): Promise<Answer>
}

export function newCatalogue(seed = 1, clock = new VirtualClock(new Date('2026-11-20T12:00:00Z'))): Catalogue {
  return new Catalogue({clock, random: new Random(seed), settings: defaultSettings()})
}

export function openShop(): Shop {
  const world = new World({seed: 0, start: new Date('2026-11-20T12:00:00Z')})
  const {clock, catalogue} = world
  openAccounts(world)
  const app = createApp(world)
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, as: string, payload?: unknown) => {
    const headers = {authorization: `Bearer ${world.users.find(as) === undefined ? 'none' : world.token(as)}`}
    const response = await app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : {payload: payload as object}),
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body === '' ? undefined : response.json(),
    }
  }
  return {
    app,
    catalogue,
    clock,
    get: (url, as = 'seller') => ask('GET', url, as),
    post: (url, payload, as = 'seller') => ask('POST', url, as, payload),
    put: (url, payload, as = 'seller') => ask('PUT', url, as, payload),
    delete: (url, as = 'seller') => ask('DELETE', url, as),
  }
}

/** A real seller with an application, and a test user of theirs. */
function openAccounts({users, applications}: World): void {
  const template = users.addReal({siteId: seller.siteId})
  const owner = {...template, id: seller.userId, nickname: 'seller'}
  users.import([
    owner,
    {...template, id: stranger.userId, nickname: 'stranger', siteId: stranger.siteId, createdBy: owner.id},
  ])
  applications.add({
    name: 'Shop',
    ownerId: owner.id,
    siteId: owner.siteId,
    redirectUris: [],
    pkce: 'optional',
    scopes: ['read', 'write'],
  })
}

export const lamp = {
  title: 'Lámpara de mesa Ñandú',
  category_id: 'MEC9999',
  price: 1234.5,
  currency_id: 'USD',
  available_quantity: 10,
  buying_mode: 'buy_it_now',
  condition: 'new',
  listing_type_id: 'gold_special',
  pictures: [{source: 'https://example.com/lamp.jpg'}],
  attributes: [
    {id: 'BRAND', value_name: 'Ñandú'},
    {id: 'SELLER_SKU', value_name: 'LAMP-1'},
  ],
}

/** Publishes the lamp, changed by `change`, and returns its JSON. */
export async function publish(shop: Shop, change: object = {}, as = 'seller'): Promise<WireJson> {
  const {status, body} = await shop.post('/items', {...lamp, ...change}, as)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}
