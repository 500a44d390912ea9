import {setMaxListeners} from 'node:events'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../src/meli/api/api.js'
import {createOAuth} from '../../src/meli/api/oauth.js'
import type {ListedPage, WalkSource} from '../../src/services/ports/index.js'
import {captured} from '../support/captured.js'
import {json, type Reply, startServer} from '../support/http-server.js'
import {quickHttp} from '../support/wire.js'

const seller = 771_100_223
const {signal} = new AbortController()
// Each test has a transport of its own, which listens once.
setMaxListeners(0, signal)
const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** An answer as it was captured, with some of it changed. */
function answer(
  name: Parameters<typeof captured>[0],
  changes: object = {},
  headers: Record<string, string> = {},
): Reply {
  const {body, status} = captured(name)
  return json(Array.isArray(body) ? body : {...body, ...changes}, status, headers)
}

/** A service that answers by path, and nothing else than what was captured; a path without an answer is an unknown item. */
async function serve(routes: Record<string, (url: URL) => Reply>) {
  const requests: URL[] = []
  const server = await startServer((response, request) => {
    const url = new URL(request.url, 'http://127.0.0.1')
    requests.push(url)
    const reply = routes[url.pathname]?.(url) ?? answer('item.not_found')
    reply(response, request)
  })
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {requests, http, server, api: createMercadoLibre(http)({current: async () => 'hidden-token'})}
}

const ids = ['MLA1400000001', 'MLA1400000002', 'MLA1400000003']
const search = `/users/${seller}/items/search`

describe('the client reads the captured items', () => {
  it.each(['whole', 'selected_envelope'] as const)('of a bulk answer (%s)', async (name) => {
    const {api, requests} = await serve({'/items/bulk': () => answer(`items-bulk.${name}`)})
    expect(await api.items(seller).fetch(ids, signal)).toMatchObject([
      {ok: true, id: ids[0], record: {price: '1250.5'}},
      {ok: false, id: ids[1], status: 403, message: 'access to the requested resource is forbidden'},
      {ok: false, id: ids[2], status: 404, message: `Item with id ${ids[2]} not found`},
    ])
    expect(requests).toHaveLength(1)
  })

  it.each(['selected_body', 'selected_id'] as const)('of a bulk answer that lost its envelope (%s)', async (name) => {
    const {api, requests} = await serve({
      '/items/bulk': () => answer(`items-bulk.${name}`),
      [`/items/${ids[0]}`]: () => answer('item.own'),
      [`/items/${ids[1]}`]: () => answer('item.foreign'),
    })
    expect(await api.items(seller).fetch(ids, signal)).toMatchObject([
      {ok: true, id: ids[0], record: {price: '1250.5'}},
      {ok: false, id: ids[1], status: 403, message: 'access to the requested resource is forbidden'},
      {ok: false, id: ids[2], status: 404},
    ])
    // What no element accounts for is asked for singly.
    expect(requests).toHaveLength(name === 'selected_body' ? 3 : 4)
  })

  it('of the old route', async () => {
    const {api} = await serve({'/items': () => answer('items-multiget.whole')})
    expect(await api.items(seller).fetch(ids.slice(0, 2), signal)).toMatchObject([
      {ok: true, id: ids[0]},
      {ok: false, id: ids[1], status: 404, message: `Item with id ${ids[1]} not found`},
    ])
  })

  it('with all that is kept of one', async () => {
    const {body} = captured('item.with_all_attributes')
    const element = {id: ids[0], status_code: 200, body}
    const {api} = await serve({'/items/bulk': () => json([element]), [`/items/${ids[0]}`]: () => json(body)})
    const [fetched] = await api.items(seller).fetch([ids[0]!], signal)
    expect(fetched).toMatchObject({
      ok: true,
      record: {
        site_id: 'MLA',
        title: 'Remera',
        currency_id: 'ARS',
        available_quantity: 3,
        sold_quantity: 1,
        status: 'active',
        seller_sku: 'REM-1',
        user_product_id: 'MLAU1400000001',
        last_updated: new Date(body.last_updated),
        partial: false,
      },
    })
    expect(await api.item(ids[0]!)).toMatchObject({
      seller_id: seller,
      price: '1250.5',
      variations: [
        {id: 190_121_992_676, price: '1250.5', available_quantity: 3, seller_sku: 'REM-1-M', name: 'Color: Negro'},
      ],
    })
  })

  it('when one is refused', async () => {
    const {api} = await serve({[`/items/${ids[1]}`]: () => answer('item.foreign')})
    await expect(api.item(ids[1]!)).rejects.toMatchObject({code: 'MELI_FORBIDDEN'})
    await expect(api.item(ids[2]!)).rejects.toMatchObject({code: 'MELI_NOT_FOUND'})
  })

  it('when a price is not taken, with the code wherever it stands', async () => {
    const path = `/items/${ids[0]}`
    const said: string[] = []
    for (const name of ['price_automation', 'price_in_cause'] as const) {
      const {api} = await serve({[path]: () => answer(`item-errors.${name}`)})
      const sent = api.send({method: 'PUT', path, body: {price: 99}})
      await expect(sent).rejects.toMatchObject({code: 'MELI_API_REJECTED', details: {status: 400}})
      said.push(await sent.then(String, ({details}) => JSON.stringify([details.error, details.causes])))
    }
    expect(said).toEqual([
      expect.stringContaining('item.price.not_modifiable'),
      expect.stringContaining('item.price.not_modifiable'),
    ])
  })

  it('and their stock by location', async () => {
    const path = '/user-products/MLAU1400000001/stock'
    const {api} = await serve({[path]: () => answer('user-product-stock.stock', {}, {'x-version': '7'})})
    expect(await api.userProductStock('MLAU1400000001')).toEqual({
      id: 'MLAU1400000001',
      user_id: seller,
      version: '7',
      locations: [{type: 'selling_address', quantity: 5, store_id: '1', network_node_id: 'MLAP1'}],
    })
  })
})

