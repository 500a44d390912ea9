import {afterEach, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {knowsTheDead} from '../support/holders.js'
import {type Interceptor, intercept} from '../support/interceptor.js'
import {openWorld, type World} from '../support/world.js'

const wires: Interceptor[] = []

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close()
})

/** Runs a command, and kills it while its request, or the answer to it, is held back. Gives its process id. */
async function killAt(
  world: World,
  args: readonly string[],
  {at, hold = 'answer', stdin = ''}: {at: RegExp; hold?: 'request' | 'answer'; stdin?: string},
): Promise<number> {
  const wire = await intercept(world.emulator.url, at, hold)
  wires.push(wire)
  const {child, ended} = await world.start(args, {
    env: {MELI_API_URL: wire.url, MELI_HTTP_TIMEOUT: knowsTheDead ? '60s' : '5s'},
  })
  child.stdin.end(stdin)
  await wire.held
  child.kill('SIGKILL')
  expect((await ended).status).toBeNull()
  return child.pid ?? 0
}

const exchange = /POST \/oauth\/token/

/** What the next command with the account says of it. */
async function lossOf(world: World): Promise<string> {
  world.expireTokens()
  const {status, stdout} = await world.run(['verify-handshake', '--json'])
  const {checks, error_code} = JSON.parse(stdout)
  expect({status, error_code}).toEqual({status: 4, error_code: 'MELI_AUTHORIZATION_LOST'})
  return checks.find((check: {name: string}) => check.name === 'token_valid').detail
}

/** A refresh token of the first seller that this home has never seen. */
function foreignToken({emulator: {world}}: World): string {
  const {grant} = world.grants.authorize(world.users.list()[0]!.id, world.applications.first())
  return grant.refreshToken!.value
}

async function run(world: World, args: readonly string[], stdin = '') {
  const {status, stdout, stderr} = await world.run([...args, '--json'], {stdin})
  const {error} = JSON.parse(stdout)
  return {status, code: error?.code, message: String(error?.message), stderr}
}

describe('a login that is killed between the exchange and the store', () => {
  it('is told of when its address is used again: who sent the code, when, and what to do', async () => {
    const world = await openWorld()
    const callback = await world.callback()
    const pid = await killAt(world, ['auth', 'complete', callback], {at: exchange})
    const {status, code, message} = await run(world, ['auth', 'complete', callback])
    expect({status, code}).toEqual({status: 4, code: 'MELI_STATE_USED'})
    expect(message).toMatch(
      new RegExp(`process ${pid} on \\S+ sent a login code for this account at \\S+Z and never stored the answer`),
    )
    expect(world.tokenRequests).toBe(1)
    expect(await world.login()).toMatchObject({nickname: 'TIENDA_ANDINA'})
  }, 60_000)

  it('is what the connected account lost its authorization by', async () => {
    const world = await openWorld()
    await world.login()
    const callback = await world.callback()
    const pid = await killAt(world, ['auth', 'complete', callback], {at: exchange})
    expect(await lossOf(world)).toMatch(
      new RegExp(`process ${pid} on \\S+ sent a login code for this account at \\S+Z and never stored the answer`),
    )
    await world.login()
    expect((await world.run(['verify-handshake'])).status).toBe(0)
  }, 60_000)
})

