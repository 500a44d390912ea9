import {describe, expect, it} from '@jest/globals'
import {parseNotification} from '../../../src/services/notifications/parse.js'
import {spellingsOf, targetOf, topicLabel, wireTopic} from '../../../src/services/notifications/topics.js'
import fc from '../../support/properties.js'

const told = {
  _id: '0b6f1f2e-1111-4222-8333-944445555666',
  resource: '/items/MEC600000001',
  user_id: 8035443,
  topic: 'items',
  application_id: 4201234567890123,
  attempts: 2,
  sent: '2026-03-01T12:00:00.129Z',
  received: '2026-03-01T12:00:00.106Z',
}

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(told).filter(([name]) => !names.includes(name)))

describe('a notification', () => {
  it('is read as it is documented', () => {
    expect(parseNotification(told)).toEqual({
      id: told._id,
      application_id: '4201234567890123',
      user_id: 8035443,
      topic: 'items',
      resource: '/items/MEC600000001',
      actions: null,
      sent_at: new Date(told.sent),
      attempts: 2,
    })
  })

  it('is read with ids as text, with id and actions, and without an application', () => {
    const variants = {user_id: '8035443', application_id: ' 4201234567890123 ', id: 'sub-1', actions: ['created', 7]}
    expect(parseNotification({...without('_id', 'attempts'), ...variants})).toMatchObject({
      ...{id: 'sub-1', user_id: 8035443, application_id: '4201234567890123', actions: ['created'], attempts: 1},
    })
    expect(parseNotification(without('application_id'))).toMatchObject({application_id: null})
  })

  it('is read from a row of missed feeds: user as text, seconds, and the request that failed', () => {
    const request = {
      url: 'https://shop.example/notifications',
      headers: {},
      data: '{"recieved":"2026-10-06T01:48:21.123456789Z"}',
    }
    const response = {req_time: 1000, http_code: 0, body: '{}', headers: {}}
    const dates = {sent: '2026-10-06T01:58:22Z', received: '2026-10-06T01:48:21Z', attempts: 3}
    const row = {...told, ...dates, user_id: '664366546', actions: [], source: 'missed', request, response}
    expect(parseNotification(row)).toMatchObject({
      ...{id: told._id, user_id: 664366546, actions: null, attempts: 3, sent_at: new Date('2026-10-06T01:58:22Z')},
    })
  })

  it('without an id is the same when it is sent again, and another when it is another', () => {
    const id = (changes = {}) => parseNotification({...without('_id'), ...changes})?.id
    expect(id()).toMatch(/^~[0-9a-f]{32}$/)
    expect(id({attempts: 5, received: 'later'})).toBe(id())
    expect(id({sent: '2026-03-01T12:00:00.130Z'})).not.toBe(id())
    const misspelled = {sent: undefined, received: undefined, recieved: told.received}
    expect(id(misspelled)).toBe(id(misspelled))
    const timeless = {sent: undefined, received: undefined}
    expect(id(timeless)).not.toBe(id(timeless))
  })

  it('cannot pretend that it came without an id', () => {
    expect(parseNotification({...told, _id: '~0123'})?.id).toBe('0123')
  })

  it.each([
    ['/items/MEC1', '/items/MEC1'],
    ['items/MEC1', '/items/MEC1'],
    ['MEC1', '/items/MEC1'],
    ['https://api.mercadolibre.com/items/MEC1', '/items/MEC1'],
    ['/items/MEC1/price_to_win', '/items/MEC1/price_to_win'],
  ])('has the resource %s evened out to %s', (resource, expected) => {
    expect(parseNotification({...told, resource})?.resource).toBe(expected)
  })

  it.each([
    ['no object', 'items'],
    ['null', null],
    ['a list', [told]],
    ['nothing', {}],
    ['no topic', without('topic')],
    ['no resource', without('resource')],
    ['no user', without('user_id')],
    ['a topic that is no text', {...told, topic: {$gt: ''}}],
    ['a user that is no id', {...told, user_id: '1; DROP TABLE notification'}],
    ['user 0', {...told, user_id: 0}],
    ['a negative user', {...told, user_id: -1}],
    ['a user beyond what is exact', {...told, user_id: '99999999999999999999'}],
    ['a resource of two lines', {...told, resource: '/items/MEC1\nX'}],
    ['a resource without end', {...told, resource: `/${'x'.repeat(512)}`}],
    ['a topic without end', {...told, topic: 'x'.repeat(65)}],
    ['an action without end', {...told, actions: ['created', 'x'.repeat(65)]}],
    ['more actions than there are', {...told, actions: Array(11).fill('created')}],
  ])('is none with %s', (_, body) => {
    expect(parseNotification(body)).toBeUndefined()
  })

  it('never makes parsing fail', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (any, part) => {
        parseNotification(any)
        for (const name of Object.keys(told)) parseNotification({...told, [name]: part})
      }),
    )
  })
})

