import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {createApp} from '../../src/emulator/app.js'
import {startEmulator} from '../../src/emulator/index.js'
import {newWorld} from '../../src/emulator/model/world.js'
import {EmulatorClient, hourMs} from './emulator-client.js'
import {Market} from './market.js'

describe('the control routes', () => {
  const world = newWorld({start: new Date('2026-03-01T12:00:00Z')})
  const app = createApp(world)

  it('say what this is, without a socket too', async () => {
    const answer = await app.inject('/_emulator')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      emulator: 'meli-toolkit',
      notice: expect.stringContaining('not Mercado Libre'),
    })
    expect(answer.body).not.toContain(world.applications.first().secret)
  })

  it('list themselves, all of them', async () => {
    const {control} = (await app.inject('/_emulator')).json()
    const calls = (control as string[]).flatMap((entry) => {
      const [methods = '', url = ''] = entry.split(' ')
      return methods.split(',').map((method) => `${method} ${url}`)
    })
    expect(new Set(calls).size).toBe(calls.length)
    expect(calls).toEqual(
      expect.arrayContaining([
        'POST /_emulator/clock',
        'PUT /_emulator/state',
        'DELETE /_emulator/faults',
        'POST /_emulator/purchase',
        'POST /_emulator/orders/settings',
        'GET /_emulator/orders/:id',
        'POST /_emulator/orders/:id/pay',
        'POST /_emulator/orders/:id/refund',
        'POST /_emulator/orders/:id/cancel',
        'POST /_emulator/packs/:id',
        'POST /_emulator/questions/:id',
        'POST /_emulator/shipments/:id/return',
        'POST /_emulator/user-products/:id',
        'DELETE /_emulator/items/:id',
        'POST /_emulator/items/outcomes',
      ]),
    )
    expect(calls.filter((call) => call.startsWith('HEAD'))).toEqual([])
  })

  it.each([
    ['a foreign host, as after DNS rebinding', {host: 'evil.example'}],
    ['a page of another origin', {origin: 'https://evil.example'}],
    ['a page without an origin of its own', {origin: 'null'}],
    ['another port of this machine', {origin: 'http://localhost:9'}],
  ])('refuse %s', async (_who, headers) => {
    expect((await app.inject({url: '/_emulator/state', headers})).statusCode).toBe(403)
    expect((await app.inject({url: '/_emulator/nothing', headers})).statusCode).toBe(404)
  })

  it('refuse a caller from another machine', async () => {
    expect((await app.inject({url: '/_emulator/state', remoteAddress: '10.0.0.5'})).statusCode).toBe(403)
  })

  it('accept loopback under all its names', async () => {
    for (const host of ['localhost:80', '127.0.0.1:4000', '[::1]:4000'])
      expect((await app.inject({url: '/_emulator/clock', headers: {host}})).statusCode).toBe(200)
  })

  it('name the field that they do not know', async () => {
    const answer = await app.inject({method: 'POST', url: '/_emulator/app', payload: {pcke: 'off'}})
    expect(answer.statusCode).toBe(400)
    expect(answer.json().message).toContain('unknown field pcke')
  })

  it.each([
    [{advance: '6h'}, 6 * hourMs],
    [{advance: '1d12h'}, 36 * hourMs],
    [{advance_ms: 1500}, 1500],
  ])('skip time by %j', async (payload, ms) => {
    const before = world.clock.now().getTime()
    const {now} = (await app.inject({method: 'POST', url: '/_emulator/clock', payload})).json()
    expect(Date.parse(now) - before).toBeGreaterThanOrEqual(ms)
    expect(Date.parse(now) - before).toBeLessThan(ms + hourMs)
  })

  it.each([{}, {advance: 'soon'}, {advance_ms: -1}, {advance_ms: 'x'}])('do not skip time by %j', async (payload) => {
    expect((await app.inject({method: 'POST', url: '/_emulator/clock', payload})).statusCode).toBe(400)
  })

  it('register redirect addresses that are https or loopback, and no others', async () => {
    const register = (uri: string) =>
      app.inject({method: 'POST', url: '/_emulator/app', payload: {redirect_uris: [uri]}})
    expect((await register('http://127.0.0.1:4567/callback')).statusCode).toBe(200)
    expect((await register('http://example.com/callback')).statusCode).toBe(400)
    expect((await register('nonsense')).statusCode).toBe(400)
  })

  it('make accounts: real ones, test users and collaborators', async () => {
    const make = async (payload: object) =>
      (await app.inject({method: 'POST', url: '/_emulator/users', payload})).json()
    expect(await make({nickname: 'NUEVA', site_id: 'MLB'})).toMatchObject({nickname: 'NUEVA', site_id: 'MLB'})
    expect((await make({test_user_of: 'NUEVA'})).tags).toContain('test_user')
    const {id} = await make({nickname: 'AYUDANTE', operator_of: 'NUEVA'})
    expect(world.users.get(id)).toMatchObject({operatorOf: world.users.find('nueva')!.id})
    expect(await make({nickname: 'nueva'})).toMatchObject({status: 400})
    expect(await make({site_id: 'XXX'})).toMatchObject({status: 400})
  })

  it('put listings on a seller’s shelf', async () => {
    const payload = {user: 'CASA_DEL_SUR', count: 3}
    expect((await app.inject({method: 'POST', url: '/_emulator/items', payload})).statusCode).toBe(201)
    expect(world.catalogue.size(world.users.find('CASA_DEL_SUR')!.id)).toBe(3)
  })
})

