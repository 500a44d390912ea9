import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop} from './shop.js'

let shop: Shop
beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

const dayMs = 86_400_000
/** The clock goes on while a test runs. */
const inSeconds = expect.stringMatching(/^2026-11-20T12:\d\d:\d\dZ$/)

describe('the prices of an item', () => {
  it('are its standard price', async () => {
    const {id} = await publish(shop)
    const {status, body} = await shop.get(`/items/${id}/prices`)
    expect(status).toBe(200)
    expect(body).toEqual({
      id,
      prices: [
        {
          id: expect.stringMatching(/^\d+$/),
          type: 'standard',
          amount: 1234.5,
          regular_amount: null,
          currency_id: 'USD',
          last_updated: inSeconds,
          conditions: {context_restrictions: [], start_time: null, end_time: null},
        },
      ],
    })
    expect((await shop.get(`/items/${id}/sale_price?context=channel_marketplace`)).body).toEqual({
      price_id: body.prices[0].id,
      amount: 1234.5,
      regular_amount: null,
      currency_id: 'USD',
      reference_date: inSeconds,
      metadata: {},
    })
  })

  it.each(['prices', 'sale_price'])('are not there for an unknown item: /%s', async (route) => {
    expect(await shop.get(`/items/MEC1/${route}`)).toMatchObject({
      status: 404,
      body: {error: 'The item MEC1 has no prices associated', code: 'not.found', status: 404},
    })
  })
})

describe('an item in a promotion', () => {
  let id: string
  beforeEach(async () => {
    id = (await publish(shop)).id
    await shop.post(`/_emulator/items/${id}`, {promotion: 999.9})
  })

  it('has its price beside the standard one, for the marketplace', async () => {
    const {prices} = (await shop.get(`/items/${id}/prices`)).body
    expect(prices).toMatchObject([
      {type: 'standard', amount: 1234.5, regular_amount: null},
      {
        type: 'promotion',
        amount: 999.9,
        regular_amount: 1234.5,
        conditions: {
          context_restrictions: ['channel_marketplace'],
          start_time: inSeconds,
          end_time: expect.stringMatching(/^2026-12-20T12:\d\d:\d\dZ$/),
        },
      },
    ])
    expect((await shop.get(`/items/${id}/sale_price`)).body).toMatchObject({
      price_id: prices[1].id,
      amount: 999.9,
      regular_amount: 1234.5,
      metadata: {
        campaign_id: expect.any(String),
        promotion_id: expect.stringContaining(`OFFER-${id}-`),
        promotion_type: 'custom',
      },
    })
    expect((await shop.get(`/items/${id}/sale_price?context=channel_mshops`)).body).toMatchObject({
      price_id: prices[0].id,
      amount: 1234.5,
      metadata: {},
    })
  })

  it('refuses another price, alone and among other fields', async () => {
    for (const fields of [{price: 5}, {price: 5, available_quantity: 3}]) {
      expect(await shop.put(`/items/${id}`, fields)).toMatchObject({
        status: 400,
        body: {
          message: 'Validation error',
          error: 'validation_error',
          cause: [{department: 'items', cause_id: 1, type: 'error', code: 'item.price.not_modifiable'}],
        },
      })
    }
    expect((await shop.put(`/items/${id}`, {available_quantity: 3})).body).toMatchObject({
      price: 1234.5,
      available_quantity: 3,
    })
  })

  it('refuses it of variations too', async () => {
    const {id: other, variations} = await publish(shop, {variations: [{available_quantity: 1}]})
    await shop.post(`/_emulator/items/${other}`, {promotion: 999})
    expect((await shop.put(`/items/${other}`, {variations: [{id: variations[0].id, price: 5}]})).status).toBe(400)
  })

  it('takes one again when the promotion ends, or is taken away', async () => {
    shop.clock.advance(30 * dayMs)
    expect((await shop.get(`/items/${id}/prices`)).body.prices).toHaveLength(1)
    expect((await shop.put(`/items/${id}`, {price: 5})).body.price).toBe(5)
    await shop.post(`/_emulator/items/${id}`, {promotion: 4})
    await shop.post(`/_emulator/items/${id}`, {promotion: null})
    expect((await shop.put(`/items/${id}`, {price: 6})).body.price).toBe(6)
  })

  it('is one after a restart, and no item of an earlier version is', async () => {
    const saved = JSON.parse(JSON.stringify(shop.catalogue.export()))
    shop.catalogue.import(saved)
    expect((await shop.get(`/items/${id}/prices`)).body.prices).toHaveLength(2)
    const at = saved.columns.indexOf('promotion')
    const without = (row: unknown[]) => row.toSpliced(at, 1)
    shop.catalogue.import({...saved, columns: without(saved.columns), listed: saved.listed.map(without)})
    expect((await shop.get(`/items/${id}/prices`)).body.prices).toHaveLength(1)
  })
})
