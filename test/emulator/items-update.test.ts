import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop} from './shop.js'

let shop: Shop

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

/** Changes an item as a patient client does: never twice in the same breath. */
async function change(id: string, fields: object) {
  shop.clock.advance(2000)
  return shop.put(`/items/${id}`, fields)
}

describe('changing an item', () => {
  it('answers with the whole item and moves last_updated', async () => {
    const before = await publish(shop)
    const {status, body} = await change(before.id, {
      price: 99_999_999.99,
      attributes: [{id: 'COLOR', value_name: 'Añil'}],
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({id: before.id, title: before.title, price: 99_999_999.99})
    expect(body.attributes.map(({id}: {id: string}) => id)).toEqual(['BRAND', 'COLOR', 'SELLER_SKU'])
    expect(Date.parse(body.last_updated)).toBeGreaterThan(Date.parse(before.last_updated) + 1999)
  })

  it('is for the owner of an existing item', async () => {
    const {id} = await publish(shop)
    expect((await shop.put(`/items/${id}`, {price: 5}, 'stranger')).status).toBe(403)
    expect((await shop.put('/items/MEC1', {price: 5})).status).toBe(404)
  })

  it('pauses at zero stock and resumes above it', async () => {
    const {id} = await publish(shop)
    expect((await change(id, {available_quantity: 0})).body).toMatchObject({
      status: 'paused',
      sub_status: ['out_of_stock'],
    })
    expect((await change(id, {status: 'active'})).status).toBe(400)
    expect((await change(id, {available_quantity: 4})).body).toMatchObject({status: 'active', sub_status: []})
  })

  it('never resumes by itself what the seller paused', async () => {
    const {id} = await publish(shop)
    expect((await change(id, {status: 'paused'})).body).toMatchObject({
      status: 'paused',
      sub_status: ['paused_by_seller'],
    })
    await change(id, {available_quantity: 0})
    expect((await change(id, {available_quantity: 4})).body).toMatchObject({
      status: 'paused',
      sub_status: ['paused_by_seller'],
    })
    expect((await change(id, {status: 'active'})).body).toMatchObject({status: 'active', sub_status: []})
  })

  it.each([{condition: 'used'}, {listing_type_id: 'free'}])('refuses zero stock of an item with %j', async (kind) => {
    const {id} = await publish(shop, kind)
    expect((await change(id, {available_quantity: 0})).status).toBe(400)
  })

  it('finds closing final, and then only deletes', async () => {
    const {id} = await publish(shop)
    expect((await change(id, {deleted: 'true'})).status).toBe(400)
    expect((await change(id, {status: 'closed'})).body.status).toBe('closed')
    expect(await change(id, {status: 'active'})).toMatchObject({
      status: 400,
      body: {
        message: `Cannot update item ${id} [status:closed, has_bids:false]`,
        error: 'validation_error',
        cause: [{code: 'item.status.not_modifiable', message: 'status is not modifiable.'}],
      },
    })
    expect((await change(id, {available_quantity: 5})).body.cause).toMatchObject([
      {code: 'field_not_updatable', message: 'available_quantity is not modifiable.'},
    ])
    expect((await change(id, {deleted: 'true'})).body).toMatchObject({status: 'closed', sub_status: ['deleted']})
    expect((await shop.get('/users/8035443/items/search')).body.results).toEqual([])
    expect((await change(id, {deleted: 'true'})).status).toBe(400)
  })

  it('deletes a forbidden item without closing it first', async () => {
    const {id} = await publish(shop)
    await shop.post(`/_emulator/items/${id}`, {status: 'under_review', sub_status: ['forbidden']})
    expect((await change(id, {price: 5})).status).toBe(400)
    expect((await change(id, {deleted: 'true'})).status).toBe(200)
  })

  it('keeps the title once something was sold', async () => {
    const {id} = await publish(shop)
    expect((await change(id, {title: 'Otra lámpara'})).body.title).toBe('Otra lámpara')
    await shop.post(`/_emulator/items/${id}`, {sold_quantity: 1})
    expect((await change(id, {title: 'Y otra'})).body).toMatchObject({
      message: expect.stringContaining('has_bids:true'),
      cause: [{message: 'title is not modifiable.'}],
    })
  })

  it.each([{id: 'MEC2'}, {sold_quantity: 5}, {category_id: 'MEC1'}, {status: 'ACTIVE'}, {price: 0}, {price: '5'}])(
    'refuses %j and changes nothing',
    async (fields) => {
      const before = await publish(shop)
      expect((await change(before.id, fields)).status).toBe(400)
      expect((await shop.get(`/items/${before.id}`)).body).toEqual(before)
    },
  )

  it('refuses a lone price under price automation, and ignores it with a warning among others', async () => {
    const {id} = await publish(shop)
    await shop.post(`/_emulator/items/${id}`, {price_automation: true})
    expect((await change(id, {price: 5})).status).toBe(400)
    const {status, body} = await change(id, {price: 5, available_quantity: 3})
    expect(status).toBe(200)
    expect(body).toMatchObject({price: 1234.5, available_quantity: 3, warnings: [{code: 'item.price.dropped'}]})
  })

  const conflict = {message: 'item optimistic locking error: conflict', status: 409, cause: []}

  it('takes changes one after another, however close, and refuses one that another is under way of', async () => {
    const [{id}, other] = [await publish(shop), await publish(shop)]
    for (const price of [5, 6, 7]) expect((await shop.put(`/items/${id}`, {price})).status).toBe(200)
    const [first, second, elsewhere] = await Promise.all([
      shop.put(`/items/${id}`, {price: 8}),
      shop.put(`/items/${id}`, {available_quantity: 9}),
      shop.put(`/items/${other.id}`, {price: 8}),
    ])
    expect([first.status, elsewhere.status]).toEqual([200, 200])
    expect(second).toMatchObject({status: 409, body: conflict})
    expect((await shop.put(`/items/${id}`, {available_quantity: 9})).body).toMatchObject({
      price: 8,
      available_quantity: 9,
    })
  })

  it('refuses a change that arrives during a slow one', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/settings', {update_ms: 400})
    const slow = shop.put(`/items/${id}`, {price: 8})
    expect((await shop.get(`/items/${id}`)).body.price).toBe(1234.5)
    expect(await shop.put(`/items/${id}`, {price: 9})).toMatchObject({status: 409, body: conflict})
    expect((await slow).status).toBe(200)
    expect((await shop.get(`/items/${id}`)).body.price).toBe(8)
  })

  it('takes another change after one that was refused', async () => {
    const {id} = await publish(shop)
    expect((await shop.put(`/items/${id}`, {price: -1})).status).toBe(400)
    expect((await shop.put(`/items/${id}`, {price: 1})).status).toBe(200)
  })

  it('answers 409 to changes in quick succession when told to, until a few seconds have passed', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/settings', {lock_window_ms: 1000})
    expect((await shop.put(`/items/${id}`, {price: 5})).status).toBe(200)
    expect(await shop.put(`/items/${id}`, {price: 6})).toMatchObject({status: 409, body: conflict})
    expect((await change(id, {price: 6})).status).toBe(200)
  })

  it('plays an ordered conflict', async () => {
    const {id} = await publish(shop)
    await shop.post('/_emulator/items/outcomes', {id, route: 'update', status: 409})
    expect((await shop.put(`/items/${id}`, {price: 8})).status).toBe(409)
    expect((await shop.put(`/items/${id}`, {price: 8})).status).toBe(200)
  })
})

