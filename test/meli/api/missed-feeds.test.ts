import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {connect} from '../../support/connected.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {quickHttp} from '../../support/wire.js'

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

const {signal} = new AbortController()
const wanted = {applicationId: '4242', topic: 'items', siteId: 'MEC'}

async function collect(pages: AsyncIterable<readonly unknown[]>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const page of pages) all.push(...page)
  return all
}

const rows = (from: number, count: number) => Array.from({length: count}, (_, index) => ({_id: `n-${from + index}`}))
const page = (messages: unknown) => json({messages})

describe('missed feeds', () => {
  it('are read page by page until one is empty, however small the pages are', async () => {
    const {server, api} = await serve(page(rows(0, 10)), page(rows(10, 10)), page(rows(20, 3)), page([]))
    expect(await collect(api.missedFeeds(wanted, signal))).toEqual(rows(0, 23))
    const sent = server.requests.map(({url}) => url)
    expect(sent[0]).toBe('/missed_feeds?app_id=4242&topic=items&site_id=MEC&offset=0&limit=50')
    expect(sent.map((url) => /offset=(\d+)/.exec(String(url))?.[1])).toEqual(['0', '10', '20', '23'])
  })

  it('end with null, behind the last page and where there is none', async () => {
    const {server, api} = await serve(page(rows(0, 50)), page(null), page(null))
    expect(await collect(api.missedFeeds(wanted, signal))).toEqual(rows(0, 50))
    expect(await collect(api.missedFeeds(wanted, signal))).toEqual([])
    expect(server.requests).toHaveLength(3)
  })

  it('are handed on a page at a time', async () => {
    const {server, api} = await serve(page(rows(0, 50)), page(rows(50, 2)), page(null))
    const pages = api.missedFeeds(wanted, signal)[Symbol.asyncIterator]()
    expect((await pages.next()).value).toEqual(rows(0, 50))
    expect(server.requests).toHaveLength(1)
  })

  it('are read behind a page that cannot be used, and its error follows', async () => {
    const {server, api} = await serve(page(rows(0, 50)), page('all'), page(rows(100, 7)), page(null))
    const got: unknown[] = []
    const reading = async () => {
      for await (const some of api.missedFeeds(wanted, signal)) got.push(...some)
    }
    await expect(reading()).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    expect(got).toEqual([...rows(0, 50), ...rows(100, 7)])
    expect(server.requests.map(({url}) => /offset=(\d+)/.exec(String(url))?.[1])).toEqual(['0', '50', '100', '107'])
  })

  it('end where a service that does not know offsets repeats itself', async () => {
    const {server, api} = await serve(page(rows(0, 10)), page(rows(0, 10)))
    expect(await collect(api.missedFeeds(wanted, signal))).toEqual(rows(0, 10))
    expect(server.requests).toHaveLength(2)
  })

  it.each([
    ['has no messages', json({rows: []})],
    ['is no object', json([])],
    ['is a page of a proxy', text('<html>')],
  ])('fail when the answer %s', async (_, reply) => {
    const {api} = await serve(reply, reply, reply, reply)
    await expect(collect(api.missedFeeds(wanted, signal))).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it('are refused by the service without a site', async () => {
    const connected = await connect({items: 1})
    open.push(connected)
    const {emulator, grant, http} = connected
    const api = createMercadoLibre(http)({current: async () => grant.accessToken})
    const request = {applicationId: emulator.clientId, topic: 'items'}
    await expect(collect(api.missedFeeds(request, signal))).rejects.toMatchObject({code: 'MELI_API_REJECTED'})
    expect(await collect(api.missedFeeds({...request, siteId: 'MEC'}, signal))).toEqual([])
  })
})

describe('whose items these are', () => {
  it('is told for those that can be had, by the new route and the old', async () => {
    const found = (id: string, seller_id: unknown) => ({id, status_code: 200, body: {id, seller_id}})
    const gone = {id: 'MEC3', status_code: 404, body: {message: 'not found'}}
    const elements = [found('MEC1', 7), found('MEC2', '8'), gone, found('MEC4', null)]
    const {server, api} = await serve(json(elements), json({}, 404), json(elements))
    const owners = new Map([
      ['MEC1', 7],
      ['MEC2', 8],
    ])
    for (const source of [api.items(7), api.items(7)]) {
      expect(await source.owners(['MEC1', 'MEC2', 'MEC3', 'MEC4'], signal)).toEqual(owners)
    }
    expect(decodeURIComponent(String(server.requests[0]?.url))).toContain(
      'attributes=id,status_code,error,body.id,body.seller_id',
    )
    expect(decodeURIComponent(String(server.requests[2]?.url))).toMatch(/^\/items\?.*attributes=id,seller_id/)
  })

  it('is what the service says', async () => {
    const connected = await connect({items: 3})
    open.push(connected)
    const {emulator, grant, http} = connected
    const ids = emulator.world.catalogue.listed(grant.userId).map(({id}) => id)
    const source = createMercadoLibre(http)({current: async () => grant.accessToken}).items(grant.userId)
    const owners = await source.owners([...ids, 'MEC1'], signal)
    expect([...owners.keys()].sort()).toEqual([...ids].sort())
    expect(new Set(owners.values())).toEqual(new Set([grant.userId]))
  })
})
