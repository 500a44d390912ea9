import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {connect} from '../../support/connected.js'
import {hangUp, json, type Reply, startServer, text} from '../../support/http-server.js'
import {refusal} from '../../support/toolkit.js'
import {printed, quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function serve(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {server, api: createMercadoLibre(http)({current: async () => 'hidden-token'})}
}

async function emulate() {
  const connected = await connect()
  open.push(connected)
  const {emulator, grant, http} = connected
  const owner = {userId: grant.userId, siteId: 'MEC', isTestUser: false}
  const list = (fields: object) => emulator.world.catalogue.create(owner, {title: 'Ñandú', price: 19.9, ...fields})
  return {emulator, list, userId: grant.userId, api: createMercadoLibre(http)({current: async () => grant.accessToken})}
}

const item = {id: 'MEC1', seller_id: 771_100_223, price: 1, available_quantity: 1, status: 'active', variations: []}

describe('the state of an item', () => {
  it('has all that a change has to know', async () => {
    const {api, list, userId} = await emulate()
    const attributes = [{id: 'SELLER_SKU', value_name: 'SKU-1'}]
    const {id} = list({available_quantity: 4, attributes, user_product_id: 'MECU7', status: 'paused'})
    expect(await api.item(id)).toMatchObject({
      ...{id, seller_id: userId, site_id: 'MEC', title: 'Ñandú', price: '19.9', currency_id: 'USD'},
      ...{available_quantity: 4, status: 'paused', seller_sku: 'SKU-1', user_product_id: 'MECU7', variations: []},
    })
  })

  it('keeps prices to the digit, of variations too, and says how those differ', async () => {
    const combination = (name: string, value: string) => ({id: 'X', name, value_name: value})
    const variations = [
      {
        id: 12,
        available_quantity: 3,
        attribute_combinations: [combination('Color', 'Añil'), combination('Talla', 'M')],
      },
      {id: '13', available_quantity: null, seller_custom_field: 'C-13', user_product_id: 'MECU9'},
    ]
    const body = JSON.stringify({...item, variations: '@'}).replace('"price":1', '"price":99999999.90')
    const [first, second] = variations.map((each, at) => JSON.stringify(each).replace('{', `{"price":1${at}.10,`))
    const {api} = await serve(
      text(body.replace('"@"', `[${first},${second}]`), 200, {'content-type': 'application/json'}),
    )
    const named = {name: 'Color: Añil, Talla: M', seller_sku: null, user_product_id: null}
    expect(await api.item('MEC1')).toMatchObject({
      price: '99999999.90',
      variations: [
        {id: 12, price: '10.10', available_quantity: 3, ...named},
        {id: 13, price: '11.10', available_quantity: null, name: null, seller_sku: 'C-13', user_product_id: 'MECU9'},
      ],
    })
  })

  it.each<[string, Reply]>([
    ['no seller', json({...item, seller_id: null})],
    ['another id', json({...item, id: 'MEC2'})],
    ['a variation that cannot be named', json({...item, variations: [{id: null, price: 1}]})],
    ['variations left out', json({...item, variations: undefined}, 206)],
    ['no object', json([])],
  ])('is of no use with %s', async (_, reply) => {
    const {api} = await serve(reply)
    expect(await refusal(api.item('MEC1'))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it('may come without variations, where the answer is whole', async () => {
    const {api} = await serve(json({...item, variations: undefined}))
    expect(await api.item('MEC1')).toMatchObject({variations: []})
  })

  it('is asked for twenty at a time, in the order asked', async () => {
    const {api, list, emulator} = await emulate()
    const [first, second] = [list({price: 5}), list({variations: [{available_quantity: 2}]})]
    const states = await api.itemStates([second.id, 'MEC404', first.id])
    expect(states).toMatchObject([
      {ok: true, record: {id: second.id, variations: [{available_quantity: 2}]}},
      {ok: false, id: 'MEC404', status: 404},
      {ok: true, record: {id: first.id, price: '5'}},
    ])
    Object.assign(emulator.world.catalogue.settings, {bulk: 'only-old'})
    expect(await api.itemStates([first.id])).toMatchObject([{ok: true, record: {price: '5'}}])
    expect(await api.itemStates([])).toEqual([])
  })

  it('is asked for again where one of twenty fails for the moment', async () => {
    const {api, list, emulator} = await emulate()
    const {id} = list({})
    emulator.world.catalogue.outcomes.add({id, route: 'bulk', status: 503, times: 1, missing: []})
    expect(await api.itemStates([id])).toMatchObject([{ok: true}])
  })
})

describe('items with a SKU', () => {
  it('are those with the attribute, else those with the old field', async () => {
    const {api, list, userId} = await emulate()
    const attributes = [{id: 'SELLER_SKU', value_name: 'A-1'}]
    const [first, second] = [list({attributes}), list({seller_custom_field: 'B-2'})]
    expect(await api.itemsWithSku(userId, 'A-1')).toEqual([first.id])
    expect(await api.itemsWithSku(userId, 'B-2')).toEqual([second.id])
    expect(await api.itemsWithSku(userId, 'C 3&x')).toEqual([])
  })
})

describe('the stock of a user product', () => {
  it('is read by place, with its version', async () => {
    const locations = [{type: 'seller_warehouse', quantity: 5, store_id: 88, network_node_id: 'N'}]
    const reply = json({locations, user_id: 7, id: 'MLAU1'}, 200, {'x-version': '1712'})
    const {api, server} = await serve(reply, json({locations: [{type: 'x'}]}))
    expect(await api.userProductStock('MLAU1')).toEqual({
      ...{id: 'MLAU1', user_id: 7, version: '1712'},
      locations: [{type: 'seller_warehouse', quantity: 5, store_id: '88', network_node_id: 'N'}],
    })
    expect(server.requests[0]?.url).toBe('/user-products/MLAU1/stock')
    expect(await refusal(api.userProductStock('MLAU1'))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })
})

describe('a write', () => {
  it('is sent once, with its headers and its body to the digit', async () => {
    const {api, server} = await serve(json({ok: true}))
    const request = {method: 'PUT', path: '/items/MEC1', headers: {'x-version': '7'}} as const
    const answer = await api.send({...request, bodyText: '{"price":19.90}', body: {price: 19.9}})
    expect([answer.status, answer.json()]).toEqual([200, {ok: true}])
    await api.send({...request, body: {price: 19.9}})
    expect(server.requests.map(({body}) => body)).toEqual(['{"price":19.90}', '{"price":19.9}'])
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      headers: {'x-version': '7', 'content-type': 'application/json', authorization: 'Bearer hidden-token'},
    })
  })

  it('fails with the causes that the service gives, without warnings and secrets', async () => {
    const cause = [
      {code: 'field_not_updatable', type: 'error', message: 'price is not modifiable. hidden-token'},
      {code: 'x', type: 'warning', message: 'video dropped'},
      'plain words',
      7,
    ]
    const {api} = await serve(json({message: 'Cannot update', error: 'validation_error', status: 400, cause}, 400))
    const error = await refusal(api.send({method: 'PUT', path: '/items/MEC1', body: {}}))
    expect(error).toMatchObject({code: 'MELI_API_REJECTED', details: {status: 400, error: 'validation_error'}})
    expect(error.details?.causes).toEqual([
      {code: 'field_not_updatable', message: expect.stringMatching(/^price is not modifiable\./)},
      {code: '', message: 'plain words'},
    ])
    expect(printed(error)).not.toContain('hidden-token')
  })

  it.each<[string, Reply]>([
    ['MELI_SERVICE_FAILING', json({}, 503)],
    ['MELI_RATE_LIMITED', text('', 429)],
    ['MELI_UNREACHABLE', hangUp],
    ['MELI_ANSWER_UNUSABLE', text('', 302, {location: '/elsewhere'})],
  ])('is never sent again after %s', async (code, reply) => {
    const {api, server} = await serve(reply)
    expect(await refusal(api.send({method: 'POST', path: '/answers', body: {}}))).toMatchObject({code})
    expect(server.requests).toHaveLength(1)
  })
})
