import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {dayMs, hourMs} from './emulator-client.js'
import {Market} from './market.js'

let market: Market
beforeEach(async () => {
  market = await Market.open()
})
afterEach(() => market.close())

async function ordered(body: object = {}): Promise<{id: number; item: string; shipment: number; pack: number}> {
  const item = market.item(5)
  const {order_ids, shipment_ids, pack_ids} = await market.buy({item, ...body})
  market.news()
  return {id: order_ids[0], item, shipment: shipment_ids[0], pack: pack_ids[0]}
}

const shown = async (id: number) => (await market.get(`/orders/${id}`)).body

describe('a cancelled order', () => {
  it('gives units and money back, ends the shipment, and says who wanted it', async () => {
    const {id, item, shipment, pack} = await ordered({quantity: 5})
    expect(market.stock(item)).toMatchObject({quantity: 0, status: 'paused'})
    const {status} = await market.control(`/orders/${id}/cancel`, {requested_by: 'seller'})
    expect(status).toBe(200)
    expect(market.news().sort()).toEqual(
      [`items /items/${item}`, `orders_v2 /orders/${id}`, `shipments /shipments/${shipment}`].sort(),
    )
    expect(await shown(id)).toMatchObject({
      status: 'cancelled',
      paid_amount: 0,
      tags: ['not_paid', 'not_delivered'],
      payments: [{status: 'refunded', transaction_amount_refunded: 50}],
      cancel_detail: {
        group: 'seller',
        code: 'seller_cancel',
        description: expect.any(String),
        requested_by: 'seller',
        date: expect.any(String),
        application_id: null,
      },
    })
    expect(market.stock(item)).toEqual({quantity: 5, sold: 0, status: 'active', subStatus: []})
    expect((await market.get(`/packs/${pack}`)).body.status).toBe('cancelled')
    expect((await market.control(`/orders/${id}/cancel`)).status).toBe(409)
    expect((await market.control(`/orders/${id}/pay`)).status).toBe(409)
  })

  it('keeps its units when they have left, or when it is told to', async () => {
    const {id, item, shipment} = await ordered()
    for (let n = 0; n < 9 && market.world.shipments.get(shipment)?.status !== 'shipped'; n++)
      await market.control(`/shipments/${shipment}`, {advance: true})
    await market.control(`/orders/${id}/cancel`)
    expect(market.stock(item).quantity).toBe(4)
    const other = await ordered()
    await market.control(`/orders/${other.id}/cancel`, {restock: false})
    expect(market.stock(other.item).quantity).toBe(4)
  })

  it('of a pack leaves the others and their parcel', async () => {
    const items = [{item: market.item(5, {n: 0})}, {item: market.item(5, {n: 1})}]
    const {order_ids, pack_ids, shipment_ids} = await market.buy({items, payment: 'pending'})
    const [first, second] = order_ids
    await market.control(`/orders/${first}/pay`)
    expect(market.world.shipments.get(shipment_ids[0])?.paid).toBe(false)
    await market.control(`/orders/${second}/cancel`)
    expect(market.world.shipments.get(shipment_ids[0])).toMatchObject({paid: true, status: 'ready_to_ship'})
    expect((await market.get(`/packs/${pack_ids[0]}`)).body.status).toBe('released')
  })

  it('does not bring a paused item back to life', async () => {
    const {id, item} = await ordered({quantity: 5})
    await market.control(`/items/${item}`, {sub_status: ['paused_by_seller', 'out_of_stock']})
    await market.control(`/orders/${id}/cancel`)
    expect(market.stock(item)).toMatchObject({quantity: 5, status: 'paused', subStatus: ['paused_by_seller']})
  })
})

