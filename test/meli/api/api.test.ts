import {afterEach, describe, expect, it} from '@jest/globals'
import type {Fault} from '../../../src/emulator/model/faults.js'
import type {Settings} from '../../../src/emulator/model/settings.js'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {connect} from '../../support/connected.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {printed, quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function emulate({items = 0, settings = {}}: {items?: number; settings?: Partial<Settings>} = {}) {
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
})
