import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {hourMs} from './emulator-client.js'
import {Market} from './market.js'

const minuteMs = 60_000

let market: Market
beforeEach(async () => {
  market = await Market.open({start: new Date('2026-03-01T12:20:00Z')})
})
afterEach(() => market.close())

const search = (query = '', as = market.seller) =>
  market.get(`/orders/search?seller=${market.seller.id}${query === '' ? '' : `&${query}`}`, as)

const found = async (query = ''): Promise<number[]> =>
  (await search(query)).body.results.map(({id}: {id: number}) => id)

async function ordered(body: object = {}): Promise<number> {
  const {order_ids} = await market.buy({item: market.item(), ...body})
  return order_ids[0]
}

describe('a search for orders', () => {
  it('has the shape of the service, with orders that have two dates and no names', async () => {
    const id = await ordered()
    const {status, body} = await search()
    expect(status).toBe(200)
    const {body: single} = await market.get(`/orders/${id}`)
    expect(body).toEqual({
      query: '',
      results: [
        {
          ...single,
          buyer: {id: market.buyer.id, nickname: 'CASA_DEL_SUR'},
          date_last_updated: expect.stringMatching(/^2026-03-01T12:2\d:\d\d\.\d{3}\+00:00$/),
        },
      ],
      sort: {id: 'date_asc', name: expect.any(String)},
      available_sorts: [{id: 'date_desc', name: expect.any(String)}],
      filters: [],
      paging: {total: 1, offset: 0, limit: 50},
      display: 'complete',
    })
  })

  it('finds by date_last_updated what was not changed by last_updated', async () => {
    const [moved] = [await ordered(), await ordered()]
    const before = (await market.get(`/orders/${moved}`)).body.last_updated
    market.client.emulator.advance(2 * hourMs)
    expect((await market.control(`/orders/${moved}/reindex`)).status).toBe(200)
    const {body} = await search('order.date_last_updated.from=2026-03-01T14:00:00Z')
    expect(body.results).toMatchObject([
      {id: moved, last_updated: before, date_last_updated: expect.stringMatching(/^2026-03-01T14:2/)},
    ])
    expect(before).toMatch(/^2026-03-01T08:2.*-04:00$/)
    expect((await market.get(`/orders/${moved}`)).body.last_updated).toBe(before)
  })

  it.each([
    ['zero', 0],
    ['constant', 10_000],
    ['honest', 60],
  ])('has a total that is %s, and the same rows', async (ordersTotal, total) => {
    await market.control('/orders', {seller: market.seller.id, buyer: market.buyer.id, count: 60, over: '20d'})
    await market.control('/orders/settings', {orders_total: ordersTotal})
    const [first, second, end] = [await search(), await search('offset=50'), await search('offset=60')]
    expect([first, second, end].map(({body}) => body.paging.total)).toEqual([total, total, total])
    expect([first, second, end].map(({body}) => body.results.length)).toEqual([50, 10, 0])
  })

  it('is for those who sold or bought', async () => {
    const id = await ordered()
    const {body} = await market.get(`/orders/search?buyer=${market.buyer.id}`, market.buyer)
    expect(body.results[0].id).toBe(id)
    const foreign = await search('', market.buyer)
    expect([foreign.status, foreign.body.error]).toEqual([403, 'caller.id.invalid'])
    expect((await market.get('/orders/search')).status).toBe(400)
    expect(await found(`buyer=${market.buyer.id}`)).toEqual([id])
    expect(await found('buyer=1')).toEqual([])
  })

  it('hides cancelled orders from sellers, unless their status is asked for', async () => {
    const [kept, cancelled] = [await ordered(), await ordered()]
    await market.control(`/orders/${cancelled}/cancel`)
    expect(await found()).toEqual([kept])
    expect(await found('order.status=cancelled')).toEqual([cancelled])
    expect(await found('order.status=paid,cancelled')).toEqual([kept, cancelled])
    const {body} = await market.get(`/orders/search?buyer=${market.buyer.id}`, market.buyer)
    expect(body.paging.total).toBe(2)
    await market.control('/orders/settings', {cancelled: 'hidden'})
    expect(await found('order.status=cancelled')).toEqual([])
    await market.control('/orders/settings', {cancelled: 'shown'})
    expect(await found()).toEqual([kept, cancelled])
  })

  it('filters by status, tags, item and words', async () => {
    const [one, other] = [market.item(5, {n: 0}), market.item(5, {n: 1})]
    const paid = (await market.buy({item: one})).order_ids[0]
    const open = (await market.buy({item: other, payment: 'pending', shipping: 'none'})).order_ids[0]
    const {title} = (await market.get(`/items/${other}`)).body
    expect(await found('order.status=paid')).toEqual([paid])
    expect(await found('tags=not_paid,no_shipping')).toEqual([open])
    expect(await found('tags=paid,no_shipping')).toEqual([])
    expect(await found('tags.not=paid')).toEqual([open])
    expect(await found(`item=${one}`)).toEqual([paid])
    expect(await found(`q=${paid}`)).toEqual([paid])
    expect(await found(`q=${other}`)).toEqual([open])
    expect(await found(`q=${encodeURIComponent(title.toLowerCase())}`)).toContain(open)
    expect(await found('q=casa_del_sur')).toEqual([paid, open])
    expect(await found('q=nada')).toEqual([])
    expect(await found('mediations.status=opened')).toEqual([])
    expect(await found('feedback.status=pending')).toEqual([])
  })

  it('cuts dates down to the hour, on both sides', async () => {
    const early = await ordered()
    market.client.emulator.advance(hourMs)
    const late = await ordered()
    const from = (time: string) => `order.date_created.from=2026-03-01T${time}:00.000-00:00`
    const to = (time: string) => `order.date_created.to=2026-03-01T${time}:00.000-00:00`
    // They were made at 12:20 and 13:20.
    expect(await found(from('12:45'))).toEqual([early, late])
    expect(await found(from('13:59'))).toEqual([late])
    expect(await found(to('12:59'))).toEqual([])
    expect(await found(to('13:05'))).toEqual([early])
    expect(await found(`${from('12:30')}&${to('14:00')}`)).toEqual([early, late])
    expect(await found('order.date_created.from=2026-03-01T09:10:00.000-04:00')).toEqual([late])
    await market.control('/orders/settings', {to_includes_its_hour: true})
    expect(await found(to('12:00'))).toEqual([early])
  })

  it.each(['yesterday', '2026', '2026-03-01', '2026-03-01T12:00:00.000', '2026-03-01T12:00:00.000+00:00', '1'])(
    'reads no date from %s',
    async (text) => {
      // A sign that was not encoded arrives as a space.
      expect((await search(`order.date_created.from=${text}`)).status).toBe(400)
    },
  )

  it('knows when orders were changed and when they were closed', async () => {
    const [open, paid] = [await ordered({payment: 'pending'}), await ordered()]
    market.client.emulator.advance(2 * hourMs)
    await market.control(`/orders/${paid}`, {fraud: true})
    expect(await found('order.date_last_updated.from=2026-03-01T14:00:00Z')).toEqual([paid])
    expect(await found('order.date_closed.from=2026-03-01T12:00:00Z')).toEqual([paid])
    await market.control(`/orders/${open}/pay`)
    expect(await found('order.date_closed.from=2026-03-01T14:00:00Z')).toEqual([open])
  })

  it('sorts by closing for sellers and by creation for buyers', async () => {
    const first = await ordered({payment: 'pending'})
    market.client.emulator.advance(minuteMs)
    const second = await ordered()
    market.client.emulator.advance(minuteMs)
    await market.control(`/orders/${first}/pay`)
    expect(await found('sort=date_asc')).toEqual([second, first])
    expect(await found('sort=date_desc')).toEqual([first, second])
    const {body} = await market.get(`/orders/search?buyer=${market.buyer.id}`, market.buyer)
    expect(body.results.map(({id}: {id: number}) => id)).toEqual([first, second])
    expect((await search('sort=price')).status).toBe(400)
  })

  it('gives fifty at once at the most, and reaches a thousand', async () => {
    await market.control('/orders', {seller: market.seller.id, buyer: market.buyer.id, count: 1200, over: '20d'})
    const {body} = await search('limit=200')
    expect(body).toMatchObject({paging: {total: 1200, limit: 50, offset: 0}})
    expect(body.results).toHaveLength(50)
    expect((await search('offset=950')).body.results).toHaveLength(50)
    const beyond = await search('offset=951')
    expect([beyond.status, beyond.body.message]).toEqual([400, 'Invalid limit and offset values'])
    await market.control('/orders/settings', {offset_cap: null, high_limit: 'refuse'})
    expect((await search('offset=1190')).body.results).toHaveLength(10)
    expect((await search('limit=51')).status).toBe(400)
    for (const query of ['limit=0', 'limit=x', 'offset=-1']) expect((await search(query)).status).toBe(400)
  })
})