describe('payments', () => {
  it('come in parts and go back in parts', async () => {
    const {id, item} = await ordered({quantity: 3, payment: 'pending'})
    await market.control(`/orders/${id}/pay`, {amount: 10.1})
    expect(await shown(id)).toMatchObject({status: 'partially_paid', paid_amount: 10.1, date_closed: null})
    await market.control(`/orders/${id}/pay`)
    expect(await shown(id)).toMatchObject({status: 'paid', paid_amount: 30, date_closed: expect.any(String)})
    await market.control(`/orders/${id}/refund`, {amount: 12})
    expect(await shown(id)).toMatchObject({
      status: 'partially_refunded',
      paid_amount: 18,
      tags: ['paid', 'not_delivered'],
    })
    expect((await market.control(`/orders/${id}/refund`, {amount: 18.01})).status).toBe(409)
    await market.control(`/orders/${id}/refund`)
    expect(await shown(id)).toMatchObject({status: 'cancelled', paid_amount: 0, cancel_detail: {code: 'refunded'}})
    // What was refunded in full comes back to the shelf only when it is told to.
    expect(market.stock(item).quantity).toBe(2)
    expect(market.news().filter((line) => line.startsWith('orders'))).toHaveLength(4)
  })

  it('are refused when nothing is due, or nothing is there to go back', async () => {
    const {id} = await ordered()
    expect((await market.control(`/orders/${id}/pay`)).status).toBe(409)
    const open = await ordered({payment: 'pending'})
    expect((await market.control(`/orders/${open.id}/refund`)).status).toBe(409)
    expect((await market.control(`/orders/${open.id}/pay`, {amount: 0})).status).toBe(400)
    expect((await market.control('/orders/1/pay')).status).toBe(404)
    expect(market.news()).toEqual([])
  })
})

describe('an order', () => {
  it('is tagged for fraud, by hand, and tells of it', async () => {
    const {id} = await ordered()
    await market.control(`/orders/${id}`, {fraud: true, tags: ['unfulfilled']})
    expect(market.news()).toEqual([`orders_v2 /orders/${id}`])
    expect((await shown(id)).tags).toEqual(['paid', 'not_delivered', 'fraud_risk_detected', 'unfulfilled'])
  })

  it('is tagged as delivered when its shipment is, once', async () => {
    const {id, shipment} = await ordered()
    for (let n = 0; n < 12 && market.world.shipments.get(shipment)?.status !== 'delivered'; n++)
      await market.control(`/shipments/${shipment}`, {advance: true})
    expect((await shown(id)).tags).toEqual(['paid', 'delivered'])
    expect(market.news().filter((line) => line.startsWith('orders'))).toEqual([`orders_v2 /orders/${id}`])
  })

  it('lacks what was taken out of it, with 206 and the names of the parts', async () => {
    const {id} = await ordered()
    await market.control(`/orders/${id}`, {missing: ['buyer', 'feedback']})
    const {status, headers, body} = await market.get(`/orders/${id}`)
    expect([status, headers.get('x-content-missing')]).toEqual([206, 'buyer, feedback'])
    expect(body).not.toHaveProperty('buyer')
    expect(body).toHaveProperty('seller')
    const search = await market.get(`/orders/search?seller=${market.seller.id}`)
    expect([search.status, search.headers.get('x-content-missing')]).toEqual([206, 'buyer, feedback'])
    await market.control('/orders/settings', {missing: ['shipping']})
    const {id: other} = await ordered()
    expect((await market.get(`/orders/${other}`)).headers.get('x-content-missing')).toBe('shipping')
  })

  it('takes a status by force, but not its end', async () => {
    const {id} = await ordered()
    await market.control(`/orders/${id}`, {status: 'pending_cancel'})
    expect((await shown(id)).status).toBe('pending_cancel')
    expect((await market.control(`/orders/${id}`, {status: 'cancelled'})).status).toBe(400)
    expect((await market.control(`/orders/${id}`, {status: 'lost'})).status).toBe(400)
  })

  it.each([
    ['/orders/x1', 400, 'invalid_order_id'],
    ['/orders/', 400, 'empty_order_id'],
    ['/orders/2000003999999999', 404, 'order_not_found'],
  ])('is not found at %s', async (path, status, error) => {
    const answer = await market.get(path)
    expect([answer.status, answer.body.error]).toEqual([status, error])
  })

  it('is not for strangers, nor is its pack', async () => {
    const {id, pack} = await ordered()
    const {body: third} = await market.control('/users', {nickname: 'CURIOSO'})
    const {access_token: token} = await market.client.connect(third.id)
    const order = await market.client.get(`/orders/${id}`, token)
    expect([order.status, order.body.error]).toEqual([403, 'not_owned_order'])
    const foreign = await market.client.get(`/packs/${pack}`, token)
    expect([foreign.status, foreign.body.message]).toEqual([403, 'The user has not access to the order'])
    const nobody = await market.client.get(`/packs/${pack}`)
    expect([nobody.status, nobody.body.message]).toEqual([403, 'Can not identify the user'])
  })

  it('is not its pack, nor the reverse: both are named in a 404 whose cause is a text', async () => {
    const {id, pack} = await ordered()
    expect(await market.get(`/orders/${pack}`)).toMatchObject({
      status: 404,
      body: {cause: '', message: 'Order do not exists', error: 'order_not_found', status: 404},
    })
    expect(await market.get(`/packs/${id}`)).toMatchObject({
      status: 404,
      body: {cause: '', message: `Pack ${id} not found`, error: 'pack_not_found', status: 404},
    })
    await market.control('/orders/settings', {order_not_found_body: 'standard'})
    expect((await market.get(`/orders/${pack}`)).body).toMatchObject({error: 'order_not_found', cause: []})
    expect((await market.get('/packs/1')).body).toMatchObject({message: 'Order does not exist', cause: []})
  })

  it('is not for applications without the permission', async () => {
    const {id} = await ordered()
    await market.control('/app', {permissions: ['users', 'publish_sync']})
    const {access_token: token} = await market.client.connect('TIENDA_ANDINA')
    const {status, body} = await market.client.get(`/orders/${id}`, token)
    expect([status, body.blocked_by]).toEqual([403, 'PolicyAgent'])
  })

  it('spells one amount differently from a search, or alike by a setting', async () => {
    const {id} = await ordered({quantity: 3})
    const {order_ids: cents} = await market.buy({item: market.item(5, {price: 10.25})})
    const text = async (path: string): Promise<string> => {
      const headers = {authorization: `Bearer ${market.seller.token}`}
      return (await fetch(`${market.client.emulator.url}${path}`, {headers})).text()
    }
    const search = `/orders/search?seller=${market.seller.id}`
    expect(await text(`/orders/${id}`)).toContain('"total_amount":30.0,')
    expect(await text(`/orders/${cents[0]}`)).toContain('"total_amount":10.25,')
    expect(await text(search)).toContain('"total_amount":30,')
    const [shipment] = market.world.shipments.allOfOrder(id)
    expect(await text(`/shipments/${shipment!.id}`)).toContain('"cost":0.00,')
    await market.control('/orders/settings', {amount_spelling: 'short'})
    expect(await text(`/orders/${id}`)).toContain('"total_amount":30,')
  })

  it('is kept for twelve months', async () => {
    const {id} = await ordered()
    market.client.emulator.advance(366 * dayMs)
    const {access_token: token} = await market.client.connect('TIENDA_ANDINA')
    expect((await market.client.get(`/orders/${id}`, token)).status).toBe(404)
    expect((await market.client.get(`/orders/search?seller=${market.seller.id}`, token)).body.paging.total).toBe(0)
  })
})