describe('the client reads a captured scan', () => {
  /** The id of a position: the last row before it, as the service writes it. */
  const scrollOf = (last: number) =>
    Buffer.from(JSON.stringify({id: `MLA${last}`, numeric_id: last, stop_time: 1_900_000_000_000})).toString('base64')

  /** As many items; a scroll id gives what is behind it, however often it is sent. */
  const scanOf = (total: number) => (url: URL) => {
    const scroll = url.searchParams.get('scroll_id')
    const from = scroll === null ? 0 : JSON.parse(Buffer.from(scroll, 'base64').toString()).numeric_id
    const results = Array.from({length: Math.min(100, total - from)}, (_, n) => `MLA${from + n + 1}`)
    const paging = {limit: 100, total}
    if (results.length === 0) return answer('items-search.scan_end', {paging})
    return answer('items-search.scan', {results, paging, scroll_id: scrollOf(from + results.length)})
  }

  async function collect(pages: AsyncIterable<ListedPage>): Promise<ListedPage[]> {
    const all: ListedPage[] = []
    for await (const page of pages) all.push(page)
    return all
  }

  it.each([0, 1, 100, 350])('of %i items, each once', async (total) => {
    const {api, requests} = await serve({[search]: scanOf(total)})
    const pages = await collect(api.items(seller).list({}, null, signal))
    const found = pages.flatMap((page) => page.ids)
    expect(found).toEqual(Array.from({length: total}, (_, n) => `MLA${n + 1}`))
    expect(pages.every((page) => page.total === total)).toBe(true)
    expect(requests.length).toBeLessThanOrEqual(Math.floor(total / 100) + 1)
    const sent = requests.map(({searchParams}) => searchParams.get('scroll_id'))
    expect(sent).toEqual([null, ...Array.from({length: requests.length - 1}, (_, n) => scrollOf((n + 1) * 100))])
  })

  it('from any of its pages in another process', async () => {
    const {api} = await serve({[search]: scanOf(350)})
    const pages = await collect(api.items(seller).list({}, null, signal))
    for (const [index, {cursor}] of pages.slice(0, -1).entries()) {
      const rest = await collect(api.items(seller).list({}, cursor, signal))
      expect(rest.flatMap((page) => page.ids)).toHaveLength(350 - 100 * (index + 1))
    }
  })

  it('whose scroll id is refused', async () => {
    const first = await serve({[search]: scanOf(350)})
    const [page] = await collect(first.api.items(seller).list({}, null, signal))
    const {api} = await serve({[search]: () => answer('items-search.invalid_scroll')})
    await expect(collect(api.items(seller).list({}, page!.cursor, signal))).rejects.toMatchObject({
      code: 'MELI_LISTING_EXPIRED',
    })
  })
})

describe('the client reads captured missed feeds', () => {
  it('up to the null behind the last page', async () => {
    const {messages} = captured('missed-feeds.rows').body
    const {api, requests} = await serve({
      '/missed_feeds': ({searchParams}) =>
        searchParams.get('offset') === '0' ? answer('missed-feeds.rows') : answer('missed-feeds.end'),
    })
    const rows: unknown[] = []
    const request = {applicationId: '4201234567890123', topic: 'items', site_id: 'MLA'}
    for await (const row of api.missedFeeds(request, signal)) rows.push(row)
    expect(JSON.stringify(rows)).toContain(messages[0]._id)
    expect(requests.length).toBeLessThanOrEqual(2)
  })

  it('where there are none', async () => {
    const {api} = await serve({'/missed_feeds': () => answer('missed-feeds.end')})
    const rows: unknown[] = []
    for await (const row of api.missedFeeds({applicationId: '1', topic: 'items_prices'}, signal)) rows.push(row)
    expect(rows).toEqual([])
  })
})

