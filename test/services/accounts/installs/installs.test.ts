import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import type {Grant} from '../../../../src/services/ports/index.js'
import {holderElsewhere} from '../../../support/holders.js'
import {answerForOther} from '../../../support/other-users-grant.js'
import {hourMs, minuteMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

const dayMs = 24 * hourMs
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const callbackUrl = 'https://shop.example/api/auth/meli/callback'
const publicUrl = new URL('https://shop.example')
const binding = 'b'.repeat(43)

async function open(options = {}) {
  const kit = await toolkit({redirectUris: [callbackUrl], ...options})
  return {kit, installs: await kit.app.accounts.installs(), web: await kit.app.accounts.webLogin()}
}

/** A seller who authorizes where nobody is signed in; the id of what waits then. */
async function authorize(kit: Toolkit): Promise<string> {
  const web = await kit.app.accounts.webLogin()
  const url = await web.start({siteId: undefined, next: undefined, binding}, publicUrl)
  const end = await web.finish(await kit.emulator.consent(url.href), binding, undefined)
  if (end.outcome !== 'pending') throw new Error(end.outcome)
  return end.installationId
}

/** Another login of the same seller, begun before: it leaves what waits where it is. */
async function connectBeside(kit: Toolkit): Promise<void> {
  const [userId, expiresAt] = [first(kit).id, new Date(kit.clock.now().getTime() + 6 * hourMs)]
  const grant = {userId, accessToken: 'APP_USR-beside', refreshToken: 'TG-beside', scope: 'offline_access', expiresAt}
  const identity = {userId, nickname: 'TIENDA_ANDINA', email: null, siteId: 'MEC', isTestUser: false, tags: []}
  const {clientId} = kit.emulator
  const grantedAt = new Date(kit.clock.now().getTime() - dayMs)
  await (await kit.app.store()).accounts.link({identity, grant, clientId, operator: 'ana', grantedAt})
}

function revocations(kit: Toolkit): number {
  return kit.emulator.world.requests.list().filter(({method}) => method === 'DELETE').length
}

const first = (kit: Toolkit) => kit.emulator.world.users.list()[0]!

describe('an installation that waits', () => {
  it('is listed for seven days', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    expect(id).toMatch(uuid)
    const {installations} = await installs.list()
    expect(installations).toMatchObject([{installation_id: id, nickname: 'TIENDA_ANDINA', is_test_user: false}])
    const {pending_until, created_at} = installations[0]!
    expect(Date.parse(pending_until) - Date.parse(created_at)).toBe(7 * dayMs)
    kit.clock.skip(7 * dayMs)
    expect(await installs.list()).toEqual({installations: []})
    expect(await installs.find(id)).toEqual({state: 'unknown'})
    expect(await refusal(installs.complete(id, 'ana'))).toMatchObject({code: 'MELI_INSTALL_UNKNOWN'})
  })

  it('is linked once, to the same store for whoever asks again', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    const both = await Promise.all([installs.complete(id, 'ana'), installs.complete(id, 'beto')])
    expect(both[0]).toEqual(both[1])
    expect(both[0]).toMatchObject({nickname: 'TIENDA_ANDINA', operator: 'ana'})
    expect(kit.sql('SELECT operator FROM store_membership')).toEqual([{operator: 'ana'}])
    const {accessToken} = await (await kit.app.accounts.auth()).getValidToken()
    expect(accessToken).toMatch(/^APP_USR-/)
  })

  it('is not linked by its callback past whoever refreshes its token', async () => {
    const {kit, installs, web} = await open()
    const url = await web.start({siteId: undefined, next: undefined, binding}, publicUrl)
    const callback = await kit.emulator.consent(url.href)
    const pending = await web.finish(callback, binding, undefined)
    const {installation_id: id} = (await installs.list()).installations[0]!
    const now = kit.clock.now()
    await (await kit.app.store()).installs.acquireLease(id, {
      holder: 'refreshing',
      until: new Date(now.getTime() + minuteMs),
    })
    expect(await web.finish(callback, binding, 'ana')).toEqual(pending)
    expect(kit.sql('SELECT operator FROM store_membership')).toEqual([])
  })

  it('is not linked by somebody who may not sign in any more', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    const gone = installs.complete(id, 'ana', {signedIn: true})
    expect(await refusal(gone)).toMatchObject({code: 'MELI_OPERATOR_UNKNOWN'})
    expect(kit.sql('SELECT operator FROM store_membership')).toEqual([])
    expect(kit.sql('SELECT id FROM installation')).toEqual([{id}])
  })

  it('is linked by the terminal in another process as well', async () => {
    const {kit} = await open()
    const id = await authorize(kit)
    const other = await kit.another().accounts.installs()
    expect(await other.complete(id, 'ana')).toMatchObject({installation_id: id})
  })

  it('is waited for while its token is being refreshed, and then linked with the new one', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    const store = (await kit.app.store()).installs
    const now = kit.clock.now()
    await store.acquireLease(id, {holder: 'killed', until: new Date(now.getTime() + 2000)})
    expect(await installs.complete(id, 'ana')).toMatchObject({installation_id: id})
  })

  it('is said to be busy when the refresh does not end', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    const now = kit.clock.now()
    await (await kit.app.store()).installs.acquireLease(id, {
      holder: holderElsewhere(hourMs),
      until: new Date(now.getTime() + hourMs),
    })
    expect(await refusal(installs.complete(id, 'ana'))).toMatchObject({code: 'MELI_INSTALL_BUSY', retryable: true})
    expect(await refusal(installs.discard(id))).toMatchObject({code: 'MELI_INSTALL_BUSY'})
  })

  it('is free again at the next round when its lease could not be given back', async () => {
    const {kit} = await open()
    const id = await authorize(kit)
    const app = kit.another()
    const [{installs: store}, installs] = [await app.store(), await app.accounts.installs()]
    const release = store.releaseLease.bind(store)
    const failing = async () => {
      throw new MeliError('MELI_DATABASE_BUSY', 'locked')
    }
    kit.clock.skip(5.5 * hourMs)
    Object.assign(store, {releaseLease: failing})
    expect(await installs.keepAlive()).toMatchObject({refreshed: 1})
    Object.assign(store, {releaseLease: release})
    expect(kit.sql('SELECT lease_holder FROM installation')).not.toEqual([{lease_holder: null}])
    // Nothing is due for a refresh.
    expect(await installs.keepAlive()).toMatchObject({refreshed: 0})
    expect(kit.sql('SELECT lease_holder FROM installation')).toEqual([{lease_holder: null}])
    expect(await installs.complete(id, 'ana')).toMatchObject({installation_id: id})
  })

  it('is not discarded once it is connected, and says how the connection ends', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    await installs.complete(id, 'ana')
    const error = await refusal(installs.discard(id))
    expect(error).toMatchObject({code: 'MELI_INSTALL_UNKNOWN', message: expect.stringContaining('is connected')})
    expect(JSON.stringify(error)).toContain('meli auth logout --account TIENDA_ANDINA')
    expect(revocations(kit)).toBe(0)
  })

  it('is given back when it is discarded', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    expect(await installs.discard(id)).toEqual({
      installation_id: id,
      nickname: 'TIENDA_ANDINA',
      user_id: first(kit).id,
      revoked: true,
      revoke_error: null,
    })
    expect(revocations(kit)).toBe(1)
    expect(kit.sql('SELECT * FROM installation')).toEqual([])
    expect(await refusal(installs.discard(id))).toMatchObject({code: 'MELI_INSTALL_UNKNOWN'})
  })

  it('is wiped here even when the service cannot be told', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    await kit.emulator.close()
    expect(await installs.discard(id)).toMatchObject({revoked: false, revoke_error: {code: 'MELI_UNREACHABLE'}})
    expect(kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('can be discarded when its key is lost, so that a new one takes over', async () => {
    const {kit} = await open()
    const id = await authorize(kit)
    const other = kit.another({MELI_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64')})
    const installs = await other.accounts.installs()
    expect(await refusal(installs.complete(id, 'ana'))).toMatchObject({code: 'MELI_SEAL_BROKEN'})
    expect(await installs.discard(id)).toMatchObject({revoked: false, revoke_error: {code: 'MELI_SEAL_BROKEN'}})
    await (await other.accounts.login()).start(kit.loginRequest())
  })

  it('is the newest of a seller who authorizes twice', async () => {
    const {kit, installs} = await open()
    const before = await authorize(kit)
    kit.clock.skip(minuteMs)
    const after = await authorize(kit)
    expect((await installs.list()).installations.map(({installation_id}) => installation_id)).toEqual([after])
    expect(await installs.find(before)).toEqual({state: 'unknown'})
  })
})

describe('a seller who is connected and authorizes again where nobody is signed in', () => {
  it('goes on with the new tokens, in the same store, of the same owner', async () => {
    const {kit, web} = await open()
    const {store_id, user_id} = await kit.connect()
    const before = await kit.record(user_id)
    kit.clock.skip(minuteMs)
    const url = await web.start({siteId: undefined, next: undefined, binding}, publicUrl)
    const end = await web.finish(await kit.emulator.consent(url.href), binding, undefined)
    expect(end).toEqual({outcome: 'renewed', nickname: 'TIENDA_ANDINA'})
    const after = await kit.record(user_id)
    expect(after.storeId).toBe(store_id)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(kit.sql('SELECT operator FROM store_membership')).toEqual([{operator: 'ana'}])
    expect(kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('goes on when the last operator of the store was removed, and then is of whoever runs the server', async () => {
    const {kit, web} = await open()
    const {operators} = await kit.app.store()
    await operators.add('beto', kit.clock.now())
    const authorizeAs = async (operator: string | undefined) => {
      const url = await web.start({siteId: undefined, next: undefined, binding}, publicUrl)
      return web.finish(await kit.emulator.consent(url.href), binding, operator)
    }
    const {storeId} = (await authorizeAs('beto')) as {storeId: string}
    const userId = first(kit).id
    const before = await kit.record(userId)
    await operators.remove('beto')
    expect(kit.sql('SELECT operator FROM store_membership')).toEqual([])
    kit.clock.skip(minuteMs)
    expect(await authorizeAs(undefined)).toEqual({outcome: 'renewed', nickname: 'TIENDA_ANDINA'})
    const after = await kit.record(userId)
    expect([after.storeId, after.status]).toEqual([storeId, 'active'])
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(kit.sql('SELECT operator, role FROM store_membership')).toEqual([{operator: 'ana', role: 'owner'}])
    expect(kit.sql('SELECT * FROM installation')).toEqual([])
  })
})

describe('keeping alive', () => {
  it('refreshes a token before it expires, once, in the journal, and not sooner', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 0, lost: [], failed: []})
    kit.clock.skip(5 * hourMs + minuteMs)
    const others = await Promise.all([installs.keepAlive(), (await kit.another().accounts.installs()).keepAlive()])
    expect(others[0]!.refreshed + others[1]!.refreshed).toBe(1)
    expect(kit.tokenCalls).toBe(2)
    expect(kit.sql('SELECT user_id, kind, reason, outcome FROM token_refresh')).toEqual([
      {user_id: first(kit).id, kind: 'login', reason: 'login', outcome: 'stored'},
      {user_id: first(kit).id, kind: 'pending_refresh', reason: 'kept alive', outcome: 'stored'},
    ])
    expect(await installs.keepAlive()).toMatchObject({refreshed: 0})
    await installs.complete(id, 'ana')
    const record = await kit.record(first(kit).id)
    expect(record.expiresAt.getTime()).toBeGreaterThan(kit.clock.now().getTime() + 5 * hourMs)
    expect(await (await kit.app.accounts.auth()).getValidToken(undefined, {refresh: 'always'})).toMatchObject({
      refreshed: true,
    })
  })

  it('sends no token again while the service may be at a request that timed out', async () => {
    const {kit, installs} = await open({env: {MELI_HTTP_TIMEOUT: '300ms'}})
    const id = await authorize(kit)
    kit.clock.skip(5 * hourMs + minuteMs)
    kit.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'delay', ms: 2000}})
    expect(await installs.keepAlive()).toMatchObject({failed: [{code: 'MELI_TIMED_OUT'}]})
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 0, lost: [], failed: []})
    expect(kit.tokenCalls).toBe(2)
    // Somebody who asks for it waits.
    kit.clock.skip(hourMs)
    kit.sql('UPDATE token_refresh SET sent_at = ? WHERE error_code IS NOT NULL', kit.clock.now().getTime())
    const from = kit.clock.now().getTime()
    expect(await installs.discard(id)).toMatchObject({revoked: true})
    expect(kit.clock.now().getTime() - from).toBeGreaterThanOrEqual(5_300)
  })

  it('keeps it through a week of refreshes, then gives it back and removes it', async () => {
    const {kit, installs} = await open()
    await authorize(kit)
    let refreshed = 0
    for (let hours = 0; hours < 7 * 24 - 5; hours += 5) {
      kit.clock.skip(5 * hourMs + minuteMs)
      refreshed += (await installs.keepAlive()).refreshed
    }
    expect(refreshed).toBeGreaterThan(25)
    expect(revocations(kit)).toBe(0)
    kit.clock.skip(6 * hourMs)
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 1, lost: [], failed: []})
    expect(revocations(kit)).toBe(1)
    expect(kit.sql('SELECT * FROM installation')).toEqual([])
  })

  it('lets one go whose seller took the permission back', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.emulator.world.grants.revoke({userId: first(kit).id})
    kit.clock.skip(6 * hourMs)
    const message = expect.stringContaining('TIENDA_ANDINA no longer works: Mercado Libre refuses the refresh token')
    const lost = [{installation_id: id, code: 'MELI_AUTHORIZATION_LOST', message}]
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 0, lost, failed: []})
    expect(await installs.list()).toEqual({installations: []})
  })

  it('asks again for an answer that was lost, and tells what became of it', async () => {
    for (const [fault, end] of [
      ['drop-before', {refreshed: 1, lost: []}],
      ['drop-after-commit', {refreshed: 0, lost: [{message: expect.stringContaining('the answer was lost')}]}],
    ] as const) {
      const {kit, installs} = await open()
      const id = await authorize(kit)
      kit.clock.skip(6 * hourMs)
      kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: fault}})
      expect(await installs.keepAlive()).toMatchObject({failed: [{installation_id: id, code: 'MELI_UNREACHABLE'}]})
      expect(await installs.keepAlive()).toMatchObject({...end, failed: []})
      expect(kit.sql("SELECT * FROM token_refresh WHERE kind = 'pending_refresh'")).toHaveLength(2)
    }
  })

  it('waits for a database that is locked at the worst moment, rather than lose the new token', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(6 * hourMs)
    const store = await kit.app.store()
    let refusals = 2
    const {rotate} = store.installs
    store.installs.rotate = (rotation) => {
      if (refusals === 0) return rotate.call(store.installs, rotation)
      refusals -= 1
      throw new MeliError('MELI_DATABASE_BUSY', 'locked')
    }
    expect(await installs.keepAlive()).toMatchObject({refreshed: 1})
    expect(await installs.complete(id, 'ana')).toMatchObject({installation_id: id})
    expect(await (await kit.app.accounts.auth()).getValidToken(undefined, {refresh: 'always'})).toMatchObject({
      refreshed: true,
    })
  })

  it('is not refreshed while the disk has no room for the answer', async () => {
    const {kit, installs} = await open()
    await authorize(kit)
    const full = () => Promise.reject(new MeliError('MELI_STORAGE_FULL', 'there is no space left'))
    Object.assign(await kit.app.store(), {claimSpace: full})
    kit.clock.skip(5.5 * hourMs)
    expect(await installs.keepAlive()).toMatchObject({refreshed: 0, failed: [{code: 'MELI_STORAGE_FULL'}]})
    expect(kit.tokenCalls).toBe(1)
    expect(await (await kit.another().accounts.installs()).keepAlive()).toMatchObject({refreshed: 1, failed: []})
  })

  it('keeps what it cannot refresh at the moment, and goes on with the others', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(6 * hourMs)
    await kit.emulator.close()
    expect(await installs.keepAlive()).toEqual({
      refreshed: 0,
      ended: 0,
      lost: [],
      failed: [{installation_id: id, code: 'MELI_UNREACHABLE', message: expect.any(String)}],
    })
    expect((await installs.list()).installations).toHaveLength(1)
    // The service has a day to come back; then its copy is beyond reach, and ours goes.
    kit.clock.skip(7 * dayMs)
    expect(await installs.keepAlive()).toMatchObject({ended: 0, failed: [{code: 'MELI_UNREACHABLE'}]})
    kit.clock.skip(2 * dayMs)
    expect(await installs.keepAlive()).toMatchObject({ended: 1, failed: []})
  })

  it('removes nothing unrevoked while the database is locked, the disk is full or the secret is wrong', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(7 * dayMs)
    const {journal} = await kit.app.store()
    const {begin, beginUnlessSent} = journal
    const overAndOverdue = async (keeping: typeof installs, code: string) => {
      expect(await keeping.keepAlive()).toMatchObject({ended: 0, failed: [{installation_id: id, code}]})
      expect(kit.sql('SELECT id FROM installation')).toEqual([{id}])
    }
    for (const code of ['MELI_DATABASE_BUSY', 'MELI_STORAGE_FULL'] as const) {
      const refuse = () => Promise.reject(new MeliError(code, 'not now'))
      Object.assign(journal, {begin: refuse, beginUnlessSent: refuse})
      await overAndOverdue(installs, code)
    }
    const misconfigured = await kit.another({MELI_CLIENT_SECRET: 'wrong'}).accounts.installs()
    await overAndOverdue(misconfigured, 'MELI_CLIENT_REJECTED')
    kit.clock.skip(2 * dayMs)
    await overAndOverdue(installs, 'MELI_STORAGE_FULL')
    await overAndOverdue(misconfigured, 'MELI_CLIENT_REJECTED')
    expect(await refusal(installs.discard(id))).toMatchObject({code: 'MELI_STORAGE_FULL'})
    Object.assign(journal, {begin, beginUnlessSent})
    expect(await installs.keepAlive()).toMatchObject({ended: 1, failed: []})
    expect(revocations(kit)).toBe(1)
  })

  it('keeps one whose revocation got no answer, also when that cannot be written down', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    await installs.keepAlive()
    kit.clock.skip(7 * dayMs - hourMs)
    await installs.keepAlive()
    kit.clock.skip(hourMs)
    kit.emulator.world.faults.add({method: 'DELETE', path: '/users/*', fault: {type: 'drop-before'}, times: 10})
    const {journal} = await kit.app.store()
    journal.finish = () => Promise.reject(new MeliError('MELI_DATABASE_BUSY', 'locked'))
    expect(await installs.keepAlive()).toMatchObject({
      ended: 0,
      failed: [{installation_id: id, code: 'MELI_UNREACHABLE'}],
    })
    expect(kit.sql('SELECT id FROM installation')).toEqual([{id}])
  })

  it('tells of one that was answered with the tokens of another account when its time is over', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(7 * dayMs)
    answerForOther(kit.emulator)
    const failed = [{installation_id: id, code: 'MELI_GRANT_MISMATCH'}]
    expect(await installs.keepAlive()).toMatchObject({ended: 0, failed})
  })

  it.each([
    ['refreshed', 6 * hourMs],
    ['given back', 7 * dayMs],
  ])('keeps one whose refused token another process has spent while it was being %s', async (_, afterMs) => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(afterMs)
    const {installs: store} = await kit.app.store()
    const {held} = (await store.load(id))!
    const spent = held.grant.refreshToken!
    const oauth = await kit.app.oauth()
    const {journal} = await kit.app.store()
    const begin = journal.beginUnlessSent.bind(journal)
    // Suspended for longer than the lease right before the request leaves; another process has taken over by then.
    let next: Grant | undefined
    const finish = journal.finish.bind(journal)
    journal.beginUnlessSent = async (...exchange) => {
      next ??= await oauth.refresh(spent)
      return begin(...exchange)
    }
    journal.finish = async (...end) => {
      await finish(...end)
      const until = new Date(kit.clock.now().getTime() + hourMs)
      kit.sql('UPDATE installation SET lease_holder = ?, lease_expires_at = ?', 'elsewhere:1:x', until.getTime())
    }
    expect(await installs.keepAlive()).toEqual({refreshed: 0, ended: 0, lost: [], failed: []})
    const answered = {exchangeId: 'none', received: null}
    const rotation = {id, spent, next: {...next!, refreshToken: next!.refreshToken!}, answered, at: kit.clock.now()}
    expect(await store.rotate(rotation)).toBe(true)
  })

  it('does not revoke at the service what the seller is connected with besides', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    await connectBeside(kit)
    expect(await installs.discard(id)).toMatchObject({revoked: false, revoke_error: null})
    expect(revocations(kit)).toBe(0)
    expect((await kit.record(first(kit).id)).status).toBe('active')
  })

  it('does not revoke what the seller was connected with while its token was refreshed for that', async () => {
    const {kit, installs} = await open()
    const id = await authorize(kit)
    kit.clock.skip(6 * hourMs)
    const {installs: store} = await kit.app.store()
    const {rotate} = store
    store.rotate = async (rotation) => {
      await connectBeside(kit)
      return rotate.call(store, rotation)
    }
    expect(await installs.discard(id)).toMatchObject({revoked: false, revoke_error: null})
    expect(revocations(kit)).toBe(0)
    expect((await kit.record(first(kit).id)).status).toBe('active')
  })

  it('removes what another application was given, a day after its time', async () => {
    const {kit} = await open()
    await authorize(kit)
    const other = await kit.another({MELI_CLIENT_ID: '42'}).accounts.installs()
    kit.clock.skip(8 * dayMs - minuteMs)
    expect(await other.keepAlive()).toMatchObject({ended: 0, failed: []})
    kit.clock.skip(2 * minuteMs)
    expect(await other.keepAlive()).toMatchObject({ended: 1, failed: []})
    expect(kit.sql('SELECT id FROM installation')).toEqual([])
    expect(revocations(kit)).toBe(0)
  })

  it('forgets what nobody came back for', async () => {
    const {kit, installs, web} = await open()
    const url = await web.start({siteId: undefined, next: undefined, binding}, publicUrl)
    const callback = await kit.emulator.consent(url.href)
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 10})
    await refusal(web.finish(callback, binding, undefined))
    expect(kit.sql('SELECT pending_until FROM installation')).toEqual([{pending_until: null}])
    await installs.keepAlive()
    expect(kit.sql('SELECT id FROM installation')).toHaveLength(1)
    kit.clock.skip(dayMs + minuteMs)
    await installs.keepAlive()
    expect(kit.sql('SELECT id FROM installation')).toEqual([])
  })
})