describe('a change that is answered with 200', () => {
  const order = (id: string, effect: string) => shop.post('/_emulator/items/outcomes', {id, route: 'update', effect})

  it('may show the old value although it was done', async () => {
    const {id} = await publish(shop)
    await order(id, 'lagging')
    expect(await shop.put(`/items/${id}`, {price: 5})).toMatchObject({status: 200, body: {id, price: 1234.5}})
    expect((await shop.get(`/items/${id}`)).body.price).toBe(5)
  })

  it('may have done nothing, and say nothing', async () => {
    const before = await publish(shop)
    await order(before.id, 'ignored')
    expect(await shop.put(`/items/${before.id}`, {price: 5})).toMatchObject({status: 200, body: before})
    expect((await shop.get(`/items/${before.id}`)).body).toEqual(before)
    expect((await shop.put(`/items/${before.id}`, {price: 5})).body.price).toBe(5)
  })

  it('may have dropped the price, with a warning', async () => {
    const {id} = await publish(shop)
    await order(id, 'price_dropped')
    expect(await shop.put(`/items/${id}`, {price: 5, available_quantity: 3})).toMatchObject({
      status: 200,
      body: {
        price: 1234.5,
        available_quantity: 3,
        warnings: [{type: 'warning', cause_id: 314, code: 'item.price.dropped', references: ['item.price']}],
      },
    })
    expect((await shop.get(`/items/${id}`)).body).toMatchObject({price: 1234.5, available_quantity: 3})
  })

  it.each([
    {route: 'update', effect: 'strange'},
    {route: 'update', effect: 'lagging', status: 409},
    {route: 'update', status: 200},
    {route: 'bulk', effect: 'lagging'},
  ])('cannot be ordered as %j', async (outcome) => {
    expect((await shop.post('/_emulator/items/outcomes', {id: 'MEC1', ...outcome})).status).toBe(400)
  })
})