describe('a second application', () => {
  it('cannot use the codes and refresh tokens of the first', async () => {
    const client = await EmulatorClient.start()
    const {body: other} = await client.json('POST', '/_emulator/apps', {name: 'Other'})
    const credentials = {client_id: other.client_id, client_secret: other.client_secret}
    expect((await client.exchange(await client.code(), credentials)).body.error).toBe('invalid_grant')
    const {refresh_token} = await client.connect()
    const answer = await client.token({grant_type: 'refresh_token', refresh_token, ...credentials})
    expect(answer.body.error).toBe('invalid_grant')
    await client.close()
  })
})

describe('the state', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  it('can be taken out and put back, time included', async () => {
    const client = await EmulatorClient.start({items: 3})
    const {access_token, refresh_token} = await client.connect()
    const {body: before} = await client.get('/_emulator/state')
    await client.refresh(refresh_token)
    client.emulator.advance(7 * hourMs)
    expect((await client.get('/users/me', access_token)).status).toBe(401)
    expect((await client.json('PUT', '/_emulator/state', before)).status).toBe(204)
    expect((await client.get('/users/me', access_token)).status).toBe(200)
    expect((await client.refresh(refresh_token)).status).toBe(200)
    expect((await client.json('PUT', '/_emulator/state', {version: 9})).status).toBe(400)
    // One of 100,000 orders is larger than what other routes take.
    const large = {version: 9, padding: 'x'.repeat(65 * 1024 * 1024)}
    expect((await client.json('PUT', '/_emulator/state', large)).status).toBe(400)
    await client.close()
  })

  it('survives a restart in a file that only its owner can read', async () => {
    const stateFile = join(folder, 'state.json')
    const first = await EmulatorClient.start({stateFile, items: 4})
    const {refresh_token, user_id} = await first.connect()
    const {clientId, clientSecret} = first.emulator
    await Promise.all([first.close(), first.close()])
    expect((await stat(stateFile)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['state.json'])

    const second = await EmulatorClient.start({stateFile, seed: 99, items: 50})
    expect(second.emulator).toMatchObject({clientId, clientSecret})
    expect((await second.refresh(refresh_token)).body.user_id).toBe(user_id)
    expect(second.emulator.world.catalogue.size(user_id)).toBe(4)
    await second.close()
  })

  it('is not overwritten when the file is not one of ours', async () => {
    const stateFile = join(folder, 'letter.txt')
    await writeFile(stateFile, '{"dear":"friend"}')
    await expect(startEmulator({stateFile})).rejects.toThrow('not a state of the emulator')
    expect(await readFile(stateFile, 'utf8')).toBe('{"dear":"friend"}')
  })
})