describe('what is checked', () => {
  it.each([
    ['items', '/items/MEC1', 'MEC1'],
    ['items prices', '/items/MLB3344556677', 'MLB3344556677'],
    ['items_prices', '/items/MLB3344556677/prices', 'item MLB3344556677'],
    ['items_prices', 'https://api.mercadolibre.com/items/MLB3344556677/prices', 'item MLB3344556677'],
    ['items_prices', '/items/MLB3344556677/prices/1', undefined],
    ['Item-Price', '/items/MLB3344556677/prices', 'item MLB3344556677'],
    ['stock-locations', '/user-products/MLBU1946664967/stock', 'stock MLBU1946664967'],
    ['Stock-Locations', '/user-products/MLBU1/stock', 'stock MLBU1'],
    ['stock_location', '/user-products/MLBU1/stock', 'stock MLBU1'],
    ['catalog_item_competition_status', '/items/MLB1/price_to_win', undefined],
    ['price_suggestion', '/suggestions/items/MLB1/details', undefined],
    ['items', 'http://api.mercadolibre.com/items/MEC1', undefined],
    ['items', 'https://evil.example/items/MEC1', undefined],
    ['items', 'https://api.mercadolibre.com@evil.example/items/MEC1', undefined],
    ['items', '/items/MEC1/../../users/me', undefined],
    ['items', '/items/MEC1?attributes=x', undefined],
    ['items', '/items/MEC1,MEC2', undefined],
    ['items', '/items/mec1', undefined],
    ['items', '/orders/1', undefined],
    ['orders_v2', '/items/MEC1', undefined],
    ['orders_v2', '/orders/2000001234567890', 'order 2000001234567890'],
    ['orders_v2', '2000001234567890', undefined],
    ['orders_v2', '/orders/1/shipments', undefined],
    ['questions', 'questions/11', 'question 11'],
    ['questions', '/questions/search', undefined],
    ['shipments', 'https://api.mercadolibre.com/shipments/44000000001', 'shipment 44000000001'],
    ['shipments', '/shipments/44000000001/orders', undefined],
    ['shipments', '/shipments/..%2fusers', undefined],
    ['stock-location', '/user-products/MLAU1/stock', 'stock MLAU1'],
    ['stock-location', '/user-products/MLAU1', undefined],
    ['user_products', '/user-products/MLAU1/stock', undefined],
    ['messages', '/orders/1', undefined],
  ])('of topic %s with %s is %s', (topic, resource, wanted) => {
    const [kind, id = kind] = wanted?.split(' ') ?? []
    const target = targetOf({topic, resource})
    expect(target?.id).toBe(id)
    if (kind !== id) expect(target?.kind).toBe(kind)
  })

  it.each([
    ['items', 'MEC1', '/items/MEC1'],
    ['orders_v2', 'https://api.mercadolibre.com/orders/7', '/orders/7'],
    ['stock-location', 'user-products/MECU7/stock', '/user-products/MECU7/stock'],
    ['items prices', '/items/MEC1', '/items/MEC1/prices'],
    ['items_prices', 'items/MEC1/prices', '/items/MEC1/prices'],
  ])('of topic %s and %s is written in one way', (topic, resource, evened) => {
    expect(targetOf({topic, resource})?.resource).toBe(evened)
  })

  it('has names for counters that nobody outside can make up', () => {
    expect(topicLabel('items')).toBe('items')
    expect(topicLabel('items prices')).toBe('items_prices')
    expect(topicLabel('STOCK-LOCATION')).toBe('stock-locations')
    for (const unknown of ['__proto__', '', '_', 'items_price_x']) expect(topicLabel(unknown)).toBe('other')
  })
})

describe('the spelling of a topic', () => {
  const sent = [
    ...['items', 'items_prices', 'orders_v2', 'orders_feedback', 'shipments', 'payments', 'questions', 'messages'],
    ...['post_purchase', 'flex-handshakes', 'fbm_stock_operations', 'catalog_item_competition_status'],
    ...['catalog_suggestions', 'public_offers', 'public_candidates', 'price_suggestion', 'stock-locations'],
    'user-products-families',
  ]

  it.each(sent)('%s is that of notifications', (topic) => {
    expect(wireTopic(topic)).toBe(topic)
    expect(topicLabel(topic)).toBe(topic)
    expect(spellingsOf(topic)[0]).toBe(topic)
  })

  it.each([
    ['items prices', 'items_prices'],
    ['orders feedback', 'orders_feedback'],
    ['stock-location', 'stock-locations'],
    ['Stock Locations', 'stock-locations'],
    ['user_products_families', 'user-products-families'],
    ['user-product-family', 'user-products-families'],
  ])('%s is evened out to %s', (topic, wire) => {
    expect(wireTopic(topic)).toBe(wire)
    expect(parseNotification({...told, topic})?.topic).toBe(wire)
  })

  it('of a topic that is not known stays as it came', () => {
    expect(parseNotification({...told, topic: 'Nuevo tema'})?.topic).toBe('Nuevo tema')
  })

  it('and the resource of a topic that is only stored are kept', () => {
    for (const [topic, resource] of [
      ['catalog_item_competition_status', '/items/MLB1/price_to_win'],
      ['price_suggestion', '/suggestions/items/MLB1/details'],
      ['public_offers', '/seller-promotions/offers/OFFER-MLB1-10000000001'],
      ['public_candidates', '/seller-promotions/candidates/CANDIDATE-MLB1-10000000001'],
    ])
      expect(parseNotification({...told, topic, resource, actions: []})).toMatchObject({topic, resource, actions: null})
  })
})
