import {execFile} from 'node:child_process'
import {resolve} from 'node:path'
import {promisify} from 'node:util'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {AuthService, loadConfig, MercadoLibreClient, openStore, type Store} from '../src/index.js'
import {ensureBuilt} from './support/build-once.js'
import {json, startServer} from './support/http-server.js'
import {hourMs, refusal, type Toolkit, toolkit} from './support/toolkit.js'

const own = process.env
const open: Store[] = []

beforeEach(() => {
  process.env = Object.fromEntries(Object.entries(own).filter(([name]) => !/^(MELI|ML|MERCADOLIBRE)_/.test(name)))
})

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  process.env = own
})

/** As the command line leaves a home behind, with the environment of whoever uses the library. */
async function connected(): Promise<Toolkit> {
  const kit = await toolkit()
  await kit.connect()
  Object.assign(process.env, kit.env)
  return kit
}

async function opened(options?: Parameters<typeof openStore>[0]): Promise<Store> {
  const store = await openStore(options)
  open.push(store)
  return store
}

describe('the library', () => {
  it('makes the handshake in five lines, by the environment', async () => {
    await connected()
    const store = await opened()
    const auth = new AuthService({store})
    const {accessToken} = await auth.getValidToken()
    const api = new MercadoLibreClient({accessToken})
    const me = await api.get<{nickname: string}>('/users/me')
    expect(me.nickname).toBe('TIENDA_ANDINA')
  })

  it('refreshes by itself, in whatever clock the machine has', async () => {
    const kit = await connected()
    const store = await opened()
    const auth = new AuthService({store})
    const account = await auth.account('TIENDA_ANDINA')
    const api = new MercadoLibreClient({token: auth.tokenSource(account)})
    // This machine believes the token valid for hours; the service does not.
    kit.sql('UPDATE mercadolibre_token SET expires_at = ?', Date.now() + 5 * hourMs)
    kit.emulator.advance(6 * hourMs)
    expect(await api.get('/users/me')).toMatchObject({id: account.userId})
    expect(
      kit
        .requests('GET', '/users/me')
        .slice(-2)
        .map((r) => r.status),
    ).toEqual([401, 200])
    expect(kit.tokenCalls).toBe(2)
    kit.sql('UPDATE mercadolibre_token SET expires_at = 1')
    expect(await api.get('/users/me')).toMatchObject({id: account.userId})
    expect(kit.tokenCalls).toBe(3)
  })

  it('lets many requests share one signal, and Node warns of nothing', async () => {
    await ensureBuilt()
    const server = await startServer(json({}))
    const script = `
      const {MercadoLibreClient} = require(process.argv[1])
      const client = new MercadoLibreClient({accessToken: 'APP_USR-1', apiUrl: process.argv[2]})
      const {signal} = new AbortController()
      Promise.all(Array.from({length: 24}, () => client.get('/sites', {signal})))
    `
    const words = ['-e', script, resolve(import.meta.dirname, '..'), server.url]
    const {stdout, stderr} = await promisify(execFile)(process.execPath, words)
    await server.close()
    expect({stdout, stderr, requests: server.requests.length}).toEqual({stdout: '', stderr: '', requests: 24})
  })

  it('acts as MELI_ACCOUNT where no account is named', async () => {
    const kit = await connected()
    await kit.connect('CASA_DEL_SUR')
    kit.sql('UPDATE mercadolibre_token SET expires_at = ?', Date.now() + hourMs)
    const store = await opened()
    expect(await refusal(new AuthService({store}).getValidToken())).toMatchObject({code: 'MELI_ACCOUNT_AMBIGUOUS'})
    process.env.MELI_ACCOUNT = 'casa_del_sur'
    expect((await new AuthService({store}).getValidToken()).account.nickname).toBe('CASA_DEL_SUR')
    expect((await new AuthService({store}).getValidToken('TIENDA_ANDINA')).account.nickname).toBe('TIENDA_ANDINA')
  })

  it('takes its settings from a config instead of the environment', async () => {
    const kit = await connected()
    for (const name of Object.keys(kit.env)) delete process.env[name]
    kit.sql('UPDATE mercadolibre_token SET expires_at = 1')
    const config = loadConfig({env: kit.env})
    const store = await opened({home: kit.home})
    const {accessToken, refreshed} = await new AuthService({store, config}).getValidToken()
    expect(refreshed).toBe(true)
    const api = new MercadoLibreClient({accessToken, config})
    expect(await api.get('/users/me')).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('leaves the choice of address to whoever makes the client', async () => {
    const kit = await connected()
    process.env.MELI_API_URL = 'http://127.0.0.1:1'
    const store = await opened()
    kit.sql('UPDATE mercadolibre_token SET expires_at = ?', Date.now() + hourMs)
    const {accessToken} = await new AuthService({store}).getValidToken()
    const api = new MercadoLibreClient({accessToken, apiUrl: kit.emulator.url})
    expect(await api.get('/users/me')).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })
})
