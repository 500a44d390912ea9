import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop, seller} from './items-app.js'

let shop: Shop

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

const notFound = (id: string) => ({
  message: `Item with id ${id} not found`,
  error: 'not_found',
  status: 404,
  cause: [],
})

describe('reading many items', () => {
  it('keeps the order of the request and gives each item its own status', async () => {
    const {id} = await publish(shop)
    const {status, body} = await shop.get(`/items/bulk?ids=MEC999,${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject([
      {id: 'MEC999', status_code: 404, body: notFound('MEC999')},
      {id, status_code: 200, body: {id, price: 1234.5}},
    ])
  })

  it('still speaks the old contract', async () => {
    const {id} = await publish(shop)
    const {body} = await shop.get(`/items?ids=${id},MEC999&attributes=id,price`)
    expect(body).toEqual([
      {code: 200, body: {id, price: 1234.5}},
      {code: 404, body: notFound('MEC999')},
    ])
  })

  it('selects fields of the bulk answer only under body.', async () => {
    const {id} = await publish(shop)
    const selected = async (attributes: string) =>
      (await shop.get(`/items/bulk?ids=${id}&attributes=${attributes}`)).body
    expect(await selected('body.id,body.shipping.mode')).toEqual([
      {id, status_code: 200, body: {id, shipping: {mode: 'not_specified'}}},
    ])
    expect(await selected('id,price')).toEqual([{id, status_code: 200, body: {}}])
  })

  it('takes twenty ids and no more', async () => {
    shop.catalogue.seed(seller, 21)
    const ids = shop.catalogue.listed(seller.userId).map(({id}) => id)
    expect((await shop.get(`/items/bulk?ids=${ids.slice(0, 20).join(',')}`)).body).toHaveLength(20)
    for (const route of ['/items/bulk', '/items']) {
      expect((await shop.get(`${route}?ids=${ids.join(',')}`)).status).toBe(400)
      expect((await shop.get(route)).status).toBe(400)
    }
  })

  it('can know only one of the two routes', async () => {
    const {id} = await publish(shop)
    const statuses = async () => [
      (await shop.get(`/items/bulk?ids=${id}`)).status,
      (await shop.get(`/items?ids=${id}`)).status,
    ]
    expect(await statuses()).toEqual([200, 200])
    await shop.post('/_emulator/items/settings', {bulk: 'only-old'})
    expect(await statuses()).toEqual([404, 200])
    await shop.post('/_emulator/items/settings', {bulk: 'only-new'})
    expect(await statuses()).toEqual([200, 404])
  })

  it('plays an ordered failure as often as it was ordered', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/outcomes', {id, route: 'bulk', status: 500, times: 2})
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await shop.get(`/items/bulk?ids=${id}`)).body[0].status_code)
    expect(statuses).toEqual([500, 500, 200])
    expect((await shop.get(`/items/${id}`)).status).toBe(200)
  })

  it('leaves parts out of an ordered 206 and names them', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/outcomes', {id, route: 'bulk', status: 206})
    const {headers, body} = await shop.get(`/items/bulk?ids=${id}`)
    expect(body[0]).toMatchObject({id, status_code: 206, body: {id}})
    expect(body[0].body).not.toHaveProperty('geolocation')
    expect(headers['x-content-missing']).toBe('seller_address, geolocation')
  })
})

describe('who sees stock', () => {
  const owners = ['available_quantity', 'sold_quantity', 'start_time', 'historical_start_time', 'stop_time', 'channels']

  it('is the owner alone', async () => {
    const {id} = await publish(shop)
    const own = (await shop.get(`/items/${id}`)).body
    const foreign = (await shop.get(`/items/${id}`, 'stranger')).body
    for (const name of owners) {
      expect(own).toHaveProperty(name)
      expect(foreign).not.toHaveProperty(name)
    }
    expect((await shop.get(`/items/bulk?ids=${id}`, 'stranger')).body[0].body).not.toHaveProperty('available_quantity')
  })

  it.each([
    [0, 0],
    [1, 1],
    [50, 1],
    [51, 50],
    [250, 200],
    [251, 250],
    [500, 250],
    [501, 500],
    [5000, 500],
    [5001, 5000],
    [60_000, 50_000],
  ])('gives strangers a bucket when told to: %i is shown as %i', async (stock, shown) => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/settings', {publicStock: 'bucketed'})
    await shop.post(`/_emulator/items/${id}`, {available_quantity: stock})
    expect((await shop.get(`/items/${id}`, 'stranger')).body.available_quantity).toBe(shown)
    expect((await shop.get(`/items/${id}`)).body.available_quantity).toBe(stock)
  })
})

describe('reading one item', () => {
  it('selects attributes, variations among them', async () => {
    const {id} = await publish(shop, {variations: [{available_quantity: 2}, {available_quantity: 3}]})
    const {body} = await shop.get(`/items/${id}?attributes=variations`)
    expect(Object.keys(body)).toEqual(['variations'])
    expect(body.variations).toMatchObject([{available_quantity: 2}, {available_quantity: 3}])
    expect((await shop.get(`/items/${id}/variations`)).body).toEqual(body.variations)
    const one = body.variations[0]
    expect((await shop.get(`/items/${id}/variations/${one.id}`)).body).toEqual(one)
    expect((await shop.get(`/items/${id}/variations/1`)).status).toBe(404)
  })

  it('keeps the description apart', async () => {
    const {id, ...item} = await publish(shop, {description: {plain_text: 'Con pantalla de algodón.\nÚnica.'}})
    expect(item).not.toHaveProperty('description')
    expect(item.descriptions).toEqual([])
    expect((await shop.get(`/items/${id}/description`)).body).toEqual({plain_text: 'Con pantalla de algodón.\nÚnica.'})
    expect((await shop.get('/items/MEC1/description')).body).toEqual(notFound('MEC1'))
  })

  it('says which id it did not find', async () => {
    expect(await shop.get('/items/MEC404')).toMatchObject({status: 404, body: notFound('MEC404')})
  })
})