async function walk<T>(source: WalkSource<T>) {
  const records: unknown[] = []
  const startedAt = new Date('2026-11-20T13:00:00Z')
  for await (const page of source.walk({since: null, startedAt, cursor: null}, signal)) records.push(...page.records)
  return records
}

describe('the client reads captured sales', () => {
  const order = captured('order.single').body

  it('as rows of a search', async () => {
    const none = {results: [], paging: {total: 0, offset: 0, limit: 50}}
    const {api} = await serve({
      '/orders/search': ({searchParams}) => answer('order.search', searchParams.has('order.status') ? none : {}),
    })
    expect(await walk(api.orders(seller))).toMatchObject([
      {ok: true, id: String(order.id), record: {status: 'paid', lines: [{item_id: ids[0], seller_sku: 'REM-1-M'}]}},
    ])
  })

  it('as orders', async () => {
    const {api} = await serve({[`/orders/${order.id}`]: () => answer('order.single')})
    expect(await api.order(seller, String(order.id))).toMatchObject({
      id: String(order.id),
      pack_id: String(order.pack_id),
      shipment_id: String(order.shipping.id),
      buyer_id: order.buyer.id,
      date_closed: new Date('2026-11-20T12:00:00Z'),
      lines: [{item_id: ids[0], variation_id: 190_121_992_676, seller_sku: 'REM-1-M', quantity: 2}],
      payments: [{id: '90000000001', status: 'approved', method: 'visa'}],
      cancel_detail: {code: 'buyer_cancel_express'},
      partial: false,
    })
  })

  it('as packs, with an offset without a colon', async () => {
    const {id} = captured('pack.pack').body
    const {api} = await serve({[`/packs/${id}`]: () => answer('pack.pack')})
    expect(await api.pack(seller, String(id))).toMatchObject({
      id: String(id),
      shipment_id: '43000000001',
      order_ids: ['2000001234567890', '2000001234567891'],
      date_created: new Date('2026-11-20T12:00:00Z'),
    })
  })

  it('that are not found, with the words of the service', async () => {
    const {api} = await serve({
      '/orders/1': () => answer('order.not_found'),
      '/packs/2': () => answer('pack.not_found'),
    })
    await expect(api.order(seller, '1')).rejects.toMatchObject({
      code: 'MELI_NOT_FOUND',
      message: expect.stringContaining('Order do not exists'),
      details: {error: 'order_not_found'},
    })
    await expect(api.pack(seller, '2')).rejects.toMatchObject({details: {error: 'pack_not_found'}})
  })

  it('as shipments, new and flat', async () => {
    const {id} = captured('shipment.new_format').body
    for (const name of ['shipment.new_format', 'shipment.flat'] as const) {
      const {api} = await serve({[`/shipments/${id}`]: () => answer(name)})
      expect(await api.shipment(seller, String(id))).toMatchObject({
        id: String(id),
        status: 'ready_to_ship',
        logistic_type: 'drop_off',
      })
    }
  })

  it('as the orders of a shipment, whose ids are text', async () => {
    const {api} = await serve({'/shipments/43000000001/orders': () => answer('shipment.orders')})
    expect(await api.shipmentOrders('43000000001')).toEqual({sellers: [seller], orderIds: ['2000001234567890']})
  })
})

describe('the client reads captured questions', () => {
  const question = captured('question.single').body

  it('of a search', async () => {
    // One that is asked for by its status once more has been read before.
    const {api} = await serve({
      '/questions/search': ({searchParams}) =>
        answer('question.search', searchParams.has('status') ? {total: 0, questions: []} : {}),
    })
    expect(await walk(api.questions(seller, async () => []))).toMatchObject([
      {ok: true, record: {id: String(question.id), from_id: 771_100_300, answer_text: 'Si'}},
    ])
  })

  it('by their ids', async () => {
    const {api} = await serve({[`/questions/${question.id}`]: () => answer('question.single')})
    expect(await api.question(seller, String(question.id))).toMatchObject({
      from_id: 771_100_300,
      answer_status: 'ACTIVE',
    })
  })
})

describe('the client reads captured accounts', () => {
  it('as users', async () => {
    const {api} = await serve({'/users/me': () => answer('user.own')})
    expect((await api.me()).identity).toEqual({
      userId: seller,
      nickname: 'TIENDA',
      email: 'ana@example.com',
      siteId: 'MLA',
      tags: ['normal'],
      isTestUser: false,
    })
  })

  it('as tokens with their whole scope', async () => {
    const {body} = captured('token.token')
    const {http} = await serve({'/oauth/token': () => answer('token.token')})
    const clock = () => new Date('2026-11-20T12:00:00Z')
    const oauth = createOAuth({http, clientId: '4201234567890123', clientSecret: 'hidden-secret', clock})
    expect(await oauth.refresh('TG-old', {userId: seller, scope: ''})).toMatchObject({
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      scope: body.scope,
      userId: seller,
    })
  })
})
