import {describe, expect, it} from '@jest/globals'
import type {Metrics} from '../../../../src/server/metrics.js'
import {hourMs, type Toolkit, toolkit} from '../../../support/toolkit.js'

async function measured(): Promise<{kit: Toolkit; metrics: Metrics}> {
  const kit = await toolkit()
  const overview = await kit.app.dashboard.overview({syncEveryMs: 2 * hourMs})
  return {kit, metrics: await kit.app.dashboard.metrics(overview, {syncEveryMs: 2 * hourMs})}
}

async function counts(metrics: Metrics, name: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`) && !line.endsWith(' 0'))
}

describe('what is counted of a seller', () => {
  it('is each refresh by its end, and none where the token was still good', async () => {
    const {kit, metrics} = await measured()
    await kit.connect()
    const auth = await kit.app.accounts.auth()
    await auth.getValidToken()
    expect(await counts(metrics, 'meli_token_refreshes_total')).toEqual([])
    kit.clock.skip(7 * hourMs)
    await auth.getValidToken()
    expect(await counts(metrics, 'meli_token_refreshes_total')).toEqual([
      'meli_token_refreshes_total{outcome="stored"} 1',
    ])
    kit.clock.skip(7 * hourMs)
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 503}})
    await expect(auth.getValidToken()).rejects.toMatchObject({exitCode: 6})
    expect(await counts(metrics, 'meli_token_refreshes_total')).toEqual([
      'meli_token_refreshes_total{outcome="stored"} 1',
      'meli_token_refreshes_total{outcome="failed"} 1',
    ])
  })

  it('is each refresh of an installation that waits, too', async () => {
    const {kit, metrics} = await measured()
    const {user_id} = await kit.connect()
    const {accounts, heldGrants, installs: waiting} = await kit.app.store()
    const {nickname, email, siteId, isTestUser} = await kit.record(user_id)
    const {accessToken, refreshToken, scope, expiresAt, clientId} = await kit.record(user_id)
    const grant = {userId: user_id, accessToken, refreshToken, scope, expiresAt}
    const id = await heldGrants.hold('state:1', grant, clientId, kit.clock.now())
    const until = new Date(kit.clock.now().getTime() + 48 * hourMs)
    await waiting.pend(id, {userId: user_id, nickname, email, siteId, isTestUser, tags: []}, until)
    expect(await accounts.list()).toHaveLength(1)
    const installs = await kit.app.accounts.installs()
    kit.clock.skip(7 * hourMs)
    await installs.keepAlive()
    kit.clock.skip(7 * hourMs)
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 503}})
    await installs.keepAlive()
    expect(await counts(metrics, 'meli_token_refreshes_total')).toEqual([
      'meli_token_refreshes_total{outcome="stored"} 1',
      'meli_token_refreshes_total{outcome="failed"} 1',
    ])
  })

  it('is a token adopted that another process refreshed meanwhile', async () => {
    const {kit, metrics} = await measured()
    await kit.connect()
    kit.clock.skip(7 * hourMs)
    kit.clock.realPauses = true
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'delay', ms: 300}})
    const other = await kit.another().accounts.auth()
    const mine = await kit.app.accounts.auth()
    const theirs = other.getValidToken()
    while (kit.sql('SELECT 1 FROM mercadolibre_token WHERE lease_holder IS NOT NULL').length === 0) {
      await new Promise(setImmediate)
    }
    await Promise.all([theirs, mine.getValidToken()])
    expect(await counts(metrics, 'meli_token_refreshes_total')).toEqual([
      'meli_token_refreshes_total{outcome="adopted"} 1',
    ])
  })

  it('is each request with its kind of address, its method and its status, and nobody is named', async () => {
    const {kit, metrics} = await measured()
    const {user_id} = await kit.connect()
    const requests = await counts(metrics, 'meli_api_requests_total')
    expect(requests).toEqual([
      'meli_api_requests_total{endpoint="/oauth/token",method="POST",status="200"} 1',
      'meli_api_requests_total{endpoint="/users/me",method="GET",status="200"} 1',
    ])
    const text = await metrics.text()
    expect(text).not.toContain(String(user_id))
    const [account] = await (await kit.app.store()).accounts.list()
    expect(text).toContain(`meli_token_authorized{store_id="${account?.storeId}"} 1`)
  })
})
