import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {lamp} from '../shop.js'
import {connect, Post} from './receiver.js'

let post: Post
beforeEach(async () => {
  post = await Post.open({topics: ['items', 'items prices']})
})
afterEach(() => post.close())

/** What came in since the last time it was asked. */
async function news(): Promise<string[]> {
  await post.notifications.idle()
  return post.receiver.received.splice(0).map(({body}) => `${body.topic} ${body.resource}`)
}

describe('a change of an item', () => {
  it('is told in the shape of the service', async () => {
    await post.change()
    const [{path, headers, body}] = post.receiver.received as [(typeof post.receiver.received)[0]]
    expect(path).toBe('/notifications')
    expect(headers['content-type']).toBe('application/json')
    expect(Object.keys(body)).toEqual([
      '_id',
      'topic',
      'resource',
      'user_id',
      'application_id',
      'attempts',
      'sent',
      'received',
      'actions',
    ])
    expect(body).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      resource: `/items/${post.itemIds[0]}`,
      user_id: post.sellerId,
      topic: 'items',
      application_id: Number(post.emulator.clientId),
      attempts: 1,
      sent: expect.stringMatching(/^2026-11-20T12:\d\d:\d\d(\.\d{0,2}[1-9])?Z$/),
      actions: [],
    })
    expect(Date.parse(body.sent)).toBeGreaterThanOrEqual(Date.parse(body.received))
  })

  it('is told once for each request that publishes, changes or closes', async () => {
    const {body: item} = await post.ask('POST', '/items', {...lamp, variations: undefined}, post.token)
    expect(await news()).toEqual([`items /items/${item.id}`])
    await post.ask('PUT', `/items/${item.id}`, {available_quantity: 0}, post.token)
    expect(await news()).toEqual([`items /items/${item.id}`])
    post.emulator.advance(5000)
    await post.ask('PUT', `/items/${item.id}`, {status: 'closed'}, post.token)
    expect(await news()).toEqual([`items /items/${item.id}`])
  })

  it('names the item for a price too with items_prices_resource', async () => {
    await post.control('POST', '/notifications/settings', {items_prices_resource: 'item'})
    const [id] = post.itemIds
    await post.control('POST', `/items/${id}`, {price: 77})
    expect((await news()).sort()).toEqual([`items /items/${id}`, `items_prices /items/${id}`])
  })

  it('is told for both topics when the price changes', async () => {
    const [id] = post.itemIds
    await post.control('POST', `/items/${id}`, {price: 77})
    expect(await news()).toEqual([`items /items/${id}`, `items_prices /items/${id}/prices`])
    await post.control('POST', `/items/${id}`, {price: 77})
    expect(await news()).toEqual([`items /items/${id}`])
  })

  it('is told in the spelling of the menu, and of the item, where the documentation is followed', async () => {
    post.emulator.world.changeSettings({profile: 'documented', timeout_ms: 10_000})
    const [id] = post.itemIds
    await post.control('POST', `/items/${id}`, {price: 77})
    await post.notifications.idle()
    const [{body}] = post.receiver.received as [(typeof post.receiver.received)[0]]
    expect(body).not.toHaveProperty('actions')
    expect(await news()).toEqual([`items /items/${id}`, `items prices /items/${id}`])
  })

  it('is told when a test takes the item away', async () => {
    const [id] = post.itemIds
    await post.control('DELETE', `/items/${id}`)
    expect(await news()).toEqual([`items /items/${id}`])
  })

  it('is not told when it was refused', async () => {
    const [id] = post.itemIds
    expect((await post.ask('PUT', `/items/${id}`, {price: 'free'}, post.token)).status).toBe(400)
    expect((await post.ask('POST', '/items', {title: 'Half a lamp'}, post.token)).status).toBe(400)
    expect(await news()).toEqual([])
  })

  it('is told of a thousand at most of what is put on the shelf at once', async () => {
    await post.control('POST', '/items', {user: post.sellerId, count: 1200})
    expect(await news()).toHaveLength(1000)
  })
})

