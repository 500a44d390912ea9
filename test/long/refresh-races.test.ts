import {afterEach, describe, expect, it} from '@jest/globals'
import {knowsTheDead} from '../support/holders.js'
import {type Interceptor, intercept} from '../support/interceptor.js'
import {openWorld, type World} from '../support/world.js'

const wires: Interceptor[] = []

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close()
})

async function wire(world: World, match: RegExp, hold: 'request' | 'answer'): Promise<Interceptor> {
  const made = await intercept(world.emulator.url, match, hold)
  wires.push(made)
  return made
}

/** Its lease lasts longer than a test where nobody waits for a holder that is dead, and is short where they have to. */
const slow = {MELI_HTTP_TIMEOUT: knowsTheDead ? '10m' : '2s'}

async function connected(): Promise<World> {
  const world = await openWorld()
  await world.login()
  world.emulator.world.requests.clear()
  return world
}

/** Kills a handshake, which has to refresh first, as soon as its request is held. */
async function killWhenHeld(world: World, {url, held}: Interceptor): Promise<void> {
  const {child, ended} = await world.start(['verify-handshake'], {
    env: {...slow, MELI_API_URL: url},
  })
  child.stdin.end()
  await held
  child.kill('SIGKILL')
  expect((await ended).status).toBeNull()
}

describe('one refresh token, many processes', () => {
  it('is spent once when twenty processes meet an expired access token, and all twenty succeed', async () => {
    const world = await connected()
    world.expireTokens()
    const results = await Promise.all(Array.from({length: 20}, () => world.run(['verify-handshake', '--json'])))
    expect(results.map((r) => r.status)).toEqual(Array(20).fill(0))
    expect(world.tokenRequests).toBe(1)
    const refreshed = results.filter((r) => JSON.parse(r.stdout).token.refreshed === true)
    expect(refreshed).toHaveLength(1)
  }, 120_000)

  it('is spent once by processes of which each has another idea of the time', async () => {
    const world = await connected()
    world.expireTokens()
    // The lease of one ended an hour ago by the clock of the next, while its request is on its way.
    world.emulator.world.faults.add({path: '/oauth/token', times: 9, fault: {type: 'delay', ms: 3_000}})
    const hours = [0, 1, -1, 2, -2, 1, -1]
    const run = (hour: number) => world.run(['auth', 'token'], {env: clockSet(hour * 3_600_000)})
    const results = await Promise.all(hours.map(run))
    expect(results.map((r) => r.status)).toEqual(hours.map(() => 0))
    expect(world.tokenRequests).toBe(1)
  }, 120_000)

  it('is spent once when twenty processes are told 401 on a token that looks valid', async () => {
    const world = await connected()
    world.emulator.advance(6 * 3_600_000)
    const results = await Promise.all(Array.from({length: 20}, () => world.run(['verify-handshake'])))
    expect(results.map((r) => r.status)).toEqual(Array(20).fill(0))
    expect(world.tokenRequests).toBe(1)
  }, 120_000)
})

/** A process whose wall clock was set, by so many milliseconds. */
function clockSet(ms: number): {NODE_OPTIONS: string} {
  const script = `const Real = Date
    globalThis.Date = class extends Real {
      constructor(...parts) { super(...(parts.length === 0 ? [Real.now() + ${ms}] : parts)) }
      static now() { return Real.now() + ${ms} }
    }`
  return {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`}
}

describe('a process that is killed while it refreshes', () => {
  it('before the service got the request: the next one refreshes', async () => {
    const world = await connected()
    world.expireTokens()
    await killWhenHeld(world, await wire(world, /POST \/oauth\/token/, 'request'))
    const next = await world.run(['verify-handshake', '--json'])
    expect({status: next.status, refreshed: JSON.parse(next.stdout).token.refreshed}).toEqual({
      status: 0,
      refreshed: true,
    })
  }, 60_000)

  it('between the service and the store: the next one says which process sent the token and never stored the answer', async () => {
    const world = await connected()
    world.expireTokens()
    await killWhenHeld(world, await wire(world, /POST \/oauth\/token/, 'answer'))
    const next = await world.run(['verify-handshake', '--json'])
    const {checks, error_code} = JSON.parse(next.stdout)
    expect({status: next.status, error_code}).toEqual({status: 4, error_code: 'MELI_AUTHORIZATION_LOST'})
    const {detail} = checks.find((c: {name: string}) => c.name === 'token_valid')
    expect(detail).toMatch(/process \d+ on \S+ sent the refresh token at \S+ and never stored the answer/)
    expect(world.sql('SELECT status FROM mercadolibre_token')).toEqual([{status: 'invalid'}])

    // Marked once, not asked again.
    const requests = world.tokenRequests
    expect((await world.run(['verify-handshake'])).status).toBe(4)
    expect(world.tokenRequests).toBe(requests)
  }, 60_000)

  it('after the commit: the next one uses what was stored, and spends nothing', async () => {
    const world = await connected()
    world.expireTokens()
    await killWhenHeld(world, await wire(world, /GET \/users\/me/, 'request'))
    expect(world.tokenRequests).toBe(1)
    const next = await world.run(['verify-handshake'])
    expect(next.status).toBe(0)
    expect(world.tokenRequests).toBe(1)
  }, 60_000)

  it('at random moments: never leaves half a row, and what follows works or explains', async () => {
    const world = await connected()
    for (let round = 0; round < 8; round++) {
      world.expireTokens()
      const {child, ended} = await world.start(['verify-handshake'], {env: slow})
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 60 + round * 25)
      await ended
      clearTimeout(timer)
      expect(world.sql('PRAGMA integrity_check')).toEqual([{integrity_check: 'ok'}])
      const next = await world.run(['verify-handshake', '--json'])
      expect([0, 4]).toContain(next.status)
      if (next.status === 4) {
        expect(next.stdout).toMatch(/never stored the answer/)
        await world.login()
      }
    }
  }, 120_000)
})

describe('an answer that is lost on the way', () => {
  it('leaves with 4 and the story out of the journal when the service had spent the token', async () => {
    const world = await connected()
    world.expireTokens()
    world.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'drop-after-commit'}})
    const result = await world.run(['verify-handshake'])
    expect(result.status).toBe(4)
    expect(result.stdout).toMatch(/sent the refresh token at \S+ and the answer was lost/)
  })

  it('heals when the service had not got the request', async () => {
    const world = await connected()
    world.expireTokens()
    world.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'drop-before'}})
    expect((await world.run(['verify-handshake'])).status).toBe(0)
  })

  it('loses nothing when the answer is garbage: the row stays, and the next run tells', async () => {
    const world = await connected()
    world.expireTokens()
    const before = world.sql('SELECT access_token, refresh_token, status FROM mercadolibre_token')
    world.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'garbage'}})
    expect((await world.run(['verify-handshake'])).status).toBe(6)
    expect(world.sql('SELECT access_token, refresh_token, status FROM mercadolibre_token')).toEqual(before)
  })
})
