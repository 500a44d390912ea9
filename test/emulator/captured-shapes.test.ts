import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {captured, capturedNames, differences, type Name} from '../support/captured.js'
import {EmulatorClient} from './emulator-client.js'
import {Market} from './market.js'
import {minuteMs, Post} from './notifications/receiver.js'

/** What the emulator sends, held against what was captured. A difference is mended in the emulator, unless a newer capture says otherwise. */
function compared({status, body}: {status: number; body: unknown}, name: Name) {
  return {status, differences: differing(body, name)}
}

const used = new Set<Name>()

function differing(body: unknown, name: Name): string[] {
  used.add(name)
  return differences(body, name)
}

/** The shapes that nothing of the emulator can be compared with, and why. */
const incomparable: Readonly<Record<Name, string>> = {
  'notification.price_suggestion': 'the emulator suggests no prices',
}

const same = (status = 200) => ({status, differences: []})

let market: Market
let ids: {own: string; foreign: string; missing: string}

beforeAll(async () => {
  market = await Market.open({items: 250, site: 'MLA'})
  const {catalogue, siteId} = market.world
  catalogue.seed({userId: market.buyer.id, siteId, isTestUser: false}, 1)
  ids = {own: market.item(), foreign: catalogue.listed(market.buyer.id)[0]!.id, missing: 'MLA9'}
})
afterAll(() => market.close())

