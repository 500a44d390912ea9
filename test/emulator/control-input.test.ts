import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {Market} from './market.js'

let market: Market
beforeEach(async () => {
  market = await Market.open()
})
afterEach(() => market.close())

describe('a control route', () => {
  it.each([
    ['/purchase', {}, 'buyer is missing'],
    ['/orders', {buyer: 'CASA_DEL_SUR'}, 'seller is missing'],
    ['/questions', {text: 'hola'}, 'from is missing'],
    ['/tags', {}, 'user is missing'],
    ['/items/settings', {constructor: 1}, 'Unknown setting constructor'],
    ['/items/settings', {toString: 1}, 'Unknown setting toString'],
    ['/orders/settings', {missing: ['a\r\nb']}, 'is not a value of missing'],
    ['/items/outcomes', {id: 'MEC1', status: 206, missing: ['a\r\nb']}, 'missing must be a list of fields'],
    ['/items/outcomes', {id: 'MEC1', status: 206, missing: 'buyer'}, 'missing must be a list of fields'],
  ])('%s says what is wrong with %j', async (path, body, message) => {
    const answer = await market.control(path, body)
    expect(answer).toMatchObject({status: 400, body: {message: expect.stringContaining(message)}})
  })

  it('keeps its settings when it is given a name that every object has', async () => {
    await market.control('/items/settings', {constructor: 1})
    expect((await market.story.get('/_emulator/items/settings')).body).toMatchObject({lock_window_ms: 0})
  })

  it('takes no names that cannot stand in a header, so that an order always answers', async () => {
    const {order_ids} = await market.buy({item: market.item()})
    const answer = await market.control(`/orders/${order_ids[0]}`, {missing: ['a\r\nb']})
    expect(answer).toMatchObject({status: 400, body: {message: expect.stringContaining('buyer or feedback')}})
    expect((await market.get(`/orders/${order_ids[0]}`)).status).toBe(200)
  })

  it('knows price automation as on or off alone', async () => {
    expect((await market.control(`/items/${market.item()}`, {price_automation: 'yes'})).status).toBe(400)
  })
})
