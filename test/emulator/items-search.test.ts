import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop, seller, stranger} from './shop.js'

let shop: Shop
const url = `/users/${seller.userId}/items/search`

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

describe("a seller's item search", () => {
  it('answers in the documented shape, with the seller id as text', async () => {
    const {id} = await publish(shop)
    const {status, body} = await shop.get(url)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['seller_id', 'query', 'paging', 'results', 'orders', 'available_orders'])
    expect(body).toMatchObject({
      seller_id: '8035443',
      query: null,
      paging: {limit: 50, offset: 0, total: 1},
      results: [id],
      orders: [{id: 'stop_time_asc', name: 'Order by stop time ascending'}],
    })
  })

  it('lists every sort, two of them with an object for an id', async () => {
    const {available_orders: orders} = (await shop.get(url)).body
    expect(orders.map(({id}: {id: unknown}) => id)).toEqual([
      'stop_time_asc',
      'stop_time_desc',
      'start_time_asc',
      'start_time_desc',
      'available_quantity_asc',
      'available_quantity_desc',
      'sold_quantity_asc',
      'sold_quantity_desc',
      'price_asc',
      'price_desc',
      'last_updated_desc',
      'last_updated_asc',
      'total_sold_quantity_asc',
      {id: 'total_sold_quantity_desc', field: 'sold_quantity', missing: '_last', order: 'desc'},
      {id: 'inventory_id_asc', field: 'inventory_id', missing: '_last', order: 'asc'},
    ])
    expect(orders).toContainEqual({id: 'last_updated_desc', name: 'Order by lastUpdated descending'})
  })

  it.each(['sold_quantity', 'total_sold_quantity'])('sorts by %s either way', async (sort) => {
    shop.catalogue.seed(seller, 40)
    const sold = async (order: string) =>
      (await shop.get(`${url}?orders=${order}&limit=100`)).body.results.map(
        (id: string) => shop.catalogue.get(id)!.sold,
      )
    const rising = await sold(`${sort}_asc`)
    expect(rising).toEqual(rising.toSorted((a: number, b: number) => a - b))
    expect(await sold(`${sort}_desc`)).toEqual(rising.toReversed())
  })

  it.each([
    ['zero', 0],
    ['constant', 10_000],
  ] as const)('has a total that is %s where that is set, and the same rows', async (itemsTotal, total) => {
    const {id} = await publish(shop)
    shop.catalogue.settings.items_total = itemsTotal
    for (const query of ['', '?search_type=scan'])
      expect((await shop.get(`${url}${query}`)).body).toMatchObject({paging: {total}, results: [id]})
  })

  it('lets only the owner look', async () => {
    expect(await shop.get(url, 'stranger')).toMatchObject({
      status: 403,
      body: {status: 403, error: 'access_denied', code: 'FORBIDDEN'},
    })
    expect((await shop.get(url, 'nobody')).status).toBe(401)
    expect((await shop.get('/users/me/items/search')).status).toBe(403)
  })

  it('sorts by price either way', async () => {
    shop.catalogue.seed(seller, 40)
    const prices = async (order: string) =>
      (await shop.get(`${url}?orders=${order}&limit=100`)).body.results.map(
        (id: string) => shop.catalogue.get(id)?.price,
      )
    const rising = await prices('price_asc')
    expect(rising).toEqual([...rising].sort((a, b) => a - b))
    expect(await prices('price_desc')).toEqual([...rising].reverse())
  })

  it('puts items without an inventory id last when sorting by it', async () => {
    shop.catalogue.seed(seller, 60)
    const {body} = await shop.get(`${url}?orders=inventory_id_asc&limit=100`)
    const ids = await Promise.all(
      body.results.map(async (id: string) => (await shop.get(`/items/${id}`)).body.inventory_id),
    )
    const known = ids.filter((id) => id !== null)
    expect(known.length).toBeGreaterThan(0)
    expect(ids).toEqual([...known.toSorted(), ...ids.filter((id) => id === null)])
  })

  it('sees a change at once although sorted pages are remembered', async () => {
    const first = await publish(shop, {price: 1})
    const second = await publish(shop, {price: 2})
    expect((await shop.get(`${url}?orders=price_asc`)).body.results).toEqual([first.id, second.id])
    await shop.put(`/items/${first.id}`, {price: 3})
    expect((await shop.get(`${url}?orders=price_asc`)).body.results).toEqual([second.id, first.id])
  })

  it('pages up to a thousand records and refuses the next one', async () => {
    shop.catalogue.seed(seller, 1010)
    const last = await shop.get(`${url}?offset=900&limit=100`)
    expect(last.body.results).toHaveLength(100)
    expect(last.body.paging).toEqual({limit: 100, offset: 900, total: 1010})
    expect(await shop.get(`${url}?offset=901&limit=100`)).toMatchObject({
      status: 400,
      body: {message: 'Invalid limit and offset values'},
    })
  })

  it.each(['limit=101', 'limit=0', 'limit=x', 'offset=-1', 'orders=cheapest', 'scroll_id=abc'])(
    'refuses %s',
    async (query) => {
      expect((await shop.get(`${url}?${query}`)).status).toBe(400)
    },
  )

  it('finds an item by its seller SKU, by its custom field and by its user product', async () => {
    shop.catalogue.seed(seller, 30)
    const plain = await publish(shop, {seller_custom_field: 'OLD-7'})
    const family = await publish(shop, {title: undefined, family_name: 'Lámparas'})
    const results = async (query: string) => (await shop.get(`${url}?${query}`)).body.results
    expect(await results('sku=OLD-7')).toEqual([plain.id])
    expect(new Set(await results('seller_sku=LAMP-1'))).toEqual(new Set([plain.id, family.id]))
    expect(await results(`user_product_id=${family.user_product_id},MECU1`)).toEqual([family.id])
    expect(await results('seller_sku=nothing')).toEqual([])
  })

  it('counts what filters would find when asked to', async () => {
    shop.catalogue.seed(seller, 200)
    const {body} = await shop.get(`${url}?include_filters=true&missing_product_identifiers=true`)
    expect(body.filters).toEqual([
      {
        id: 'missing_product_identifiers',
        name: expect.any(String),
        values: [{id: 'true', name: 'true', results: body.paging.total}],
      },
    ])
    const status = body.available_filters.find(({id}: {id: string}) => id === 'status')
    for (const {id, results} of status.values) {
      const found = await shop.get(`${url}?missing_product_identifiers=true&status=${id}`)
      expect(found.body.paging.total).toBe(results)
    }
  })

  it('tells very large sellers that filters are off, with 206', async () => {
    shop.catalogue.seed(seller, 3)
    const allowed = {aggregations_allowed: true, query_allowed: true, sort_allowed: true}
    expect((await shop.get(`${url}/restrictions`)).body).toEqual(allowed)
    await shop.post('/_emulator/items/settings', {restricted_above: 2})
    expect((await shop.get(`${url}/restrictions`)).body.aggregations_allowed).toBe(false)
    const partial = await shop.get(`${url}?include_filters=true`)
    expect(partial.status).toBe(206)
    expect(partial.body).not.toHaveProperty('filters')
    expect(partial.body.results).toHaveLength(3)
  })

  it('keeps sellers apart', async () => {
    shop.catalogue.seed(seller, 5)
    shop.catalogue.seed(stranger, 7)
    expect((await shop.get(url)).body.paging.total).toBe(5)
    const theirs = await shop.get(`/users/${stranger.userId}/items/search`, 'stranger')
    expect(theirs.body.results.every((id: string) => id.startsWith('MLB'))).toBe(true)
    expect(theirs.body.paging.total).toBe(7)
  })
})