describe('items have the captured shapes', () => {
  const bulk = (selection = '') => market.get(`/items/bulk?ids=${ids.missing},${ids.own},${ids.foreign}${selection}`)

  it('in a bulk answer', async () => {
    const answer = await bulk()
    expect(compared(answer, 'items-bulk.whole')).toEqual(same())
    const statuses = answer.body.map((element: {id: string; status_code: number}) => [element.id, element.status_code])
    expect(new Map(statuses)).toEqual(
      new Map([
        [ids.own, 200],
        [ids.foreign, 403],
        [ids.missing, 404],
      ] as const),
    )
  })

  it('in a bulk answer with selected fields', async () => {
    const body = await bulk('&attributes=body.id,body.price')
    expect(compared(body, 'items-bulk.selected_body')).toEqual(same())
    expect(body.body.toSorted((a: object, b: object) => Object.keys(a).length - Object.keys(b).length)).toEqual([
      {},
      {},
      {body: {id: ids.own, price: 10}},
    ])
    expect(compared(await bulk('&attributes=id'), 'items-bulk.selected_id')).toEqual(same())
    const envelope = await bulk('&attributes=id,status_code,error,body.id,body.price')
    expect(compared(envelope, 'items-bulk.selected_envelope')).toEqual(same())
    expect(envelope.body.map((element: object) => Object.keys(element).length)).toEqual([3, 3, 3])
  })

  it('on the old route', async () => {
    const answer = await market.get(`/items?ids=${ids.missing},${ids.own}&attributes=id,price`)
    expect(compared(answer, 'items-multiget.whole')).toEqual(same())
  })

  it('one by one, each of 250', async () => {
    const all = market.world.catalogue.listed(market.seller.id)
    const found = new Set<string>()
    for (const {id} of all)
      for (const line of differing((await market.get(`/items/${id}`)).body, 'item.own')) found.add(line)
    expect([...found]).toEqual([])
    expect(all.length).toBeGreaterThan(200)
  })

  it('with the attributes of variations where they are asked for', async () => {
    const {id} = market.world.catalogue.listed(market.seller.id).find(({variations}) => variations.length > 0)!
    const answer = await market.get(`/items/${id}?include_attributes=all`)
    expect(compared(answer, 'item.with_all_attributes')).toEqual(same())
    expect(answer.body.variations.length).toBeGreaterThan(1)
  })

  it('when they are refused', async () => {
    expect(compared(await market.get(`/items/${ids.foreign}`), 'item.foreign')).toEqual(same(403))
    expect(compared(await market.get(`/items/${ids.missing}`), 'item.not_found')).toEqual(same(404))
    const {id} = market.buyer
    expect(compared(await market.get(`/users/${id}/items/search`), 'items-search.foreign')).toEqual(same(403))
  })

  it('with their prices', async () => {
    const answer = await market.get(`/items/${ids.own}/sale_price?context=channel_marketplace`)
    expect(compared(answer, 'prices.sale_price')).toEqual(same())
    expect(compared(await market.get(`/items/${ids.missing}/prices`), 'prices.none')).toEqual(same(404))
  })

  it('in searches and scans', async () => {
    const search = `/users/${market.seller.id}/items/search`
    expect(compared(await market.get(search), 'items-search.page')).toEqual(same())
    const pages = []
    for (let scroll = ''; pages.length < 5; ) {
      const page = await market.get(`${search}?search_type=scan&limit=100${scroll}`)
      pages.push(page)
      if (page.body.scroll_id === '') break
      scroll = `&scroll_id=${encodeURIComponent(page.body.scroll_id)}`
    }
    expect(pages.slice(0, -1).map((page) => compared(page, 'items-search.scan'))).toEqual(
      pages.slice(1).map(() => same()),
    )
    const cursors = pages.slice(0, -1).map(({body}) => JSON.parse(Buffer.from(body.scroll_id, 'base64').toString()))
    const types = (cursor: object) => Object.entries(cursor).map(([name, value]) => [name, typeof value])
    const example = JSON.parse(Buffer.from(captured('items-search.scan').body.scroll_id, 'base64').toString())
    expect(cursors.map(types)).toEqual(cursors.map(() => types(example)))
    expect(new Set(cursors.map(({id}) => id)).size).toBe(cursors.length)
    const empty = await market.get(`${search}?search_type=scan&limit=100&status=programmed`)
    expect(compared(empty, 'items-search.scan_end')).toEqual(same())
    const lost = await market.get(`${search}?search_type=scan&limit=100&scroll_id=nonsense`)
    expect(compared(lost, 'items-search.invalid_scroll')).toEqual(same(400))
  })

  it('when a price is not taken', async () => {
    await market.control(`/items/${ids.own}`, {price_automation: true})
    const answer = await market.client.json('PUT', `/items/${ids.own}`, {price: 99}, market.seller.token)
    await market.control(`/items/${ids.own}`, {price_automation: false})
    expect(compared(answer, 'item-errors.price_automation')).toEqual(same(400))
    await market.control(`/items/${ids.own}`, {promotion: 5})
    const promoted = await market.client.json('PUT', `/items/${ids.own}`, {price: 99}, market.seller.token)
    await market.control(`/items/${ids.own}`, {promotion: null})
    expect(compared(promoted, 'item-errors.price_in_cause')).toEqual(same(400))
  })

  it('when they cannot be changed, or not now', async () => {
    const put = (body: object) => market.client.json('PUT', `/items/${ids.own}`, body, market.seller.token)
    await market.control('/items/settings', {lock_window_ms: minuteMs})
    expect((await put({available_quantity: 4})).status).toBe(200)
    const conflict = await put({available_quantity: 5})
    await market.control('/items/settings', {lock_window_ms: 0})
    expect(compared(conflict, 'item-errors.conflict')).toEqual(same(409))
    await market.control(`/items/${ids.own}`, {status: 'closed'})
    const closed = await put({status: 'paused'})
    await market.control(`/items/${ids.own}`, {status: 'active'})
    expect(compared(closed, 'item-errors.status')).toEqual(same(400))
  })
})

describe('stock by location', () => {
  it('has the captured shape', async () => {
    const {userProductId} = market.world.catalogue.listed(market.seller.id).find((item) => item.userProductId !== null)!
    const answer = await market.get(`/user-products/${userProductId}/stock`)
    expect(compared(answer, 'user-product-stock.stock')).toEqual(same())
    expect(answer.headers.get('x-version')).toMatch(/^\d+$/)
  })
})