describe('a logout that is killed', () => {
  it('after the service carried it out explains why the account is lost', async () => {
    const world = await openWorld()
    await world.login()
    const pid = await killAt(world, ['auth', 'logout'], {at: /DELETE \/users\//})
    expect(await lossOf(world)).toMatch(
      new RegExp(`process ${pid} on \\S+ began a logout of this account at \\S+Z and it was not finished`),
    )
    // And the way out of it still works.
    expect((await world.run(['auth', 'logout'])).status).toBe(0)
    expect(world.sql('SELECT * FROM token_refresh')).toEqual([])
  }, 60_000)

  it('before the service got it leaves an account that works', async () => {
    const world = await openWorld()
    await world.login()
    await killAt(world, ['auth', 'logout'], {at: /DELETE \/users\//, hold: 'request'})
    expect((await world.run(['auth', 'refresh'])).status).toBe(0)
  }, 60_000)
})

/** An installation that waits, whose access token has expired unless it `lives`. */
async function pending(world: World, {lives = false} = {}) {
  // Makes the database and its key.
  await world.login('CASA_DEL_SUR')
  const {clientId, world: service} = world.emulator
  const user = service.users.list()[0]!
  const {access, grant} = service.grants.authorize(user.id, service.applications.first())
  const store = await openStore({home: world.home})
  const now = new Date()
  const tokens = {accessToken: access.value, refreshToken: grant.refreshToken!.value, scope: 'offline_access'}
  const expiresAt = new Date(now.getTime() + (lives ? 6 * 3_600_000 : 0))
  const id = await store.heldGrants.hold('state:1', {userId: user.id, ...tokens, expiresAt}, clientId, now)
  const identity = {userId: user.id, nickname: user.nickname, email: null, siteId: 'MEC', isTestUser: false, tags: []}
  await store.installs.pend(id, identity, new Date(now.getTime() + 3_600_000))
  await store.close()
  return {id, nickname: user.nickname}
}

interface Discarded {
  revoked: boolean
  revoke_error: {code: string; message: string}
}

describe('a pending connection whose refresh is killed', () => {
  async function killed(world: World, id: string): Promise<RegExp> {
    const pid = await killAt(world, ['installs', 'discard', id], {at: exchange})
    world.sql('UPDATE installation SET lease_expires_at = 0')
    const what = 'sent the refresh token of a pending installation'
    return new RegExp(`process ${pid} on \\S+ ${what} at \\S+Z and never stored the answer`)
  }

  it('explains itself when it is connected afterwards', async () => {
    const world = await openWorld()
    const {id, nickname} = await pending(world)
    const story = await killed(world, id)
    expect((await world.run(['installs', 'complete', id])).status).toBe(0)
    const {status, code, message} = await run(world, ['auth', 'refresh', '--account', nickname])
    expect({status, code}).toEqual({status: 4, code: 'MELI_AUTHORIZATION_LOST'})
    expect(message).toMatch(story)
  }, 60_000)

  it('explains itself when it is discarded afterwards', async () => {
    const world = await openWorld()
    const {id} = await pending(world)
    const story = await killed(world, id)
    const {revoked, revoke_error} = await world.json<Discarded>(['installs', 'discard', id])
    expect({revoked, code: revoke_error.code}).toEqual({revoked: false, code: 'MELI_AUTHORIZATION_LOST'})
    expect(revoke_error.message).toMatch(story)
  }, 60_000)
})

describe('a pending connection whose revocation is killed', () => {
  it('is discarded all the same, and says why nothing could be revoked', async () => {
    const world = await openWorld()
    const {id} = await pending(world, {lives: true})
    const pid = await killAt(world, ['installs', 'discard', id], {at: /DELETE \/users\//})
    world.sql('UPDATE installation SET lease_expires_at = 0')
    const {revoked, revoke_error} = await world.json<Discarded>(['installs', 'discard', id])
    expect({revoked, code: revoke_error.code}).toEqual({revoked: false, code: 'MELI_AUTHORIZATION_LOST'})
    expect(revoke_error.message).toMatch(
      new RegExp(`process ${pid} on \\S+ began a logout of this account at \\S+Z and it was not finished`),
    )
  }, 60_000)
})

describe('an import that is killed', () => {
  const told = (pid: number) =>
    new RegExp(`process ${pid} on \\S+ sent the refresh token to import it at \\S+Z and never stored the answer`)

  it('after the service spent the token: the same token is not sent while that may be under way, then said to be lost', async () => {
    const world = await openWorld()
    const token = foreignToken(world)
    const pid = await killAt(world, ['auth', 'import'], {at: exchange, stdin: token})
    expect(await run(world, ['auth', 'import'], token)).toMatchObject({status: 6, code: 'MELI_REFRESH_BUSY'})
    expect(world.tokenRequests).toBe(1)
    world.sql('UPDATE token_refresh SET sent_at = sent_at - 60000')
    const {stderr, ...lost} = await run(world, ['auth', 'import'], token)
    expect(lost).toMatchObject({status: 4, code: 'MELI_GRANT_REJECTED', message: expect.stringMatching(told(pid))})
    expect(lost.message).not.toContain('nothing was stored')
    expect(stderr).toMatch(told(pid))
    expect(world.tokenRequests).toBe(2)
  }, 60_000)

  it('before the service got the token: it is sent again, and connected', async () => {
    const world = await openWorld()
    const token = foreignToken(world)
    const pid = await killAt(world, ['auth', 'import'], {at: exchange, hold: 'request', stdin: token})
    world.sql('UPDATE token_refresh SET sent_at = sent_at - 60000')
    const {status, stderr} = await run(world, ['auth', 'import'], token)
    expect(status).toBe(0)
    expect(stderr).toMatch(told(pid))
  }, 60_000)

  it('is what the connected account lost its authorization by', async () => {
    const world = await openWorld()
    await world.login()
    const token = foreignToken(world)
    const pid = await killAt(world, ['auth', 'import'], {at: exchange, stdin: token})
    expect(await lossOf(world)).toMatch(told(pid))
  }, 60_000)
})

describe('a login that is killed at random moments', () => {
  it('can be finished by the same address unless its code was sent, and then is told of', async () => {
    const world = await openWorld()
    const sent = () => world.sql<{n: number}>("SELECT count(*) AS n FROM token_refresh WHERE kind = 'login'")[0]?.n ?? 0
    for (let round = 0; round < 8; round += 1) {
      const callback = await world.callback()
      const before = sent()
      const {child, ended} = await world.start(['auth', 'complete', callback])
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 60 + round * 25)
      await ended
      clearTimeout(timer)
      const wasSent = sent() > before
      const {status, code, message} = await run(world, ['auth', 'complete', callback])
      if (!wasSent) expect(status).toBe(0)
      else if (status !== 0) {
        expect(code).toBe('MELI_STATE_USED')
        // Either the first process finished it all, or the address says who sent the code.
        if (message.includes('process')) expect(message).toMatch(/sent a login code for this account at \S+Z and never/)
      }
    }
  }, 120_000)
})

describe('a callback whose code never left', () => {
  it('works again when the machine is online, for one of many processes', async () => {
    const world = await openWorld()
    const callback = await world.callback()
    const offline = {env: {MELI_API_URL: 'http://127.0.0.1:1'}}
    expect((await world.run(['auth', 'complete', callback], offline)).status).toBe(6)
    const results = await Promise.all(Array.from({length: 5}, () => run(world, ['auth', 'complete', callback])))
    expect(results.some(({status}) => status === 0)).toBe(true)
    for (const {status, code} of results) if (status !== 0) expect(code).toBe('MELI_STATE_USED')
    expect(world.tokenRequests).toBe(1)
  }, 60_000)
})
