import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {exportWorld, importWorld} from '../../src/emulator/model/state.js'
import {World} from '../../src/emulator/model/world.js'
import {type Answer, EmulatorClient, type Tokens} from './emulator-client.js'
import {lamp} from './shop.js'

const minuteMs = 60_000

let client: EmulatorClient
let seller: Tokens
beforeEach(async () => {
  client = await EmulatorClient.start({site: 'MLA', topics: ['stock-locations', 'items']})
  seller = await client.connect()
})
afterEach(() => client.close())

const family = {
  ...lamp,
  title: undefined,
  family_name: 'Lámparas del sur',
  category_id: 'MLA9999',
  currency_id: 'ARS',
}

async function publish(change: object = {}): Promise<Answer['body']> {
  const {status, body} = await client.json('POST', '/items', {...family, ...change}, seller.access_token)
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

function read(path: string, as = seller): Promise<Answer> {
  return client.get(path, as.access_token)
}

function write(id: string, type: string, body: unknown, version: string | null): Promise<Answer> {
  return client.send('PUT', `/user-products/${id}/stock/type/${type}`, {
    headers: {
      authorization: `Bearer ${seller.access_token}`,
      'content-type': 'application/json',
      ...(version === null ? {} : {'x-version': version}),
    },
    body: JSON.stringify(body),
  })
}

const control = (path: string, body: unknown): Promise<Answer> => client.json('POST', `/_emulator${path}`, body)

async function versionOf(id: string): Promise<string> {
  return (await read(`/user-products/${id}/stock`)).headers.get('x-version') ?? ''
}

/** What has been told since then, by topic and resource. */
function listen(): () => string[] {
  const {notifications} = client.emulator.world
  notifications.subscribe(Number(client.emulator.clientId), {url: 'http://127.0.0.1:9/nobody'})
  client.emulator.world.changeSettings({hold: true})
  const before = notifications.list().length
  return () =>
    notifications
      .list()
      .slice(before)
      .map(({topic, resource}) => `${topic} ${resource}`)
}

describe('a user product', () => {
  it('names its family, and shows its stock with a version', async () => {
    const item = await publish()
    const id = item.user_product_id
    expect((await read(`/user-products/${id}`)).body).toEqual({id, user_id: seller.user_id, family_id: item.family_id})
    const {status, headers, body} = await read(`/user-products/${id}/stock`)
    expect(status).toBe(200)
    expect(body).toEqual({
      id,
      user_id: seller.user_id,
      locations: [{type: 'selling_address', quantity: 10}],
      last_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      available_sites: ['MLA'],
      product_release_date: null,
      stock_mode: 'countable',
    })
    expect(Number(headers.get('x-version'))).toBeGreaterThan(2 ** 31)
  })

  it('is its seller s alone', async () => {
    const {user_product_id: id} = await publish()
    const other = await client.connect('CASA_DEL_SUR')
    const denied = {
      status: 403,
      body: {error: 'access_denied', message: 'access to the requested resource is forbidden'},
    }
    for (const below of ['', '/stock']) expect(await read(`/user-products/${id}${below}`, other)).toMatchObject(denied)
    expect((await read('/user-products/MLAU1/stock')).status).toBe(404)
    expect((await client.get(`/user-products/${id}/stock`)).status).toBe(401)
  })

  it('takes a new stock with the version that was read, and gives it to all its items', async () => {
    const [first, second] = [await publish(), await publish({price: 2000})]
    const id = first.user_product_id
    expect(second).toMatchObject({user_product_id: id, family_id: first.family_id})
    const version = await versionOf(id)
    const told = listen()
    const {status, headers, body} = await write(id, 'selling_address', {quantity: 3}, version)
    expect([status, body.locations]).toEqual([200, [{type: 'selling_address', quantity: 3}]])
    expect(headers.get('x-version')).toBe(String(Number(version) + 1))
    for (const item of [first, second]) expect((await read(`/items/${item.id}`)).body.available_quantity).toBe(3)
    expect(told()).toEqual([
      `stock-locations /user-products/${id}/stock`,
      `items /items/${first.id}`,
      `items /items/${second.id}`,
    ])
  })

  it('pauses its items without stock, and activates them with it', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await write(id, 'selling_address', {quantity: 0}, await versionOf(id))
    expect((await read(`/items/${itemId}`)).body).toMatchObject({status: 'paused', sub_status: ['out_of_stock']})
    await write(id, 'selling_address', {quantity: 4}, await versionOf(id))
    expect((await read(`/items/${itemId}`)).body).toMatchObject({status: 'active', sub_status: []})
  })

  it('refuses a write without the version, with an old one, and nothing is changed', async () => {
    const {user_product_id: id} = await publish()
    const version = await versionOf(id)
    expect(await write(id, 'selling_address', {quantity: 3}, null)).toMatchObject({
      status: 400,
      body: {message: 'Missing X-Version header'},
    })
    await write(id, 'selling_address', {quantity: 3}, version)
    expect(await write(id, 'selling_address', {quantity: 4}, version)).toMatchObject({
      status: 409,
      body: {message: 'Version mismatch'},
    })
    expect((await read(`/user-products/${id}/stock`)).body.locations).toEqual([{type: 'selling_address', quantity: 3}])
  })

  it.each([[{quantity: -1}], [{quantity: 1.5}], [{quantity: '3'}], [{}], [[]]])('refuses %j', async (body) => {
    const {user_product_id: id} = await publish()
    expect((await write(id, 'selling_address', body, await versionOf(id))).status).toBe(400)
  })

  it('has another version after its item was changed', async () => {
    const [first, second] = [await publish(), await publish({price: 7})]
    const before = await versionOf(first.user_product_id)
    const told = listen()
    await client.json('PUT', `/items/${first.id}`, {available_quantity: 6}, seller.access_token)
    expect(await versionOf(first.user_product_id)).toBe(String(Number(before) + 1))
    expect((await read(`/items/${second.id}`)).body.available_quantity).toBe(6)
    expect(told().filter((line) => line.startsWith('stock-locations '))).toHaveLength(1)
  })

  it('goes down with each purchase of one of its items, in all of them', async () => {
    const [first, second] = [await publish(), await publish({price: 7})]
    const before = await versionOf(first.user_product_id)
    const told = listen()
    const bought = await control('/purchase', {buyer: 'CASA_DEL_SUR', item: second.id, quantity: 4})
    expect(bought.status).toBe(201)
    expect(await versionOf(first.user_product_id)).toBe(String(Number(before) + 1))
    expect((await read(`/items/${first.id}`)).body.available_quantity).toBe(6)
    expect(told().sort()).toEqual([
      `items /items/${first.id}`,
      `items /items/${second.id}`,
      `stock-locations /user-products/${first.user_product_id}/stock`,
    ])
  })

  it('keeps its version when something else of the item changes', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    const before = await versionOf(id)
    await client.json('PUT', `/items/${itemId}`, {price: 6}, seller.access_token)
    expect(await versionOf(id)).toBe(before)
  })

  it('has no stock that can be written in the service s own warehouse', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control(`/items/${itemId}`, {shipping: {mode: 'me2', logistic_type: 'fulfillment'}})
    expect((await read(`/user-products/${id}/stock`)).body.locations).toEqual([{type: 'meli_facility', quantity: 10}])
    expect((await write(id, 'meli_facility', {quantity: 1}, await versionOf(id))).status).toBe(400)
    expect((await write(id, 'selling_address', {quantity: 1}, await versionOf(id))).status).toBe(404)
  })

  it('may have no stock at all', async () => {
    const {user_product_id: id} = await publish()
    await control(`/user-products/${id}`, {locations: []})
    expect(await read(`/user-products/${id}/stock`)).toMatchObject({
      status: 404,
      body: {message: 'stock-locations not found'},
    })
  })

  it('lies in several places when a test has it so', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control(`/user-products/${id}`, {
      locations: [
        {type: 'meli_facility', quantity: 5},
        {type: 'selling_address', quantity: 2},
      ],
    })
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(7)
    await write(id, 'selling_address', {quantity: 0}, await versionOf(id))
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(5)
  })

  it('answers a hundred calls a minute, unless the limit is another', async () => {
    const {user_product_id: id} = await publish()
    for (let n = 0; n < 100; n++) await versionOf(id)
    expect((await read(`/user-products/${id}/stock`)).status).toBe(429)
    expect((await read(`/user-products/${id}`)).status).toBe(200)
    client.emulator.advance(minuteMs)
    expect((await read(`/user-products/${id}/stock`)).status).toBe(200)
    await control('/user-products/settings', {requests_per_minute: 1})
    expect((await read(`/user-products/${id}/stock`)).status).toBe(429)
    await control('/user-products/settings', {requests_per_minute: null})
    expect((await read(`/user-products/${id}/stock`)).status).toBe(200)
  })

  it('is copied later, when it is switched so', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control('/user-products/settings', {copy_delay_ms: minuteMs, put_answer: 'empty'})
    expect((await write(id, 'selling_address', {quantity: 2}, await versionOf(id))).status).toBe(204)
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(10)
    client.emulator.advance(minuteMs)
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(2)
  })

  it('loses nothing that is sold of its items while a copy is on its way', async () => {
    const [first, second] = [await publish(), await publish({price: 7})]
    const id = first.user_product_id
    await control('/user-products/settings', {copy_delay_ms: minuteMs})
    await write(id, 'selling_address', {quantity: 20}, await versionOf(id))
    await control('/purchase', {buyer: 'CASA_DEL_SUR', item: first.id, quantity: 4})
    await control('/purchase', {buyer: 'CASA_DEL_SUR', item: second.id, quantity: 3})
    const stock = async () => (await read(`/user-products/${id}/stock`)).body.locations
    expect(await stock()).toEqual([{type: 'selling_address', quantity: 13}])
    client.emulator.advance(minuteMs)
    expect(await stock()).toEqual([{type: 'selling_address', quantity: 13}])
    for (const item of [first, second]) expect((await read(`/items/${item.id}`)).body.available_quantity).toBe(13)
  })

  it('has the stock of an item that joins it, also while a copy is on its way', async () => {
    const first = await publish()
    const id = first.user_product_id
    await control('/user-products/settings', {copy_delay_ms: minuteMs})
    await write(id, 'selling_address', {quantity: 2}, await versionOf(id))
    const version = await versionOf(id)
    const second = await publish({price: 7, available_quantity: 15})
    expect((await read(`/user-products/${id}/stock`)).body.locations).toEqual([{type: 'selling_address', quantity: 15}])
    expect(await versionOf(id)).toBe(String(Number(version) + 1))
    client.emulator.advance(minuteMs)
    for (const item of [first, second]) expect((await read(`/items/${item.id}`)).body.available_quantity).toBe(15)
  })

  it('keeps the stock of its items when it has none any more before they were given it', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control('/user-products/settings', {copy_delay_ms: minuteMs})
    await write(id, 'selling_address', {quantity: 20}, await versionOf(id))
    await control(`/user-products/${id}`, {locations: []})
    client.emulator.advance(minuteMs)
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(10)
  })

  it('is copied at once again, and once, when the delay is switched off meanwhile', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control('/user-products/settings', {copy_delay_ms: minuteMs})
    await write(id, 'selling_address', {quantity: 20}, await versionOf(id))
    await control('/user-products/settings', {copy_delay_ms: 0})
    const version = await versionOf(id)
    await write(id, 'selling_address', {quantity: 6}, version)
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(6)
    client.emulator.advance(minuteMs)
    expect(await versionOf(id)).toBe(String(Number(version) + 1))
    expect((await read(`/items/${itemId}`)).body.available_quantity).toBe(6)
  })

  it('survives a saved state, with what is still to be copied', async () => {
    const {id: itemId, user_product_id: id} = await publish()
    await control('/user-products/settings', {copy_delay_ms: minuteMs})
    await write(id, 'selling_address', {quantity: 2}, await versionOf(id))
    const copy = new World()
    importWorld(copy, JSON.parse(JSON.stringify(exportWorld(client.emulator.world))))
    const [was, is] = [client.emulator.world, copy].map(({userProducts}) => userProducts.get(id))
    expect(is).toMatchObject({version: was!.version, locations: was!.locations})
    expect(copy.catalogue.get(itemId)?.quantity).toBe(10)
    copy.clock.advance(minuteMs)
    expect(copy.catalogue.get(itemId)?.quantity).toBe(2)
    copy.userProducts.close()
  })

  it('has thirty items at most', async () => {
    for (let n = 0; n < 30; n++) await publish({price: 10 + n})
    const {status, body} = await client.json('POST', '/items', family, seller.access_token)
    expect([status, body.message]).toEqual([400, 'Validation error'])
  })

  it('is another one when the product is another', async () => {
    const [one, two] = [await publish(), await publish({attributes: [{id: 'BRAND', value_name: 'Otra'}]})]
    expect(two.user_product_id).not.toBe(one.user_product_id)
    expect(two.family_id).toBe(one.family_id)
  })
})