describe('sales have the captured shapes', () => {
  let order: number
  let pack: number
  let shipment: number
  const hosted = {'x-format-new': 'true', 'x-new-domain': 'true'}

  beforeAll(async () => {
    const made = await market.buy({item: market.item(5, {n: 1}), quantity: 2})
    ;[[order], [pack], [shipment]] = [made.order_ids, made.pack_ids, made.shipment_ids]
  })

  it('as orders', async () => {
    const search = await market.get(`/orders/search?seller=${market.seller.id}`)
    expect(compared(search, 'order.search')).toEqual(same())
    expect(search.body.results.length).toBeGreaterThan(0)
    expect(compared(await market.get(`/orders/${order}`), 'order.single')).toEqual(same())
    expect(compared(await market.get(`/orders/${pack}`), 'order.not_found')).toEqual(same(404))
    expect(compared(await market.get(`/orders/${order}/shipments`, undefined, hosted), 'order.shipments')).toEqual(
      same(),
    )
  })

  it('as packs', async () => {
    expect(compared(await market.get(`/packs/${pack}`), 'pack.pack')).toEqual(same())
    expect(compared(await market.get(`/packs/${order}`), 'pack.not_found')).toEqual(same(404))
  })

  it('as shipments', async () => {
    const path = `/shipments/${shipment}`
    expect(compared(await market.get(path, undefined, hosted), 'shipment.new_format')).toEqual(same())
    expect(compared(await market.get(path), 'shipment.flat')).toEqual(same())
    expect(compared(await market.get(`${path}/orders`, undefined, hosted), 'shipment.orders')).toEqual(same())
    expect(compared(await market.get(`${path}/sla`), 'shipment.sla')).toEqual(same())
    const own = await market.buy({item: market.item(5, {n: 3}), shipping: 'custom'})
    const none = await market.get(`/shipments/${own.shipment_ids[0]}/sla`)
    expect(compared(none, 'shipment.sla_not_found')).toEqual(same(404))
  })

  it('as cancelled orders', async () => {
    const made = await market.buy({item: market.item(5, {n: 2})})
    const cancelled = await market.control(`/orders/${made.order_ids[0]}/cancel`)
    expect(cancelled.status).toBeLessThan(300)
    const answer = await market.get(`/orders/${made.order_ids[0]}`)
    expect(compared(answer, 'order.single')).toEqual(same())
    expect(answer.body.cancel_detail).not.toBeNull()
  })
})

describe('questions have the captured shapes', () => {
  it('asked, answered and deleted', async () => {
    const item_id = ids.own
    const ask = async () => (await market.post('/questions', {text: 'Hay stock?', item_id}, market.buyer)).body.id
    const [first, second] = [await ask(), await ask()]
    const answer = {question_id: first, text: 'Si'}
    expect((await market.post('/answers', answer)).status).toBe(200)
    const search = await market.get(`/questions/search?seller_id=${market.seller.id}&api_version=4`)
    expect(compared(search, 'question.search')).toEqual(same())
    expect(search.body.questions).toHaveLength(2)
    expect(compared(await market.get(`/questions/${first}?api_version=4`), 'question.single')).toEqual(same())
    expect(compared(await market.post('/answers', answer), 'question.answered_twice')).toEqual(same(400))
    // As clients send it: a content type, and no body.
    const headers = {authorization: `Bearer ${market.seller.token}`, 'content-type': 'application/json'}
    const deleted = await market.client.send('DELETE', `/questions/${second}`, {headers})
    expect(compared(deleted, 'question.deleted')).toEqual(same())
  })
})

describe('accounts have the captured shapes', () => {
  it('as users', async () => {
    expect(compared(await market.get('/users/me'), 'user.own')).toEqual(same())
    expect(compared(await market.get(`/users/${market.buyer.id}`), 'user.other')).toEqual(same())
  })

  it('as applications', async () => {
    const path = `/applications/${market.client.emulator.clientId}`
    expect(compared(await market.get(path), 'application.owner')).toEqual(same())
    expect(compared(await market.get(path, market.buyer), 'application.any')).toEqual(same())
  })

  it('as tokens, with the permissions in their scope', async () => {
    const code = await market.client.code()
    const answer = await market.client.exchange(code)
    expect(compared(answer, 'token.token')).toEqual(same())
    expect(answer.body.scope).toMatch(/^offline_access read write( urn:ml:[a-z:-]+:\/read-(only|write))+$/)
    expect(compared(await market.client.exchange(code), 'token.invalid_grant')).toEqual(same(400))
  })

  it('when a call is refused', async () => {
    expect(compared(await market.client.get('/users/me', 'wrong'), 'errors.invalid_token')).toEqual(same(401))
    expect(compared(await market.get('/sites/MLA/search?q=remera'), 'errors.forbidden')).toEqual(same(403))
    const foreign = await market.get(`/users/${market.buyer.id}/items/search/restrictions`)
    expect(compared(foreign, 'errors.access_denied')).toEqual(same(403))
  })

  it('when a token does not suffice', async () => {
    const client = await EmulatorClient.start()
    try {
      await client.json('POST', '/_emulator/app', {permissions: ['users'], scopes: ['read', 'offline_access']})
      const {access_token: token} = await client.connect()
      expect(compared(await client.get('/orders/search?seller=1', token), 'errors.permission')).toEqual(same(403))
      expect(compared(await client.json('POST', '/users/test_user', {}, token), 'errors.scopes')).toEqual(same(403))
    } finally {
      await client.close()
    }
  })
})

