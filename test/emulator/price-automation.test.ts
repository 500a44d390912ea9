import {beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop} from './items-app.js'

let shop: Shop
beforeEach(() => {
  shop = openShop()
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