describe('the stock of a user product', () => {
  it('can be refused on its items', async () => {
    const {id} = await publish(shop, {title: undefined, family_name: 'Lámparas'})
    const other = await publish(shop)
    await shop.post('/_emulator/items/settings', {user_product_quantity: 'refused'})
    expect(await shop.put(`/items/${id}`, {available_quantity: 3})).toMatchObject({
      status: 400,
      body: {error: 'validation_error', cause: [{code: 'item.available_quantity.not_updatable'}]},
    })
    expect((await shop.put(`/items/${id}`, {price: 3})).status).toBe(200)
    expect((await shop.put(`/items/${other.id}`, {available_quantity: 3})).status).toBe(200)
  })
})

describe('changing variations', () => {
  const three = {variations: [{available_quantity: 1}, {available_quantity: 2}, {available_quantity: 3}]}

  it('refuses the root stock and sums that of the variations', async () => {
    const {id, variations} = await publish(shop, three)
    expect((await change(id, {available_quantity: 9})).body.cause).toMatchObject([{code: 'field_not_updatable'}])
    const {body} = await change(id, {variations: [{id: variations[1].id, available_quantity: 20}]})
    expect(body.available_quantity).toBe(24)
    expect(body.variations).toHaveLength(3)
  })

  it('deletes what a PUT of prices leaves out', async () => {
    const {id, variations} = await publish(shop, three)
    const {body} = await change(id, {
      variations: [
        {id: variations[0].id, price: 7.5},
        {id: variations[2].id, price: 7.5},
      ],
    })
    expect(body).toMatchObject({price: 7.5, available_quantity: 4})
    expect(body.variations.map(({id}: {id: number}) => id)).toEqual([variations[0].id, variations[2].id])
  })

  it('deletes what any PUT leaves out when told to', async () => {
    const {id, variations} = await publish(shop, three)
    await shop.post('/_emulator/items/settings', {variations_left_out: 'delete'})
    expect(
      (await change(id, {variations: [{id: variations[0].id, available_quantity: 8}]})).body.variations,
    ).toHaveLength(1)
  })

  it('refuses different prices and unknown ids', async () => {
    const {id, variations} = await publish(shop, three)
    const [a, b, c] = variations.map((variation: {id: number}) => variation.id)
    const prices = [a, b, c].map((variationId, n) => ({id: variationId, price: n + 1}))
    expect((await change(id, {variations: prices})).status).toBe(400)
    expect((await change(id, {variations: [{id: 5, available_quantity: 1}]})).status).toBe(400)
  })

  it.each([
    ['less than nothing', {available_quantity: -5}, 'item.available_quantity.invalid'],
    ['a part of one', {available_quantity: 1.5}, 'item.available_quantity.invalid'],
    ['words for a number', {available_quantity: '5'}, 'item.available_quantity.invalid'],
    ['words for a price', {price: '5'}, 'item.price.invalid'],
  ])('refuses %s', async (_, fields, code) => {
    const {id, variations, available_quantity: before} = await publish(shop, three)
    const wanted = variations.map((variation: {id: number}) => ({id: variation.id, ...fields}))
    const {status, body} = await change(id, {variations: wanted})
    expect({status, code: body.cause[0].code}).toEqual({status: 400, code})
    expect((await shop.get(`/items/${id}`)).body.available_quantity).toBe(before)
  })

  it('adds one without an id and deletes one by its address', async () => {
    const {id, variations} = await publish(shop, three)
    expect((await change(id, {variations: [{available_quantity: 10}]})).body).toMatchObject({available_quantity: 16})
    const {body} = await shop.delete(`/items/${id}/variations/${variations[0].id}`)
    expect(body).toHaveLength(3)
    expect((await shop.get(`/items/${id}`)).body.available_quantity).toBe(15)
    expect((await shop.delete(`/items/${id}/variations/${variations[1].id}`, 'stranger')).status).toBe(403)
  })
})

