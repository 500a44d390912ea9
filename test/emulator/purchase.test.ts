import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {skuOf} from '../../src/emulator/model/items/render.js'
import {Market} from './market.js'

let market: Market
beforeEach(async () => {
  market = await Market.open()
})
afterEach(() => market.close())

describe('a purchase', () => {
  it('makes an order, a pack and a shipment, takes the units, and tells of each once', async () => {
    const item = market.item(5, {price: 12.5})
    const {order_ids, pack_ids, shipment_ids} = await market.buy({item, quantity: 2})
    expect(market.news().sort()).toEqual(
      [`items /items/${item}`, `orders_v2 /orders/${order_ids[0]}`, `shipments /shipments/${shipment_ids[0]}`].sort(),
    )
    expect(market.stock(item)).toMatchObject({quantity: 3, sold: 2, status: 'active'})

    const {status, body} = await market.get(`/orders/${order_ids[0]}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: order_ids[0],
      pack_id: pack_ids[0],
      status: 'paid',
      total_amount: 25,
      paid_amount: 25,
      currency_id: 'USD',
      date_created: expect.stringMatching(/-04:00$/),
      date_closed: expect.stringMatching(/-04:00$/),
      shipping: {id: shipment_ids[0]},
      tags: ['paid', 'not_delivered'],
      feedback: {buyer: null, seller: null},
      context: {channel: 'marketplace', site: 'MEC', flows: []},
      static_tags: [],
      buyer: {
        id: market.buyer.id,
        nickname: 'CASA_DEL_SUR',
        first_name: expect.any(String),
        last_name: expect.any(String),
        billing_info: {id: expect.any(String)},
      },
      seller: {id: market.seller.id},
      cancel_detail: null,
      payments: [
        {
          status: 'approved',
          order_id: order_ids[0],
          operation_type: 'regular_payment',
          transaction_amount: 25,
          transaction_amount_refunded: 0,
          total_paid_amount: 25,
          installment_amount: 25,
          overpaid_amount: 0,
          coupon_amount: 0,
          taxes_amount: 0,
          marketplace_fee: expect.any(Number),
        },
      ],
      order_items: [
        {
          quantity: 2,
          unit_price: 12.5,
          gross_price: 25,
          kit_instance_id: null,
          compat_id: null,
          stock: null,
          item: {id: item, variation_id: null},
        },
      ],
    })
    expect(body).not.toHaveProperty('date_last_updated')
    expect((await market.get(`/orders/${order_ids[0]}`, market.buyer)).status).toBe(200)
  })

  it('has every field that the source names', async () => {
    const {order_ids} = await market.buy({item: market.item()})
    const {body} = await market.get(`/orders/${order_ids[0]}`)
    for (const name of [
      ...['expiration_date', 'last_updated', 'manufacturing_ending_date', 'comment', 'pickup_id', 'order_request'],
      ...['fulfilled', 'mediations', 'coupon', 'status_detail', 'taxes'],
    ])
      expect(body).toHaveProperty(name)
    for (const name of [
      ...['requested_quantity', 'picked_quantity', 'full_unit_price', 'discounts', 'manufacturing_days', 'sale_fee'],
      ...['listing_type_id', 'element_id', 'stock', 'currency_id'],
    ])
      expect(body.order_items[0]).toHaveProperty(name)
    for (const name of [
      ...['title', 'category_id', 'seller_custom_field', 'variation_attributes', 'warranty', 'condition', 'seller_sku'],
      ...['global_price', 'net_weight', 'user_product_id'],
    ])
      expect(body.order_items[0].item).toHaveProperty(name)
  })

  it('of the last unit pauses the item', async () => {
    const item = market.item(2)
    await market.buy({item, quantity: 2})
    expect(market.stock(item)).toEqual({quantity: 0, sold: 2, status: 'paused', subStatus: ['out_of_stock']})
  })

  it('of a variation takes its units alone', async () => {
    const {id, variations} = market.world.catalogue.listed(market.seller.id).find((one) => one.variations.length > 1)!
    const item = market.world.catalogue.get(id)!
    const entries = variations.map((one) => ({id: one.id, available_quantity: 4, sold_quantity: 0}))
    market.world.catalogue.update(item, {variations: entries, status: 'active', sub_status: []})
    const [first, second] = variations
    const {order_ids} = await market.buy({item: id, variation: second!.id, quantity: 3})
    expect(item.variations.map(({quantity}) => quantity).slice(0, 2)).toEqual([4, 1])
    expect(item.variations[1]).toMatchObject({sold: 3})
    expect(item.quantity).toBe(4 * variations.length - 3)
    const {body} = await market.get(`/orders/${order_ids[0]}`)
    const sku = skuOf(item.variations[1]!)
    expect(body.order_items[0].item).toMatchObject({
      variation_id: second!.id,
      seller_sku: sku,
      variation_attributes: [{id: 'COLOR'}],
    })
    expect(sku).toMatch(/.-/)
    expect((await market.control('/purchase', {buyer: market.buyer.id, item: id})).status).toBe(400)
    const tooMany = {buyer: market.buyer.id, item: id, variation: first!.id, quantity: 5}
    expect((await market.control('/purchase', tooMany)).status).toBe(400)
  })

  it('of several items makes an order each, one pack and one shipment', async () => {
    const [one, other] = [market.item(5, {n: 0}), market.item(5, {n: 1})]
    const {order_ids, pack_ids, shipment_ids} = await market.buy({items: [{item: one}, {item: other, quantity: 2}]})
    expect([order_ids.length, pack_ids.length, shipment_ids.length]).toEqual([2, 1, 1])
    expect(market.news().filter((line) => line.startsWith('shipments'))).toHaveLength(1)
    const {body: pack} = await market.get(`/packs/${pack_ids[0]}`)
    expect(pack).toEqual({
      shipment: {id: shipment_ids[0]},
      orders: order_ids.map((id: number) => ({id, static_tags: []})),
      id: pack_ids[0],
      status: 'released',
      status_detail: null,
      buyer: {id: market.buyer.id},
      date_created: expect.stringMatching(/^2026-03-01T08:\d\d:\d\d\.\d{3}-0400$/),
      last_updated: expect.stringMatching(/-0400$/),
      family_pack_id: null,
      trash_pack_id: null,
    })
    const {body: order} = await market.get(`/orders/${order_ids[1]}`)
    expect(order.tags).toContain('pack_order')
  })

  it('makes a pack of each order when it is told to', async () => {
    const items = [{item: market.item(5, {n: 0})}, {item: market.item(5, {n: 1})}]
    const {pack_ids, shipment_ids} = await market.buy({items, pack: false})
    expect(new Set(pack_ids).size).toBe(2)
    expect(new Set(shipment_ids).size).toBe(2)
  })

  it.each([
    ['pending', 'payment_required'],
    ['in_process', 'payment_in_process'],
  ])('whose payment is %s reserves the units and waits', async (payment, status) => {
    const item = market.item(1)
    const {order_ids, shipment_ids} = await market.buy({item, payment})
    const {body} = await market.get(`/orders/${order_ids[0]}`)
    expect(body).toMatchObject({status, paid_amount: 0, date_closed: null, tags: ['not_paid', 'not_delivered']})
    expect(market.stock(item).quantity).toBe(0)
    market.news()
    await market.control(`/orders/${order_ids[0]}/pay`)
    expect(market.news()).toEqual([`orders_v2 /orders/${order_ids[0]}`, `shipments /shipments/${shipment_ids[0]}`])
    const {body: paid} = await market.get(`/orders/${order_ids[0]}`)
    expect(paid).toMatchObject({status: 'paid', paid_amount: 10, payments: [{status: 'approved'}]})
  })

  it('whose payment is rejected leaves the units on the shelf until another one is approved', async () => {
    const item = market.item(1)
    const {order_ids} = await market.buy({item, payment: 'rejected'})
    expect(market.stock(item).quantity).toBe(1)
    expect(market.news().some((line) => line.startsWith('items'))).toBe(false)
    await market.control(`/orders/${order_ids[0]}/pay`)
    const {body} = await market.get(`/orders/${order_ids[0]}`)
    expect(body.payments.map(({status}: {status: string}) => status)).toEqual(['rejected', 'approved'])
    expect(market.stock(item).quantity).toBe(0)
  })

  it('that was rejected cannot be paid once somebody else has bought the last one', async () => {
    const item = market.item(1)
    const {order_ids} = await market.buy({item, payment: 'rejected'})
    await market.buy({item})
    expect((await market.control(`/orders/${order_ids[0]}/pay`)).status).toBe(400)
    expect(market.stock(item).quantity).toBe(0)
  })

  it('is sent as it is told, or not at all', async () => {
    const item = market.item(5)
    const none = await market.buy({item, shipping: 'none'})
    expect(none.shipment_ids).toEqual([null])
    const {body} = await market.get(`/orders/${none.order_ids[0]}`)
    expect(body).toMatchObject({shipping: {id: null}, tags: expect.arrayContaining(['no_shipping'])})
    const flex = await market.buy({item, shipping: 'self_service'})
    expect(market.world.shipments.get(flex.shipment_ids[0])).toMatchObject({mode: 'me2', logisticType: 'self_service'})
    const own = await market.buy({item, shipping: 'me1'})
    expect(market.world.shipments.get(own.shipment_ids[0])).toMatchObject({mode: 'me1', paid: true})
  })

  it('has its shipment a while later when the settings say so, and tells of it then', async () => {
    await market.control('/orders/settings', {shipping_delay_ms: 60_000})
    const {order_ids, shipment_ids} = await market.buy({item: market.item()})
    const order = `/orders/${order_ids[0]}`
    expect(shipment_ids).toEqual([null])
    expect((await market.get(order)).body.shipping).toEqual({id: null})
    expect((await market.get(`${order}/shipments`, market.seller, {'x-new-domain': 'true'})).status).toBe(204)
    market.news()
    market.client.emulator.advance(60_000)
    const {body} = await market.get(order)
    expect(body.shipping.id).toEqual(expect.any(Number))
    expect(market.news()).toEqual([`shipments /shipments/${body.shipping.id}`, `orders_v2 ${order}`])
  })

  it('has its shipment when the time has simply passed, too', async () => {
    await market.control('/orders/settings', {shipping_delay_ms: 20})
    const {orders} = market.world
    const linked = new Promise<number | null>((resolve) => {
      const {onChange} = orders
      orders.onChange = (order) => {
        onChange(order)
        const id = orders.packOf(order)?.shipmentId ?? null
        if (id !== null) resolve(id)
      }
    })
    const {shipment_ids} = await market.buy({item: market.item()})
    expect(shipment_ids).toEqual([null])
    expect(await linked).toEqual(expect.any(Number))
  })

  it('that is cancelled before it has a shipment never gets one', async () => {
    await market.control('/orders/settings', {shipping_delay_ms: 60_000})
    const {order_ids} = await market.buy({item: market.item()})
    await market.control(`/orders/${order_ids[0]}/cancel`)
    market.news()
    market.client.emulator.advance(120_000)
    expect(market.world.shipments.list()).toEqual([])
    expect(market.news()).toEqual([])
  })

  it('of a user product takes the units from all its items', async () => {
    const [one, other] = [market.item(5, {n: 0}), market.item(5, {n: 1})]
    for (const id of [one, other]) {
      const item = market.world.catalogue.get(id)!
      market.world.catalogue.update(item, {user_product_id: 'MECU77', family_name: 'Lámpara', available_quantity: 5})
    }
    const {order_ids} = await market.buy({item: one, quantity: 5})
    expect(market.stock(one)).toMatchObject({quantity: 0, sold: 5, status: 'paused'})
    expect(market.stock(other)).toMatchObject({quantity: 0, sold: 0, status: 'paused'})
    expect((await market.control('/purchase', {buyer: market.buyer.id, item: other})).status).toBe(400)
    const {body} = await market.get('/user-products/MECU77/stock')
    expect(body.locations).toMatchObject([{quantity: 0}])
    await market.control(`/orders/${order_ids[0]}/cancel`)
    expect(market.stock(other)).toMatchObject({quantity: 5, status: 'active'})
  })

  it('of two items of a user product is of one stock, and changes nothing when that is too little', async () => {
    const items = [market.item(5, {n: 0}), market.item(5, {n: 1})]
    for (const id of items) {
      const item = market.world.catalogue.get(id)!
      market.world.catalogue.update(item, {user_product_id: 'MECU77', family_name: 'Lámpara'})
    }
    await Promise.resolve()
    market.news()
    const basket = (quantity: number) => ({buyer: market.buyer.id, items: items.map((item) => ({item, quantity}))})
    expect((await market.control('/purchase', basket(3))).status).toBe(400)
    expect(market.world.orders.list()).toEqual([])
    expect(market.stock(items[0]!)).toMatchObject({quantity: 5, sold: 0})
    expect(market.news()).toEqual([])
    expect((await market.control('/purchase', basket(2))).status).toBe(201)
    expect(items.map((id) => market.stock(id))).toMatchObject([
      {quantity: 1, sold: 2},
      {quantity: 1, sold: 2},
    ])
  })

  it('never sells a unit twice, however many want the last ones at once', async () => {
    const item = market.item(3)
    const wanted = Array.from({length: 12}, () => market.control('/purchase', {buyer: market.buyer.id, item}))
    const statuses = (await Promise.all(wanted)).map(({status}) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(3)
    expect(market.stock(item)).toMatchObject({quantity: 0, sold: 3, status: 'paused'})
    const ids = market.world.orders.list().map(({id}) => id)
    expect(new Set(ids).size).toBe(3)
    const told = market.news().filter((line) => line.startsWith('orders_v2'))
    expect(told.toSorted()).toEqual(ids.map((id) => `orders_v2 /orders/${id}`).toSorted())
  })

  it('between test users leaves their mark', async () => {
    const {body: seller} = await market.control('/users', {test_user_of: market.seller.id})
    const {body: buyer} = await market.control('/users', {test_user_of: market.seller.id})
    market.world.catalogue.seed({userId: seller.id, siteId: 'MEC', isTestUser: true}, 6)
    const {id} = market.world.catalogue.listed(seller.id).find(({variations}) => variations.length === 0)!
    market.world.catalogue.update(market.world.catalogue.get(id)!, {available_quantity: 3, status: 'active'})
    const {order_ids} = await market.buy({buyer: buyer.id, item: id})
    const {access_token: token} = await market.client.connect(seller.id)
    expect((await market.client.get(`/orders/${order_ids[0]}`, token)).body.tags).toContain('test_order')
    const mixed = await market.control('/purchase', {buyer: market.buyer.id, item: id})
    expect(mixed.status).toBe(400)
  })

  it('that cannot be made changes nothing', async () => {
    const item = market.item(3)
    const basket = [
      {item, quantity: 2},
      {item, quantity: 2},
    ]
    for (const body of [
      {items: basket},
      {item, quantity: 4},
      {item: 'MEC1'},
      {item, variation: 7},
      {item, quantity: 0},
      {item, shipping: 'pigeon'},
      {items: []},
      {items: [{item}], quantity: 2},
      {},
      {buyer: market.seller.id, item},
    ])
      expect((await market.control('/purchase', {buyer: market.buyer.id, ...body})).status).toBe(400)
    expect(market.stock(item)).toMatchObject({quantity: 3, sold: 0})
    expect(market.news()).toEqual([])
    expect(market.world.orders.list()).toEqual([])
  })

  it('gives the same ids for the same seed', async () => {
    const twin = await Market.open()
    const [one, other] = [await market.buy({item: market.item()}), await twin.buy({item: twin.item()})]
    expect(other).toEqual(one)
    await twin.close()
  })
})