describe('who is told', () => {
  it('is nobody until the seller has granted the application, nor after the grant has ended', async () => {
    const {catalogue, users} = post.emulator.world
    const {id: userId} = users.find('CASA_DEL_SUR')!
    const owner = {userId, siteId: 'MEC', isTestUser: false}
    catalogue.seed(owner, 1)
    expect(await news()).toEqual([])
    await connect(post.emulator, 'CASA_DEL_SUR')
    catalogue.seed(owner, 1)
    expect(await news()).toHaveLength(1)
    await post.control('POST', '/revoke', {user: 'CASA_DEL_SUR'})
    catalogue.seed(owner, 1)
    expect(await news()).toEqual([])
  })

  it('is no application without a callback, and none that has not subscribed to the topic', async () => {
    expect(post.notifications.notify('questions', '/questions/1', post.sellerId)).toBe(0)
    await post.control('POST', '/app', {topics: ['questions']})
    expect(post.notifications.notify('questions', '/questions/1', post.sellerId)).toBe(1)
    expect(await news()).toEqual(['questions /questions/1'])
    await post.control('POST', '/app', {notifications_url: null})
    expect(post.notifications.notify('questions', '/questions/2', post.sellerId)).toBe(0)
  })

  it('shows in the application as its owner sees it', async () => {
    const {body} = await post.ask('GET', `/applications/${post.emulator.clientId}`, undefined, post.token)
    expect(body).toMatchObject({
      notifications_callback_url: post.receiver.url,
      notifications_topics: ['items', 'items_prices'],
    })
  })
})

describe('a topic of its own resources', () => {
  it.each([
    [
      ['orders feedback', 'stock-location'],
      ['orders_feedback', 'stock-locations'],
    ],
    [
      ['items prices', 'items_prices', 'user_products_families'],
      ['items_prices', 'user-products-families'],
    ],
  ])('is subscribed to in either spelling: %j', async (topics, shown) => {
    expect(await post.control('POST', '/app', {topics})).toMatchObject({topics: shown})
  })

  it('is spelled as the settings say', async () => {
    const topics = ['orders_feedback', 'stock-locations', 'user-products-families'] as const
    await post.control('POST', '/app', {topics})
    const tell = () => {
      for (const topic of topics) post.notifications.notify(topic, `/${topic}/1`, post.sellerId)
    }
    tell()
    expect((await news()).toSorted()).toEqual(topics.map((topic) => `${topic} /${topic}/1`).toSorted())
    await post.control('POST', '/notifications/settings', {
      orders_feedback_topic: 'orders feedback',
      stock_locations_topic: 'stock-location',
      families_topic: 'user_products_families',
    })
    tell()
    expect((await news()).toSorted()).toEqual([
      'orders feedback /orders_feedback/1',
      'stock-location /stock-locations/1',
      'user_products_families /user-products-families/1',
    ])
  })

  it('carries its actions beside the _id, or beside id alone where the documentation is followed', async () => {
    await post.control('POST', '/app', {topics: ['user_products']})
    post.notifications.notify('user_products', '/user-products/MECU1', post.sellerId, ['created'])
    await post.notifications.idle()
    const [{body: full}] = post.receiver.received.splice(0) as [(typeof post.receiver.received)[0]]
    expect(full).toMatchObject({_id: expect.any(String), actions: ['created'], topic: 'user_products'})
    expect(full).not.toHaveProperty('id')
    await post.control('POST', '/notifications/settings', {shape: 'plain'})
    post.notifications.notify('user_products', '/user-products/MECU1', post.sellerId, ['created'])
    await post.notifications.idle()
    const [{body}] = post.receiver.received as [(typeof post.receiver.received)[0]]
    expect(body).toMatchObject({id: expect.any(String), actions: ['created'], topic: 'user_products'})
    expect(body).not.toHaveProperty('_id')
  })
})