describe('an item with price automation', () => {
  it('refuses a price alone', async () => {
    const {id} = await publish(shop)
    await shop.post(`/_emulator/items/${id}`, {price_automation: true})
    const {status, body} = await shop.put(`/items/${id}`, {price: 99})
    expect(status).toBe(400)
    expect(body).toEqual({
      message: 'Cannot modify price on items with dynamic pricing',
      error: 'item.price.not_modifiable',
      status: 400,
      cause: [],
    })
    expect((await shop.get(`/items/${id}`)).body.price).toBe(1234.5)
  })

  it('ignores a price among other fields, with a warning', async () => {
    const {id} = await publish(shop)
    await shop.post(`/_emulator/items/${id}`, {price_automation: true})
    const {status, body} = await shop.put(`/items/${id}`, {price: 99, available_quantity: 3})
    expect(status).toBe(200)
    expect(body).toMatchObject({
      price: 1234.5,
      available_quantity: 3,
      warnings: [{type: 'warning', cause_id: 314, code: 'item.price.dropped', references: ['item.price']}],
    })
  })

  it('treats the prices of its variations the same', async () => {
    const item = await publish(shop, {
      available_quantity: undefined,
      variations: [{available_quantity: 2}, {available_quantity: 1}],
    })
    const [first, second] = item.variations
    await shop.post(`/_emulator/items/${item.id}`, {price_automation: true})
    const alone = await shop.put(`/items/${item.id}`, {variations: [{id: first.id, price: 99}, {id: second.id}]})
    expect(alone.status).toBe(400)
    const {status, body} = await shop.put(`/items/${item.id}`, {
      variations: [
        {id: first.id, price: 99, available_quantity: 5},
        {id: second.id, price: 99},
      ],
    })
    expect([status, body.price, body.available_quantity, body.warnings.length]).toEqual([200, 1234.5, 6, 1])
  })

  it('takes a price again once it is over', async () => {
    const {id} = await publish(shop)
    await shop.post(`/_emulator/items/${id}`, {price_automation: true})
    await shop.post(`/_emulator/items/${id}`, {price_automation: false})
    expect((await shop.put(`/items/${id}`, {price: 99})).body.price).toBe(99)
  })
})
