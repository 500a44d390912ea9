import {afterEach, describe, expect, it} from '@jest/globals'
import type {ItemSettings} from '../../src/emulator/items/settings.js'
import type {Fault} from '../../src/emulator/state/fault-script.js'
import {createMercadoLibre} from '../../src/meli/api.js'
import type {ItemPage} from '../../src/services/ports.js'
import {connect} from '../support/connected.js'
import {json, type Reply, startServer, text} from '../support/http-server.js'
import {printed, quickHttp} from '../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function emulate({items = 0, settings = {}}: {items?: number; settings?: Partial<ItemSettings>} = {}) {
  const connected = await connect()
  open.push(connected)
  const {emulator, grant, http} = connected
  const {catalogue, siteId} = emulator.world
  Object.assign(catalogue.settings, settings)
  if (items > 0) catalogue.seed({userId: grant.userId, siteId, isTestUser: false}, items)
  return {...connected, api: createMercadoLibre(http)({current: async () => grant.accessToken})}
}

async function serve(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {server, api: createMercadoLibre(http)({current: async () => 'hidden-token'})}
}

async function collect(pages: AsyncIterable<ItemPage>): Promise<ItemPage[]> {
  const all: ItemPage[] = []
  for await (const page of pages) all.push(page)
  return all
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('api', () => {
  it('says who the account is, and what time the service has', async () => {
    const {api, grant} = await emulate()
    const {identity, serverTime} = await api.me()
    expect(identity).toMatchObject({userId: grant.userId, siteId: 'MEC', isTestUser: false, email: expect.any(String)})
    expect(serverTime).toBeInstanceOf(Date)
    expect(api.requests).toBe(1)
  })

  it('has no time where the service sends none', async () => {
    const {api} = await serve((response) => {
      response.sendDate = false
      response.end('{"id":1,"site_id":"MEC"}')
    })
    expect(await api.me()).toMatchObject({serverTime: null})
  })

  it.each<[Fault, string]>([
    [{type: 'rate-limit', shape: 'over_quota'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'too_many_requests'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'empty'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'local_rate_limited'}, 'MELI_RATE_LIMITED'],
    [{type: 'status', status: 500}, 'MELI_SERVICE_FAILING'],
    [{type: 'drop-before'}, 'MELI_UNREACHABLE'],
    [{type: 'truncate'}, 'MELI_UNREACHABLE'],
  ])('reads again after %j, and in the end says %s', async (fault, code) => {
    const {api, emulator} = await emulate()
    emulator.world.faults.add({path: '/users/me', fault, times: 3})
    expect(await api.me()).toHaveProperty('identity')
    expect(api.requests).toBe(4)
    emulator.world.faults.add({path: '/users/me', fault, times: 4})
    expect(await failure(api.me())).toMatchObject({code, exitCode: 6})
  })

  it('cannot use a body that is not JSON, or not a user', async () => {
    const {api, emulator} = await emulate()
    emulator.world.faults.add({path: '/users/me', fault: {type: 'garbage'}})
    expect(await failure(api.me())).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    const other = await serve(json({address: 'somewhere'}))
    expect(await failure(other.api.me())).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it('creates test users until the service refuses, asking once each', async () => {
    const {api} = await emulate()
    const created = await api.createTestUser('MEC')
    expect(created).toMatchObject({
      nickname: expect.stringMatching(/^TEST/),
      password: expect.any(String),
      siteStatus: 'active',
    })
    for (let n = 0; n < 9; n++) await api.createTestUser('MEC')
    expect(await failure(api.createTestUser('MEC'))).toMatchObject({
      code: 'MELI_TEST_USER_LIMIT',
      message: expect.stringContaining('forbidden'),
      exitCode: 5,
    })
    expect(api.requests).toBe(11)
  })

  it('does not take another 403 for the limit, nor creates a test user twice', async () => {
    const {api, server} = await serve(json({blocked_by: 'PolicyAgent', message: 'x', status: 403}, 403), text('', 503))
    expect(await failure(api.createTestUser('MEC'))).toMatchObject({code: 'MELI_FORBIDDEN'})
    expect(await failure(api.createTestUser('MEC'))).toMatchObject({code: 'MELI_SERVICE_FAILING'})
    expect(server.requests.map(({body}) => body)).toEqual(['{"site_id":"MEC"}', '{"site_id":"MEC"}'])
  })

  it('repeats no password of an answer that it cannot use', async () => {
    const {api} = await serve(json({nickname: 'TEST1', password: 'qatest4321'}, 201))
    const error = await failure(api.createTestUser('MEC'))
    expect(error).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    expect(printed(error)).not.toMatch(/qatest4321|hidden-token/)
  })

  it('revokes a grant: access and refresh tokens die', async () => {
    const {api, emulator, oauth, grant} = await emulate()
    await api.revoke(grant.userId, emulator.clientId)
    expect(await failure(api.me())).toMatchObject({code: 'MELI_TOKEN_REJECTED'})
    expect(await failure(oauth.refresh(grant.refreshToken))).toMatchObject({code: 'MELI_GRANT_REJECTED'})
  })

  it.each(['scroll_id', 'results', 'both'] as const)(
    'scans every id once, a hundred at a time, end marked by %s',
    async (scanEnd) => {
      const {api, emulator, grant} = await emulate({items: 230, settings: {scanEnd}})
      const pages = await collect(api.scanItems(grant.userId, {}))
      const ids = pages.flatMap((page) => page.ids)
      expect(pages.map((page) => [page.ids.length, page.total])).toEqual([
        [100, ids.length],
        [100, ids.length],
        [ids.length - 200, ids.length],
      ])
      expect(new Set(ids)).toEqual(new Set(emulator.world.catalogue.listed(grant.userId).map((item) => item.id)))
      expect(api.requests).toBe(3)
    },
  )

  it('scans one status when asked, and tells the total of an empty catalogue', async () => {
    const {api, grant} = await emulate({items: 50})
    const pages = await collect(api.scanItems(grant.userId, {status: 'paused'}))
    expect(pages[0]?.total).toBeLessThan(50)
    const empty = await emulate()
    expect(await collect(empty.api.scanItems(empty.grant.userId, {}))).toEqual([{ids: [], total: 0}])
  })

  it('leaves a scroll that stands still, and one that goes round', async () => {
    const page = (ids: string[]) => json({results: ids, scroll_id: 'S', paging: {total: 4}})
    const still = await serve(page(['A', 'B']))
    expect(await collect(still.api.scanItems(1, {}))).toEqual([{ids: ['A', 'B'], total: 4}])
    const large = (letter: string) => page(Array.from({length: 100}, (_, n) => `${letter}${n}`))
    const round = await serve((response, request) =>
      large(round.server.requests.length % 2 === 0 ? 'A' : 'B')(response, request),
    )
    expect(await collect(round.api.scanItems(1, {}))).toHaveLength(11)
  })

  it('cannot use a scan without a total or with other things than ids', async () => {
    const {api} = await serve(json({results: ['A'], scroll_id: 'S'}), json({results: [{}], paging: {total: 1}}))
    for (let n = 0; n < 2; n++)
      expect(await failure(collect(api.scanItems(1, {})))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })

  it.each(['both', 'only-old', 'only-new'] as const)('gets items by the routes there are: %s', async (bulk) => {
    const {api, emulator, grant} = await emulate({items: 25, settings: {bulk}})
    const ids = emulator.world.catalogue
      .listed(grant.userId)
      .slice(0, 19)
      .map((item) => item.id)
    const asked = [...ids.slice(0, 3), 'MEC1', ...ids.slice(3)]
    const answers = await api.getItems(asked, {userId: grant.userId})
    expect(answers.map((answer) => (answer.ok ? answer.product.id : answer.id))).toEqual(asked)
    expect(answers[3]).toEqual({ok: false, id: 'MEC1', status: 404, message: expect.stringContaining('MEC1')})
    const first = answers[0]
    if (!first?.ok) throw new Error('not found')
    expect(first.product).toMatchObject({userId: grant.userId, siteId: 'MEC', partial: false})
    expect(JSON.parse(first.product.json)).toMatchObject({id: ids[0], price: Number(first.product.price)})
    const before = api.requests
    await api.getItems(ids.slice(0, 1), {userId: grant.userId})
    // Having learned which route there is, it asks that one alone.
    expect([before, api.requests]).toEqual(bulk === 'only-old' ? [2, 3] : [1, 2])
  })

  it('marks items partial when the answer as a whole is', async () => {
    const {api} = await serve(json([{id: 'A', status_code: 200, body: {id: 'A'}}], 206))
    expect(await api.getItems(['A'], {userId: 1})).toMatchObject([{ok: true, product: {partial: true}}])
  })

  it('does not take other failures for a missing route', async () => {
    const {api, server} = await serve(json({message: 'no'}, 403))
    expect(await failure(api.getItems(['A'], {userId: 1}))).toMatchObject({code: 'MELI_FORBIDDEN'})
    expect(server.requests).toHaveLength(1)
    expect(await (await serve(json({}))).api.getItems([], {userId: 1})).toEqual([])
  })

  it('cannot use a multiget that is no list, and is not meant for more than 20 ids', async () => {
    const {api} = await serve(json({}))
    expect(await failure(api.getItems(['A'], {userId: 1}))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    const many = Array.from({length: 21}, (_, n) => `A${n}`)
    expect(await failure(api.getItems(many, {userId: 1}))).toBeInstanceOf(RangeError)
  })

  it('stops scanning and getting when told to', async () => {
    const {api, grant} = await emulate({items: 5})
    const reason = new Error('stop')
    const signal = AbortSignal.abort(reason)
    expect(await failure(collect(api.scanItems(grant.userId, {signal})))).toBe(reason)
    expect(await failure(api.getItems(['A'], {userId: 1, signal}))).toBe(reason)
  })
})
