import {describe, expect, it} from '@jest/globals'
import {newHolder} from '../../../../src/core/holder.js'
import {Refresher} from '../../../../src/services/accounts/auth/refresh.js'
import type {NewExchange} from '../../../../src/services/ports/index.js'
import {deadHolder, holderElsewhere, knowsTheDead} from '../../../support/holders.js'
import {hourMs, minuteMs, refusal, toolkit} from '../../../support/toolkit.js'

async function expired() {
  const kit = await toolkit()
  const {user_id} = await kit.connect()
  kit.clock.skip(7 * hourMs)
  return {kit, userId: user_id}
}

describe('one refresh', () => {
  it('is made when twenty want it at once, each with a connection of its own', async () => {
    const {kit, userId} = await expired()
    kit.clock.realPauses = true
    const auths = await Promise.all(Array.from({length: 20}, () => kit.another().accounts.auth()))
    const tokens = await Promise.all(auths.map((auth) => auth.getValidToken()))
    expect(new Set(tokens.map((t) => t.accessToken))).toEqual(new Set([(await kit.record(userId)).accessToken]))
    expect(tokens.filter((t) => t.refreshed)).toHaveLength(1)
    expect(kit.tokenCalls).toBe(2)
    expect(await (await kit.app.store()).journal.recent(userId, 5, ['refresh'])).toMatchObject([{outcome: 'stored'}])
  })

  it('is waited for, and adopted, by those who come while it is made', async () => {
    const {kit} = await expired()
    kit.clock.realPauses = true
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'delay', ms: 300}})
    const [first, second] = [await kit.another().accounts.auth(), await kit.another().accounts.auth()]
    const [a, b] = await Promise.all([first.getValidToken(), second.getValidToken()])
    expect(a.accessToken).toBe(b.accessToken)
    expect([a.refreshed, b.refreshed].sort()).toEqual([false, true])
  })

  it('is not made when the row, read again under the lease, is good after all', async () => {
    const {kit} = await expired()
    const store = await kit.app.store()
    const refresher = new Refresher(kit.app.accounts.authServiceDeps(store))
    const [account] = await store.accounts.list()
    let looks = 0
    // Between the first look and the second somebody else has refreshed.
    const satisfied = () => {
      looks += 1
      return looks === 2
    }
    expect(await refresher.refreshUnless(account!, satisfied, 'expiring')).toMatchObject({refreshed: false})
    expect(kit.tokenCalls).toBe(1)
    expect(kit.sql('SELECT lease_holder FROM mercadolibre_token')).toEqual([{lease_holder: null}])
  })

  /** With the default time-out: fifteen seconds, and five. */
  const leaseMs = 20_000

  async function heldBy(holder: string, untilMs = leaseMs) {
    const {kit, userId} = await expired()
    const {accounts} = await kit.app.store()
    const until = new Date(kit.clock.now().getTime() + untilMs)
    await accounts.acquireLease(userId, {holder, until})
    const from = kit.clock.monotonic()
    return {kit, userId, auth: await kit.app.accounts.auth(), waitedMs: () => kit.clock.monotonic() - from}
  }

  it('is taken over at once from a holder that was killed on this machine', async () => {
    const {kit, auth, waitedMs} = await heldBy(deadHolder(), hourMs)
    expect((await auth.getValidToken()).refreshed).toBe(true)
    expect(waitedMs() < leaseMs).toBe(knowsTheDead)
    expect(kit.sql('SELECT lease_holder FROM mercadolibre_token')).toEqual([{lease_holder: null}])
  })

  it.each([
    ['of another machine', 'elsewhere:4211:x'],
    ['that is alive here, and hangs', newHolder()],
  ])('is taken over from a holder %s when its lease has run out', async (_, holder) => {
    const {kit, userId, auth, waitedMs} = await heldBy(holder)
    expect((await auth.getValidToken()).refreshed).toBe(true)
    expect(waitedMs()).toBeGreaterThanOrEqual(leaseMs)
    expect(await (await kit.app.store()).journal.recent(userId, 5)).toMatchObject([{kind: 'refresh'}, {kind: 'login'}])
    expect(kit.sql('SELECT lease_holder FROM mercadolibre_token')).toEqual([{lease_holder: null}])
  })

  it('is not waited for for ever', async () => {
    const {kit, auth} = await heldBy(holderElsewhere(2 * minuteMs), 2 * minuteMs)
    const error = await refusal(auth.getValidToken())
    expect(error).toMatchObject({code: 'MELI_REFRESH_BUSY', exitCode: 6, retryable: true})
    expect(error.message).toContain('process 4211 on elsewhere')
    expect(kit.tokenCalls).toBe(1)
  })

  it.each([
    ['forward', 24 * hourMs],
    ['back', -24 * hourMs],
  ])('is made once when the wall clock is set %s while it is on its way', async (_, jumpMs) => {
    const {kit} = await expired()
    kit.clock.realPauses = true
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'delay', ms: 500}})
    const [first, second] = [await kit.another().accounts.auth(), await kit.another().accounts.auth()]
    const slow = first.getValidToken(undefined, {refresh: 'always'})
    while (kit.tokenCalls < 2) await new Promise((resolve) => setImmediate(resolve))
    kit.clock.skewMs = jumpMs
    const late = second.getValidToken(undefined, {refresh: 'always'})
    expect((await slow).refreshed).toBe(true)
    kit.clock.skewMs = 0
    expect(await late).toMatchObject({refreshed: false, accessToken: (await slow).accessToken})
    expect(kit.tokenCalls).toBe(2)
  })

  it.each([
    ['that tells no length', 'elsewhere:4211:x', 24 * hourMs],
    ['of which an hour and more seems to be left', holderElsewhere(leaseMs), hourMs + leaseMs],
  ])('runs out after its own time when the wall clock was set back: a lease %s', async (_, holder, leftMs) => {
    const {auth, waitedMs} = await heldBy(holder, leftMs)
    expect((await auth.getValidToken()).refreshed).toBe(true)
    expect(waitedMs()).toBeGreaterThanOrEqual(leaseMs)
  })

  it('is not sent late by a process that was suspended after it had taken the lease', async () => {
    const {kit, userId} = await expired()
    const store = await kit.app.store()
    const {journal, accounts} = store
    const begin = journal.beginUnlessSent.bind(journal)
    let suspended = false
    // Suspended between the journal and the request, for longer than the lease; another process has it by then.
    Object.assign(journal, {
      beginUnlessSent: async (exchange: NewExchange, known: string | undefined) => {
        const id = await begin(exchange, known)
        if (suspended) return id
        suspended = true
        kit.clock.skip(leaseMs)
        const until = new Date(kit.clock.now().getTime() + leaseMs)
        kit.sql('UPDATE mercadolibre_token SET lease_holder = NULL')
        await accounts.acquireLease(userId, {holder: 'elsewhere:4211:x', until})
        return id
      },
    })
    expect((await (await kit.app.accounts.auth()).getValidToken()).refreshed).toBe(true)
    // The first never left, and the second waited for the other process.
    const outcomes = (await journal.recent(userId, 2)).map(({outcome, errorCode}) => [outcome, errorCode])
    expect(outcomes).toEqual([
      ['stored', null],
      ['failed', null],
    ])
    expect(kit.tokenCalls).toBe(2)
  })

  it('adopts what somebody else stored while the service said no', async () => {
    const {kit, userId} = await expired()
    kit.clock.realPauses = true
    // The slow one has lost its lease to the quick one, which spends and stores before the slow request is judged.
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'delay', ms: 600}})
    const slow = (await kit.another().accounts.auth()).getValidToken()
    while (kit.tokenCalls < 2) await new Promise((resolve) => setImmediate(resolve))
    kit.sql('UPDATE mercadolibre_token SET lease_holder = NULL')
    const quick = await (await kit.another().accounts.auth()).getValidToken()
    expect(quick.refreshed).toBe(true)
    expect(await slow).toMatchObject({refreshed: false, accessToken: quick.accessToken})
    expect((await kit.record(userId)).status).toBe('active')
  })

  it('whose answer came after a login is named when the tokens of that login die', async () => {
    const {kit, userId} = await expired()
    const {accounts} = await kit.app.store()
    const rotate = accounts.rotate.bind(accounts)
    accounts.rotate = async (rotation) => {
      await kit.connect()
      return rotate({...rotation, at: kit.clock.now()})
    }
    const auth = await kit.app.accounts.auth()
    expect((await auth.getValidToken()).refreshed).toBe(false)
    accounts.rotate = rotate
    kit.emulator.world.grants.revoke({userId})
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'always'}))
    expect(error.code).toBe('MELI_AUTHORIZATION_LOST')
    expect(error.message).toMatch(
      /process \d+ on \S+ sent the refresh token at \S+ and the answer came when other tokens had been stored here/,
    )
  })

  it('gives up on nobody while another holds the lease and may be about to store', async () => {
    const {kit, userId} = await expired()
    kit.clock.realPauses = true
    const {accounts} = await kit.app.store()
    const spent = (await kit.record(userId)).refreshToken
    const next = await (await kit.app.oauth()).refresh(spent)
    // The other has spent the token, and stores the answer when the refusal is known.
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'delay', ms: 300}})
    const late = (await kit.another().accounts.auth()).getValidToken()
    while (kit.tokenCalls < 3) await new Promise((resolve) => setImmediate(resolve))
    kit.sql("UPDATE mercadolibre_token SET lease_holder = 'elsewhere:1:x'")
    const journal = () => kit.sql("SELECT * FROM token_refresh WHERE error_code = 'MELI_GRANT_REJECTED'")
    while (journal().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    const at = kit.clock.now()
    const rotation = {
      userId,
      spent,
      next: {...next, refreshToken: next.refreshToken!},
      answered: {exchangeId: 'none', received: null},
      at,
    }
    expect(await accounts.rotate(rotation)).toBe(true)
    expect(await late).toMatchObject({refreshed: false, accessToken: next.accessToken})
  })
})
