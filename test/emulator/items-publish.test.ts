import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {lamp, openShop, publish, type Shop} from './shop.js'

let shop: Shop

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

describe('publishing an item', () => {
  it('answers 201 with the whole item', async () => {
    const item = await publish(shop)
    expect(item).toMatchObject({
      id: expect.stringMatching(/^MEC\d{10}$/),
      site_id: 'MEC',
      seller_id: 8_035_443,
      title: lamp.title,
      price: 1234.5,
      currency_id: 'USD',
      available_quantity: 10,
      sold_quantity: 0,
      status: 'active',
      sub_status: [],
      last_updated: expect.stringMatching(/^2026-11-20T12:00:\d\d\.\d{3}Z$/),
      pictures: [{secure_url: expect.stringMatching(/^https:/)}],
    })
    expect(item.attributes).toContainEqual(expect.objectContaining({id: 'SELLER_SKU', value_name: 'LAMP-1'}))
    expect((await shop.get(`/items/${item.id}`)).body).toEqual(item)
  })

  it("tags test users' items", async () => {
    expect((await publish(shop)).tags).not.toContain('test_item')
    const change = {category_id: 'MLB9999', currency_id: 'BRL'}
    expect((await publish(shop, change, 'stranger')).tags).toContain('test_item')
  })

  it('takes a family name instead of a title and makes a user product of it', async () => {
    const item = await publish(shop, {title: undefined, family_name: 'Lámparas del sur'})
    expect(item).toMatchObject({family_name: 'Lámparas del sur', user_product_id: expect.stringMatching(/^MECU\d+$/)})
    const both = await shop.post('/items', {...lamp, family_name: 'Lámparas'})
    expect(both.body.cause).toMatchObject([{code: 'body.invalid_fields', message: expect.stringContaining('[title]')}])
  })

  it('takes price and stock from the variations', async () => {
    const item = await publish(shop, {
      price: undefined,
      available_quantity: undefined,
      variations: [
        {price: 19.9, available_quantity: 2},
        {price: 19.9, available_quantity: 5},
      ],
    })
    expect(item).toMatchObject({price: 19.9, available_quantity: 7})
  })

  it.each([
    ['no title', {title: undefined}, 'body.required_fields', 369],
    ['a price of nothing', {price: 0}, 'item.price.invalid', 109],
    ['a tenth of a cent', {price: 1.001}, 'item.price.invalid', 129],
    ['a category of another site', {category_id: 'MLA1055'}, 'item.category_id.invalid', 126],
    ['an unknown listing type', {listing_type_id: 'platinum'}, 'item.listing_type_id.invalid', undefined],
    ['no pictures', {pictures: []}, 'item.listing_type_id.requiresPictures', 173],
    [
      'no brand where one is required',
      {category_id: 'MEC1055', attributes: []},
      'item.attributes.missing_required',
      147,
    ],
    ['a field nobody knows', {colour: 'red'}, 'body.invalid_fields', undefined],
    [
      'less than nothing of a variation',
      {variations: [{available_quantity: -1}]},
      'item.available_quantity.invalid',
      undefined,
    ],
    ['no stock', {available_quantity: 0}, 'item.available_quantity.invalid', undefined],
    ["another country's money", {currency_id: 'ARS'}, 'item.currency_id.invalid', undefined],
  ])('refuses %s, also when only asked to validate', async (_, change, code, causeId) => {
    for (const route of ['/items', '/items/validate']) {
      const {status, body} = await shop.post(route, {...lamp, ...change})
      expect(status).toBe(400)
      expect(body).toMatchObject({message: 'Validation error', error: 'validation_error', status: 400})
      expect(body.cause).toHaveLength(1)
      expect(body.cause[0]).toMatchObject({type: 'error', code})
      expect(body.cause[0].cause_id).toBe(causeId)
    }
  })

  it('names every reason at once, and every missing property in one', async () => {
    const {body} = await shop.post('/items', {price: -1, listing_type_id: 'free'})
    expect(body.cause.map(({code}: {code: string}) => code)).toEqual(['body.required_fields', 'item.price.invalid'])
    expect(body.cause[0].message).toContain('[title, category_id, currency_id, available_quantity, buying_mode]')
  })

  it('explains wrong types in the error field', async () => {
    expect(await shop.post('/items/validate', {...lamp, price: 'p'})).toMatchObject({
      status: 400,
      body: {
        message: 'body.invalid_field_types',
        error: '[invalid property type: [price] expected Number but was String value: p]',
        cause: [],
      },
    })
  })

  it('validates with 204 and publishes nothing', async () => {
    expect(await shop.post('/items/validate', lamp)).toMatchObject({status: 204, body: undefined})
    expect(shop.catalogue.size(8_035_443)).toBe(0)
  })
})