describe('stock outside of Argentina and Chile', () => {
  it('cannot be written at the selling address', async () => {
    const abroad = await EmulatorClient.start({items: 40})
    const {access_token: token} = await abroad.connect()
    await abroad.json('POST', '/_emulator/tags', {user: 'TIENDA_ANDINA', add: ['user_product_seller']})
    const items = abroad.emulator.world.catalogue.listed(abroad.emulator.world.applications.first().ownerId)
    const {userProductId: id} = items.find(
      (item) =>
        item.userProductId !== null &&
        abroad.emulator.world.userProducts.get(item.userProductId)?.locations[0]?.type === 'selling_address',
    )!
    const version = (await abroad.get(`/user-products/${id}/stock`, token)).headers.get('x-version')!
    const {status, body} = await abroad.send('PUT', `/user-products/${id}/stock/type/selling_address`, {
      headers: {authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-version': version},
      body: '{"quantity":1}',
    })
    await abroad.close()
    expect([status, body.message]).toEqual([400, 'stock of type selling_address cannot be changed in MEC'])
  })
})

describe('a seller of user products', () => {
  beforeEach(() => control('/tags', {user: seller.user_id, add: ['user_product_seller']}))

  it('publishes with a family name, and no title and no variations', async () => {
    const {body} = await client.json(
      'POST',
      '/items',
      {...lamp, category_id: 'MLA9999', currency_id: 'ARS', variations: []},
      seller.access_token,
    )
    expect(body.cause.map(({code}: {code: string}) => code)).toEqual(['body.required_fields', 'body.invalid_fields'])
    expect(body.cause[0].message).toContain('[family_name]')
    expect(body.cause[1].message).toContain('[title, variations]')
    expect((await publish()).user_product_id).toMatch(/^MLAU\d+$/)
  })

  it('has user products of what was there before', async () => {
    const {world} = client.emulator
    world.catalogue.seed({userId: seller.user_id, siteId: 'MLA', isTestUser: false}, 20)
    await control('/tags', {user: seller.user_id, add: ['user_product_seller']})
    const kinds = world.catalogue
      .listed(seller.user_id)
      .map(({variations, userProductId}) => variations.length > 0 || userProductId !== null)
    expect(new Set(kinds)).toEqual(new Set([true]))
  })
})

describe('a seller with several origins', () => {
  let stores: {store_id: string; network_node_id: string}[]
  let item: Answer['body']
  beforeEach(async () => {
    item = await publish()
    const {body} = await control('/tags', {user: seller.user_id, add: ['user_product_seller', 'warehouse_management']})
    stores = body.stores
  })

  const at = (n: number, quantity: unknown) => ({
    store_id: stores[n]!.store_id,
    network_node_id: stores[n]!.network_node_id,
    quantity,
  })

  it('writes stock where it lies; what is not named stays', async () => {
    const id = item.user_product_id
    expect((await read(`/user-products/${id}/stock`)).body.locations).toEqual([
      {type: 'seller_warehouse', ...at(0, 10)},
      {type: 'seller_warehouse', ...at(1, 0)},
    ])
    const {body} = await write(id, 'seller_warehouse', {locations: [at(1, 4)]}, await versionOf(id))
    expect(body.locations.map(({quantity}: {quantity: number}) => quantity)).toEqual([10, 4])
    expect((await read(`/items/${item.id}`)).body.available_quantity).toBe(14)
  })

  it('cannot write to what is no warehouse, or with the short body of the FAQ', async () => {
    const id = item.user_product_id
    const bodies = [
      {locations: [{...at(0, 1), store_id: '77'}]},
      {locations: [{...at(0, 1), network_node_id: 'X'}]},
      {locations: [at(0, -1)]},
      {quantity: 10},
    ]
    for (const body of bodies) expect((await write(id, 'seller_warehouse', body, await versionOf(id))).status).toBe(400)
    expect((await write(id, 'selling_address', {quantity: 1}, await versionOf(id))).body.message).toBe(
      'stock-locations not found',
    )
  })

  it('cannot write it through the item, or in vain', async () => {
    const put = (body: object) => client.json('PUT', `/items/${item.id}`, body, seller.access_token)
    expect(await put({available_quantity: 3})).toMatchObject({
      status: 400,
      body: {cause: [{code: 'item.available_quantity.not_updatable'}]},
    })
    await control('/items/settings', {multi_origin_quantity: 'ignored'})
    const {status, body} = await put({available_quantity: 3, price: 5})
    expect([status, body.available_quantity, body.price]).toEqual([200, 10, 5])
  })

  it('names in an order the warehouse that has enough', async () => {
    const id = item.user_product_id
    await write(id, 'seller_warehouse', {locations: [at(0, 1), at(1, 4)]}, await versionOf(id))
    const buyer = await client.connect('CASA_DEL_SUR')
    const bought = await control('/purchase', {buyer: buyer.user_id, item: item.id, quantity: 3})
    const {body} = await read(`/orders/${bought.body.order_ids[0]}`)
    const {store_id, network_node_id} = at(1, 4)
    expect(body.order_items[0].stock).toEqual({store_id, node_id: network_node_id})
  })

  it('goes back to one address without the tag', async () => {
    await control('/tags', {user: seller.user_id, remove: ['warehouse_management']})
    const {body} = await read(`/user-products/${item.user_product_id}/stock`)
    expect(body.locations).toEqual([{type: 'selling_address', quantity: 10}])
  })
})