describe('notifications have the captured shapes', () => {
  let post: Post
  beforeAll(async () => {
    post = await Post.open({topics: ['items', 'items_prices', 'stock-locations']})
  })
  afterAll(() => post.close())

  it('as they are sent', async () => {
    const item = post.emulator.world.catalogue.get(post.itemIds[0]!)!
    post.emulator.world.catalogue.update(item, {price: 77})
    await post.notifications.idle()
    const bodies = post.receiver.received.map(({body}) => body)
    expect(bodies.map(({topic}) => topic).sort()).toEqual(['items', 'items_prices'])
    expect(bodies.flatMap((body) => differing(body, `notification.${body.topic}`))).toEqual([])
    const price = bodies.find(({topic}) => topic === 'items_prices')
    expect(price).toMatchObject({resource: `/items/${item.id}/prices`, actions: []})
  })

  it('as they are sent of stock by location', async () => {
    await post.control('POST', '/tags', {user: post.sellerId, add: ['user_product_seller']})
    await post.notifications.idle()
    post.receiver.received.length = 0
    const item = post.emulator.world.catalogue.listed(post.sellerId).find(({userProductId}) => userProductId !== null)!
    post.emulator.world.catalogue.update(item, {available_quantity: item.quantity + 3})
    await post.notifications.idle()
    const stock = post.receiver.received.map(({body}) => body).filter(({topic}) => topic === 'stock-locations')
    expect(stock).toMatchObject([{resource: `/user-products/${item.userProductId}/stock`}])
    expect(differing(stock[0], 'notification.stock_locations')).toEqual([])
  })

  it('as missed feeds', async () => {
    post.receiver.behave = () => 'hang-up'
    await post.change()
    await post.pass(60 * minuteMs)
    const {status, body} = await post.missedFeeds()
    expect(compared({status, body}, 'missed-feeds.rows')).toEqual(same())
    expect(body.messages).toHaveLength(1)
    expect(body.messages[0]).toMatchObject({attempts: 3, source: 'missed', response: {http_code: 0, body: '{}'}})
    expect(JSON.parse(body.messages[0].request.data)).toHaveProperty('recieved')
    expect(compared(await post.missedFeeds({offset: '50'}), 'missed-feeds.end')).toEqual(same())
  })
})

describe('the captured shapes', () => {
  it('have all been compared above, except for those that are listed with a reason', () => {
    expect(capturedNames().filter((name) => !used.has(name))).toEqual(Object.keys(incomparable))
    expect(capturedNames()).toEqual(expect.arrayContaining([...used]))
  })
})

describe('the comparison', () => {
  it('names what is missing, unknown, or of another type', () => {
    const {body} = captured('notification.items')
    expect(differences(body, 'notification.items')).toEqual([])
    const {actions: _, ...wrong} = {...body, user_id: '771100223', more: 1, sent: '2026-11-20T12:00:00.129-04:00'}
    expect(differences(wrong, 'notification.items')).toEqual([
      'actions: missing',
      'more: not among the captured keys',
      'user_id: string instead of number',
      'sent: 2026-11-20T12:00:00.129-04:00 is not written as 2026-11-20T12:00:00.129Z',
    ])
  })

  it('wants elements to have one of the forms, and whole seconds where they were captured', () => {
    expect(differences([{}, {body: {}, id: 'MLA1'}], 'items-bulk.selected_body')).toContain(
      '[].id: not among the captured keys',
    )
    const {messages} = structuredClone(captured('missed-feeds.rows').body)
    messages[0].sent = '2026-11-20T12:09:12.000Z'
    expect(differences({messages}, 'missed-feeds.rows')).toHaveLength(1)
  })
})
