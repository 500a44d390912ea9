import {afterEach, describe, expect, it} from '@jest/globals'
import {loadConfig, MercadoLibreClient, type MercadoLibreClientOptions} from '../src/index.js'
import {refusal, type Toolkit, toolkit} from './support/toolkit.js'

const own = process.env
afterEach(() => {
  process.env = own
})

type Mode = Pick<MercadoLibreClientOptions, 'sandbox' | 'live'>

/** A real account with its first item, a test user with a token, and clients for both. */
async function shop() {
  const kit = await toolkit({items: 1})
  const real = kit.emulator.world.users.list()[0]!
  const config = loadConfig({env: kit.env})
  const asReal = new MercadoLibreClient({accessToken: kit.emulator.token(real.nickname), config, live: real.nickname})
  const {results} = await asReal.get<{results: string[]}>(`/users/${real.id}/items/search`)
  const client = (nickname: string, mode: Mode = {}) =>
    new MercadoLibreClient({accessToken: kit.emulator.token(nickname), config, ...mode})
  const {nickname: tester} = await kit.connectTestUser()
  const [before, writesBefore] = [asked(kit), written(kit)]
  return {
    kit,
    real: real.nickname,
    tester,
    item: `/items/${results[0]}`,
    client,
    asked: () => asked(kit) - before,
    written: () => written(kit) - writesBefore,
  }
}

function asked(kit: Toolkit): number {
  return kit.requests('GET', '/users/me').length
}

function written(kit: Toolkit): number {
  return kit.emulator.world.requests.list().filter(({method}) => method !== 'GET').length
}

const change = {available_quantity: 3}