describe('starting', () => {
  it('gives the same world for the same seed, and another for another', async () => {
    const describeWorld = async (seed?: number) => {
      const client = await EmulatorClient.start(seed === undefined ? {items: 2} : {seed, items: 2})
      const tokens = await client.connect()
      const {body} = await client.get(`/users/${tokens.user_id}/items/search`, tokens.access_token)
      await client.close()
      return {tokens, ids: body.results, secret: client.emulator.clientSecret}
    }
    const [one, two, three] = [await describeWorld(), await describeWorld(), await describeWorld(7)]
    expect(two).toEqual(one)
    expect(three.tokens.access_token).not.toBe(one.tokens.access_token)
  })

  it('hands out the environment that points a program at it', async () => {
    const emulator = await startEmulator({site: 'MLB', redirectUris: ['http://localhost:4444/cb']})
    expect(emulator.env).toEqual({
      MELI_CLIENT_ID: emulator.clientId,
      MELI_CLIENT_SECRET: emulator.clientSecret,
      MELI_REDIRECT_URI: 'http://localhost:4444/cb',
      MELI_API_URL: emulator.url,
      MELI_AUTH_URL: emulator.url,
      MELI_SITE: 'MLB',
    })
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`)
    await emulator.close()
  })

  it('refuses to listen beyond loopback, an unknown site and an unsafe redirect address', async () => {
    await expect(startEmulator({host: '0.0.0.0'})).rejects.toThrow('loopback only')
    await expect(startEmulator({site: 'XXX'})).rejects.toThrow('unknown site')
    await expect(startEmulator({redirectUris: ['http://example.com/']})).rejects.toThrow('https')
  })
})

describe('a reset', () => {
  const options = {start: new Date('2026-03-01T12:00:00Z'), items: 5}

  it('leaves nothing of what has happened', async () => {
    const client = await EmulatorClient.start(options)
    const {emulator} = client
    const begun = await stateOf(client)
    const {access_token} = await client.connect()
    await client.get('/visits/items')
    await client.json('POST', '/_emulator/settings', {bulk: 'only-old', latency_ms: 1})
    await client.json('POST', '/_emulator/items', {user: 'CASA_DEL_SUR', count: 3})
    emulator.faults.add({path: '/users/me', fault: {type: 'drop-before'}})
    emulator.advance(hourMs)

    expect((await client.json('POST', '/_emulator/reset', {})).status).toBe(204)

    expect(await stateOf(client)).toBe(begun)
    expect([emulator.requests, emulator.notEmulated, emulator.world.faults.list()]).toEqual([[], [], []])
    expect(emulator.clock.now().getTime() - options.start.getTime()).toBeLessThan(hourMs)
    expect((await client.get('/users/me', access_token)).status).toBe(401)
    expect(emulator.requests.map(({n}) => n)).toEqual([1])
    await client.close()
  })

  it('takes other options, which the next reset keeps', async () => {
    const client = await EmulatorClient.start(options)
    const {emulator} = client
    const told: string[] = []
    await emulator.reset({
      site: 'MLB',
      redirectUris: ['https://example.org/back'],
      onNotEmulated: ({route}) => told.push(route),
    })
    for (const _ of ['with them', 'without']) {
      expect([emulator.env.MELI_SITE, emulator.redirectUri]).toEqual(['MLB', 'https://example.org/back'])
      const {user_id, access_token} = await client.connect()
      const listed = await client.get(`/users/${user_id}/items/search`, access_token)
      expect(listed.body.paging.total).toBe(0)
      await client.get('/visits/items')
      await emulator.reset()
    }
    expect(told).toEqual(['/visits/items', '/visits/items'])
    await expect(emulator.reset({site: 'XXX'})).rejects.toThrow('unknown site XXX')
    expect(emulator.env.MELI_SITE).toBe('MLB')
    await client.close()
  })

  it('does not wait for a receiver of notifications', async () => {
    const client = await EmulatorClient.start(options)
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const notificationsUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
    await client.emulator.reset({...options, notificationsUrl, settings: {timeout_ms: 60_000}})
    const arrived = once(silent, 'request')
    await client.json('POST', '/_emulator/notifications', {})
    await arrived
    await client.emulator.reset()
    expect(client.emulator.world.notifications.list()).toEqual([])
    await client.close()
    silent.close()
  })
})

/** The state without moments, of which the machine's clock is a part. */
async function stateOf(client: EmulatorClient): Promise<string> {
  const {clock: _, ...state} = (await client.get('/_emulator/state')).body
  return JSON.stringify(state, (name, value: unknown) => (name.endsWith('At') ? undefined : value))
}

describe('a control route', () => {
  let market: Market
  beforeEach(async () => {
    market = await Market.open()
  })
  afterEach(() => market.close())

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
    expect((await market.client.get('/_emulator/items/settings')).body).toMatchObject({lock_window_ms: 0})
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
