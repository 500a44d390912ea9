import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {readExact} from '../../../src/meli/http/raw-json.js'
import type {Order} from '../../../src/services/ports/index.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import fc from '../../support/properties.js'
import {quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function api(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return createMercadoLibre(http)({current: async () => 'token'})
}

const whole = `{"id":2000001234567890,"pack_id":2000009876543210,"status":"paid","status_detail":null,
  "date_created":"2026-02-01T10:00:00.000-04:00","date_closed":"2026-02-01T10:00:05.000-04:00",
  "last_updated":"2026-02-02T00:00:00.000-04:00","total_amount":12345678901234.10,"paid_amount":"0.30","currency_id":"USD",
  "buyer":{"id":202593498,"nickname":"never read"},"seller":{"id":7},"shipping":{"id":44000000001},
  "order_items":[{"item":{"id":"MEC1","title":"Sombrero \\"fino\\" 7","variation_id":18446744073,"seller_sku":null,
    "seller_custom_field":"S-1"},"quantity":2,"unit_price":1e2,"sale_fee":1.50}, null],
  "payments":[{"id":12,"status":"approved","payment_method_id":"visa","transaction_amount":10.00}],
  "tags":["paid","pack_order"],"cancel_detail":null}`

const expected: Order = {
  id: '2000001234567890',
  user_id: 7,
  pack_id: '2000009876543210',
  status: 'paid',
  status_detail: null,
  date_created: new Date('2026-02-01T14:00:00Z'),
  date_closed: new Date('2026-02-01T14:00:05Z'),
  last_updated: new Date('2026-02-02T04:00:00Z'),
  total_amount: '12345678901234.10',
  paid_amount: '0.30',
  currency_id: 'USD',
  buyer_id: 202593498,
  shipment_id: '44000000001',
  lines: [
    {
      item_id: 'MEC1',
      title: 'Sombrero "fino" 7',
      variation_id: 18446744073,
      seller_sku: 'S-1',
      quantity: 2,
      unit_price: '1e2',
      sale_fee: '1.50',
    },
  ],
  payments: [{id: '12', status: 'approved', method: 'visa', amount: '10.00'}],
  tags: ['paid', 'pack_order'],
  cancel_detail: null,
  partial: false,
  missing: [],
}
const id = expected.id
const asJson = {'content-type': 'application/json'}

describe('an order', () => {
  it('is read with amounts and ids as they were written', async () => {
    const {order} = await api(text(whole, 200, asJson))
    expect(await order(7, id)).toEqual(expected)
  })

  it('is partial when the service says so, with the names of what is missing', async () => {
    const {order} = await api(
      json({id, status: 'paid', seller: {id: 7}}, 206, {'x-content-missing': 'buyer, feedback'}),
    )
    expect(await order(7, id)).toMatchObject({partial: true, missing: ['buyer', 'feedback'], buyer_id: null, lines: []})
  })

  it('tells who cancelled it, and why', async () => {
    const cancel_detail = {
      group: 'buyer',
      code: 'buyer_cancel_express',
      description: 'Regret',
      requested_by: 'buyer',
      date: '2026-02-03',
    }
    const {order} = await api(
      json({id, status: 'cancelled', status_detail: {code: 'x', description: 'gone'}, cancel_detail, seller: {id: 7}}),
    )
    expect(await order(7, id)).toMatchObject({
      status_detail: 'gone',
      cancel_detail: {group: 'buyer', code: 'buyer_cancel_express', requested_by: 'buyer', date: '2026-02-03'},
    })
  })

  it('has the SKU of its line where the first place for it is empty', async () => {
    const item = {id: 'MEC1', title: '', seller_sku: '', seller_custom_field: 'S-1'}
    const detail = {description: '', code: 'x'}
    const body = {id, status_detail: detail, order_items: [{item}], seller: {id: 7}}
    const {order} = await api(json(body))
    expect(await order(7, id)).toMatchObject({status_detail: 'x', lines: [{seller_sku: 'S-1', title: null}]})
  })

  it('has the date that single orders have too, for they are compared by it', async () => {
    const dates = {last_updated: '2026-06-09T10:00:00.000-04:00', date_last_updated: '2026-09-08T14:00:00.000+00:00'}
    const {order} = await api(json({id, seller: {id: 7}, ...dates}))
    expect((await order(7, id)).last_updated).toEqual(new Date(dates.last_updated))
    const other = await api(json({id, seller: {id: 7}, date_last_updated: dates.date_last_updated}))
    expect((await other.order(7, id)).last_updated).toEqual(new Date(dates.date_last_updated))
  })

  it.each([
    ['was bought, not sold, by the account', json({id, seller: {id: 8}}), 'MELI_FORBIDDEN'],
    ['does not tell whose it is', json({id, buyer: {id: 7}}, 206), 'MELI_ANSWER_UNUSABLE'],
    ['has another id', json({id: 5}), 'MELI_ANSWER_UNUSABLE'],
    ['is none', json([]), 'MELI_ANSWER_UNUSABLE'],
    ['is a page of a proxy', text('<html>'), 'MELI_ANSWER_UNUSABLE'],
    ['does not exist', json({message: 'order_not_found', status: 404}, 404), 'MELI_NOT_FOUND'],
  ])('fails when it %s', async (_, reply, code) => {
    const {order} = await api(reply)
    await expect(order(7, id)).rejects.toMatchObject({code})
  })

  it('is read whatever its fields are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...Object.keys(JSON.parse(whole))), fc.jsonValue()),
        async (odd) => {
          const {order} = await api(json({...odd, id, seller: {id: 7}}))
          expect(await order(7, id)).toMatchObject({id, user_id: 7})
        },
      ),
      {numRuns: 30},
    )
  })
})

describe('a pack', () => {
  it('has dates without a colon in their offset', async () => {
    const dates = {date_created: '2024-08-15T17:38:30.000-0400', last_updated: '2024-08-15T17:42:52.000-0400'}
    const {pack} = await api(json({id: 99, status_detail: null, orders: [{id: 1, static_tags: []}], ...dates}))
    expect(await pack(7, '99')).toMatchObject({
      ...{date_created: new Date('2024-08-15T21:38:30Z'), last_updated: new Date('2024-08-15T21:42:52Z')},
      ...{order_ids: ['1'], status_detail: null},
    })
  })

  it('names its orders and its shipment', async () => {
    const {pack} = await api(
      json({id: 99, status: 'released', shipment: {id: 5}, orders: [{id: 1}, {id: 2}], buyer: {id: 3}}),
    )
    expect(await pack(7, '99')).toMatchObject({
      id: '99',
      user_id: 7,
      status: 'released',
      shipment_id: '5',
      order_ids: ['1', '2'],
    })
  })
})

describe('exact JSON', () => {
  it('has the same texts, names and structure, and numbers as they were written', () => {
    const spelled = (value: unknown): unknown => {
      if (typeof value === 'number') return JSON.stringify(value)
      if (Array.isArray(value)) return value.map(spelled)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, spelled(each)]))
    }
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (source, indent) => {
        const value = JSON.parse(source)
        expect(readExact(JSON.stringify(value, null, indent))).toEqual(spelled(value))
      }),
    )
    expect(readExact('[1.10, -0.0, 1E+2, 18446744073709551615, "1\\\\"]')).toEqual([
      '1.10',
      '-0.0',
      '1E+2',
      '18446744073709551615',
      '1\\',
    ])
  })
})