describe('the shipments of an order', () => {
  it('come as an array of ids, whatever is asked for, since the old view has ended', async () => {
    const {id, shipment} = await ordered()
    const path = `/orders/${id}/shipments`
    for (const query of ['', '?hosted=true', '?hosted=false', '?list_all=true'])
      expect((await market.get(`${path}${query}`)).body).toEqual([{id: shipment, type: 'forward'}])
  })

  it('come as an array of ids in the new view, and as the one to the buyer in the old', async () => {
    await market.control('/shipments/settings', {old_order_view: true})
    const {id, shipment} = await ordered()
    const path = `/orders/${id}/shipments`
    const hosted = await market.get(path, market.seller, {'x-new-domain': 'true'})
    expect(hosted.body).toEqual([{id: shipment, type: 'forward'}])
    expect((await market.get(`${path}?hosted=true`)).body).toEqual(hosted.body)
    const {body: old} = await market.get(path)
    expect(old).toMatchObject({id: shipment, status: 'ready_to_ship'})
    expect(old).not.toHaveProperty('destination')
    expect((await market.get(`${path}?list_all=true`)).body).toHaveLength(1)
    const {body: named} = await market.get(`${path}?views=origin,destination`, market.seller, {'x-api-version': '2'})
    expect(named).toMatchObject({origin: {}, destination: {receiver_name: expect.any(String)}})
    const {body: nameless} = await market.get(`${path}?views=destination`)
    expect(nameless.destination).not.toHaveProperty('receiver_name')
    expect(nameless).not.toHaveProperty('origin')
  })

  it('may begin with one that comes back', async () => {
    const {id, shipment} = await ordered()
    await market.control(`/shipments/${shipment}/return`)
    const {body} = await market.get(`/orders/${id}/shipments`, market.seller, {'x-new-domain': 'true'})
    expect(body.map(({type}: {type: string}) => type)).toEqual(['return', 'forward'])
    await market.control('/shipments/settings', {old_order_view: true})
    expect((await market.get(`/orders/${id}/shipments`)).body.id).toBe(shipment)
  })

  it('are none when nothing is sent', async () => {
    const {id} = await ordered({shipping: 'none'})
    expect((await market.get(`/orders/${id}/shipments`, market.seller, {'x-new-domain': 'true'})).status).toBe(204)
    expect((await market.get(`/orders/${id}/shipments`)).status).toBe(204)
    await market.control('/shipments/settings', {old_order_view: true})
    expect((await market.get(`/orders/${id}/shipments`)).status).toBe(404)
  })
})