describe('the guard of the library', () => {
  it('refuses to change a real account that is not named, and sends nothing', async () => {
    const {client, real, item, written, asked} = await shop()
    const api = client(real)
    expect(await refusal(api.put(item, change))).toMatchObject({
      code: 'MELI_LIVE_NEEDED',
      exitCode: 2,
      message: expect.stringContaining(`${real} is a real account`),
      suggestions: [expect.stringContaining(`live: '${real}'`), expect.stringContaining('sandbox: true')],
    })
    for (const write of [api.post('/items', {}), api.delete('/answers/1'), api.request('PATCH', '/items/1')])
      expect(await refusal(write)).toMatchObject({code: 'MELI_LIVE_NEEDED'})
    expect(await refusal(client(real, {sandbox: true}).put(item, change))).toMatchObject({
      code: 'MELI_WRONG_KIND',
      exitCode: 8,
      message: `${real} is a real account, and sandbox: true acts as test users only`,
    })
    expect([written(), asked()]).toEqual([0, 2])
  })

  it('changes a real account that is named, in any case, and asks once for all writes', async () => {
    const {client, real, item, written, asked} = await shop()
    const api = client(real, {live: real.toLowerCase()})
    expect(await api.put(item, change)).toMatchObject({available_quantity: 3})
    expect(await api.put(item, {available_quantity: 4})).toMatchObject({available_quantity: 4})
    expect([written(), asked()]).toEqual([2, 1])
  })

  it('refuses another nickname than that of the token', async () => {
    const {client, real, item, written} = await shop()
    expect(await refusal(client(real, {live: 'CASA_DEL_SUR'}).put(item, change))).toMatchObject({
      code: 'MELI_WRONG_ACCOUNT',
      exitCode: 8,
      message: expect.stringContaining(`live names CASA_DEL_SUR, but the acting account is ${real}`),
    })
    expect(written()).toBe(0)
  })

  it('lets a test user through with sandbox: true only', async () => {
    const {client, tester, item, written} = await shop()
    expect(await refusal(client(tester).put(item, change))).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(await refusal(client(tester, {live: tester}).put(item, change))).toMatchObject({code: 'MELI_WRONG_KIND'})
    expect(written()).toBe(0)
    // The item is the seller's: it is the service that refuses now.
    expect(await refusal(client(tester, {sandbox: true}).put(item, change))).toMatchObject({family: 'api'})
    expect(written()).toBe(1)
  })

  it('does not take both ways out', async () => {
    const {client, real, item, asked} = await shop()
    const api = client(real, {sandbox: true, live: real})
    expect(await refusal(api.put(item, change))).toMatchObject({code: 'MELI_USAGE'})
    expect(asked()).toBe(0)
  })

  it('asks once for writes that begin together, and never for reads', async () => {
    const {client, real, item, asked, written} = await shop()
    const api = client(real, {live: real})
    await api.get(item)
    await api.request('HEAD', item, {anyStatus: true})
    expect(asked()).toBe(0)
    const before = written()
    await Promise.all(Array.from({length: 5}, () => api.put(item, change)))
    expect([written() - before, asked()]).toEqual([5, 1])
  })

  it('sends nothing when the service cannot be asked, and asks again for the next write', async () => {
    const {kit, client, real, item, written} = await shop()
    const api = client(real, {live: real})
    kit.emulator.faults.add({path: '/users/me', fault: {type: 'status', status: 403}, times: 1})
    expect(await refusal(api.put(item, change))).toMatchObject({code: 'MELI_FORBIDDEN'})
    expect(written()).toBe(0)
    expect(await api.put(item, change)).toMatchObject({available_quantity: 3})
  })

  it('asks again for another token, also for one that a renewal brings', async () => {
    const {kit, real, tester, item, asked, written} = await shop()
    const config = loadConfig({env: kit.env})
    let [current, renewed] = [kit.emulator.token(real), kit.emulator.token(tester)]
    const token = {current: async () => current, renew: async () => renewed}
    const api = new MercadoLibreClient({token, config, live: real})
    expect(await api.put(item, change)).toMatchObject({available_quantity: 3})
    current = kit.emulator.token(tester)
    expect(await refusal(api.put(item, {available_quantity: 4}))).toMatchObject({code: 'MELI_WRONG_KIND'})
    expect([written(), asked(), api.requests]).toEqual([1, 2, 3])

    current = kit.emulator.token(real)
    const refused = {path: item, fault: {type: 'status', status: 401}, times: 1} as const
    expect(await api.put(item, {available_quantity: 5})).toMatchObject({available_quantity: 5})
    kit.emulator.faults.add(refused)
    expect(await refusal(api.put(item, {available_quantity: 6}))).toMatchObject({code: 'MELI_WRONG_KIND'})
    expect((await api.get<{available_quantity: number}>(item)).available_quantity).toBe(5)

    renewed = kit.emulator.token(real)
    kit.emulator.faults.add(refused)
    expect(await api.put(item, {available_quantity: 7})).toMatchObject({available_quantity: 7})
  })

  it('renews a token that the service no longer takes, and sends the renewed one', async () => {
    const {kit, real, item, asked} = await shop()
    let renewals = 0
    const renew = async () => {
      renewals += 1
      return kit.emulator.token(real)
    }
    const token = {current: async () => 'APP_USR-expired', renew}
    const api = new MercadoLibreClient({token, config: loadConfig({env: kit.env}), live: real})
    expect(await api.put(item, change)).toMatchObject({available_quantity: 3})
    expect([renewals, asked()]).toEqual([1, 2])
  })

  it('ends with the signal or the deadline of the request', async () => {
    const {kit, client, real, item, asked, written} = await shop()
    const api = client(real, {live: real})
    const late = api.put(item, change, {deadline: new Date(Date.now() - 1000)})
    expect(await refusal(late)).toMatchObject({code: 'MELI_TIMED_OUT'})
    expect(asked()).toBe(0)
    const stopping = new AbortController()
    kit.emulator.faults.add({path: '/users/me', fault: {type: 'delay', ms: 10_000}, times: 1})
    const write = api.put(item, change, {signal: stopping.signal}).catch((error: unknown) => error)
    while (asked() === 0) await new Promise((resolve) => setImmediate(resolve))
    stopping.abort(new Error('stopped by the caller'))
    expect(await write).toMatchObject({message: 'stopped by the caller'})
    expect([written(), asked()]).toEqual([0, 1])
    expect(await api.put(item, change)).toMatchObject({available_quantity: 3})
    expect([written(), asked()]).toEqual([1, 2])
  })

  it('is opened by the code alone, not by the environment', async () => {
    const {kit, real, item} = await shop()
    process.env = {...kit.env, MELI_LIVE: real, MELI_SANDBOX: 'true'}
    const api = new MercadoLibreClient({accessToken: kit.emulator.token(real)})
    expect(await refusal(api.put(item, change))).toMatchObject({code: 'MELI_LIVE_NEEDED'})
  })

  it('is not to be passed by another token, another method or a token call', async () => {
    const {client, real, item, written} = await shop()
    const api = client(real, {live: real})
    const around = [
      api.get(item, {headers: {'X-HTTP-Method-Override': 'PUT'}}),
      api.get(item, {query: {_method: 'PUT'}}),
      api.get(`${item}?x_http_method_override=PUT`),
      api.put(item, change, {headers: {Authorization: 'Bearer APP_USR-another'}}),
      api.put(item, change, {query: {access_token: 'APP_USR-another'}}),
      api.post('oauth/token', {grant_type: 'refresh_token'}),
      api.post('/users/test_user', {site_id: 'MEC'}),
    ]
    for (const each of around) expect(await refusal(each)).toMatchObject({code: 'MELI_USAGE'})
    expect(written()).toBe(0)
  })
})