describe('orders of the past', () => {
  it('are spread over the time that is said, paid, and nobody is told of them', async () => {
    const parties = {seller: market.seller.id, buyer: market.buyer.id}
    const {status, body} = await market.control('/orders', {...parties, count: 48, over: '2d'})
    expect([status, body]).toEqual([201, {made: 48, total: 48}])
    expect(market.news()).toEqual([])
    expect(await found('order.date_created.from=2026-02-28T12:00:00Z')).toHaveLength(25)
    expect(await found('tags=paid,no_shipping')).toHaveLength(48)
  })

  it('need a seller with items, and parties of one kind', async () => {
    const {body: test} = await market.control('/users', {test_user_of: market.seller.id})
    expect((await market.control('/orders', {seller: market.seller.id, buyer: test.id})).status).toBe(400)
    expect((await market.control('/orders', {seller: market.buyer.id, buyer: market.seller.id})).status).toBe(400)
    expect((await market.control('/orders', {seller: market.seller.id, buyer: market.buyer.id, count: 0})).status).toBe(
      400,
    )
  })
})

describe('the list of all orders', () => {
  it('is a thousand at once unless it is asked for another part', async () => {
    await market.control('/orders', {seller: market.seller.id, buyer: market.buyer.id, count: 1010, over: '20d'})
    const ids = market.world.orders.list().map(({id}) => id)
    const listed = async (query = '') => {
      const {body} = await market.client.get(`/_emulator/orders${query}`)
      return body.map(({id}: {id: number}) => id)
    }
    expect(await listed()).toEqual(ids.slice(0, 1000))
    expect(await listed('?offset=1000')).toEqual(ids.slice(1000))
    expect(await listed('?offset=2&limit=3')).toEqual(ids.slice(2, 5))
    expect(await listed('?offset=2000')).toEqual([])
    for (const query of ['limit=x', 'offset=-1', 'page=2'])
      expect((await market.client.get(`/_emulator/orders?${query}`)).status).toBe(400)
  })
})