describe('a saved state', () => {
  it('has the orders, the questions and what is still to come', async () => {
    await market.control('/orders/settings', {shipping_delay_ms: hourMs})
    const {id} = await ordered()
    await market.post('/questions', {item_id: market.item(), text: '¿Hay?'}, market.buyer)
    const before = await shown(id)
    const {body: state} = await market.client.get('/_emulator/state')
    expect(state.orders.orders).toHaveLength(1)

    const twin = await Market.open()
    const {status} = await twin.client.json('PUT', '/_emulator/state', state)
    expect(status).toBe(204)
    expect((await market.client.get('/_emulator/orders')).body).toEqual([before])
    expect(twin.world.orders.list()).toEqual(market.world.orders.list())
    expect(twin.world.questions.list()).toEqual(market.world.questions.list())
    twin.client.emulator.advance(hourMs)
    expect(twin.world.shipments.ofOrder(id)?.status).toBe('ready_to_ship')
    await twin.close()
  })

  it('makes shipments that fell due meanwhile, and tells of them', async () => {
    await market.control('/orders/settings', {shipping_delay_ms: hourMs})
    const {id} = await ordered()
    const {body: state} = await market.client.get('/_emulator/state')
    await market.client.json('PUT', '/_emulator/state', {...state, clock: state.clock + 2 * hourMs})
    const [shipment] = market.world.shipments.list()
    expect(market.world.shipments.list()).toHaveLength(1)
    expect(
      market.world.notifications
        .list()
        .map(({resource}) => resource)
        .slice(-2),
    ).toEqual([`/shipments/${shipment!.id}`, `/orders/${id}`])
  })

  it.each([
    {orders: {version: 2}},
    {orders: {version: 1, orders: [{}], packs: [], settings: {}, counters: {}}},
    {questions: {questions: [null]}},
  ])('is refused as a whole with %j in it', async (spoilt) => {
    await market.post('/questions', {item_id: market.item(), text: '¿Hay?'}, market.buyer)
    const {body: state} = await market.client.get('/_emulator/state')
    const {status} = await market.client.json('PUT', '/_emulator/state', {...state, site_id: 'MLB', ...spoilt})
    expect(status).toBe(400)
    expect(market.world.siteId).toBe('MEC')
    expect(market.world.questions.list()).toHaveLength(1)
    expect(market.world.notifications.list().length).toBeGreaterThan(0)
  })

  it.each([
    ['of another version', () => ({version: 1})],
    ['without orders', () => ({orders: undefined})],
    ['without questions', () => ({questions: undefined})],
    ['without shipments', () => ({shipments: undefined})],
    ['with an order that has no line', (state: {orders: object}) => ({orders: {...state.orders, orders: [{id: 1}]}})],
  ])('%s is refused, and changes nothing', async (_, changes) => {
    const {id} = await ordered()
    const {body: state} = await market.client.get('/_emulator/state')
    const answer = await market.client.json('PUT', '/_emulator/state', {...state, site_id: 'MLB', ...changes(state)})
    expect(answer.status).toBe(400)
    expect(market.world.siteId).toBe('MEC')
    expect(market.world.orders.list()).toMatchObject([{id}])
  })
})
