import {afterEach, describe, expect, it} from '@jest/globals'
import {rawRequest} from '../server/raw-request.js'
import {type ServingCli, startServing} from '../support/serving.js'
import {openWorld, type World} from '../support/world.js'

const running: ServingCli[] = []

afterEach(async () => {
  for (const {child, ended} of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

async function serve(world: World): Promise<ServingCli> {
  const serving = await startServing(world)
  running.push(serving)
  return serving
}

/** A seller of whom something was bought; no notification tells of it. */
async function sold() {
  const world = await openWorld({items: 8, itemBytes: 300})
  const {user_id: seller, store_id: store} = await world.login()
  const {catalogue, users} = world.emulator.world
  const item = catalogue.listed(seller).find(({variations}) => variations.length === 0)
  catalogue.update(item!, {available_quantity: 9, status: 'active', sub_status: []})
  const buyer = users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')
  const body = JSON.stringify({buyer: buyer?.id, item: item?.id})
  const headers = {'content-type': 'application/json'}
  const bought = await fetch(`${world.emulator.url}/_emulator/purchase`, {method: 'POST', headers, body})
  if (!bought.ok) throw new Error(await bought.text())
  return {world, store}
}

describe('meli serve', () => {
  it('brings orders and shipments of which no notification tells', async () => {
    const {world, store} = await sold()
    const serving = await serve(world)
    await serving.logged(({job, msg}) => job === `sync:${store}` && msg === 'job done')
    expect(world.sql('SELECT resource, outcome FROM sync_run ORDER BY rowid')).toEqual(
      ['products', 'questions', 'orders', 'shipments'].map((resource) => ({resource, outcome: 'complete'})),
    )
    expect(await world.json(['orders', 'list'])).toMatchObject({total: 1})
    expect(await world.json(['shipments', 'list'])).toMatchObject({total: 1})
    expect((await serving.stop()).status).toBe(0)
  })

  it('does without orders where the application may not read them, and says so', async () => {
    const {world, store} = await sold()
    const body = {message: 'At least one policy returned UNAUTHORIZED.', code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES'}
    const fault = {type: 'status', status: 403, body: {...body, blocked_by: 'PolicyAgent'}} as const
    world.emulator.world.faults.add({path: '/orders/search', times: 1_000, fault})
    const serving = await serve(world)
    await serving.logged(({job, msg}) => job === `sync:${store}` && msg === 'job done')
    expect(serving.log().filter(({resource}) => resource === 'orders')).toMatchObject([
      {error_code: 'MELI_FORBIDDEN', msg: expect.stringContaining('orders are skipped')},
    ])
    const {body: metrics} = await rawRequest(`${serving.url}/metrics`)
    expect(metrics).toContain(`meli_sync_refused{store_id="${store}",resource="orders"} 1`)
    expect(metrics).toContain(`meli_sync_refused{store_id="${store}",resource="questions"} 0`)
    expect(metrics).toContain(`meli_sync_age_seconds{store_id="${store}",resource="shipments"}`)
    expect(metrics).not.toContain(`meli_sync_age_seconds{store_id="${store}",resource="orders"}`)
    expect(metrics).toContain('meli_jobs_total{kind="sync",outcome="done"} 1')
    expect(metrics).not.toContain('kind="sync",outcome="failed"')
    expect(world.sql(`SELECT count(*) AS runs FROM sync_run WHERE outcome = 'complete'`)).toEqual([{runs: 3}])
    // The row is written behind the line of the log.
    await serving.stop()
    expect(world.sql(`SELECT outcome, error_code, failures FROM job WHERE name = ?`, `sync:${store}`)).toEqual([
      {outcome: 'done', error_code: null, failures: 0},
    ])
  })
})

describe('a list that asks first, with MELI_ACCESS_TOKEN', () => {
  it.each(['products', 'questions', 'orders', 'shipments'])(
    'reads the %s of the account that it asked',
    async (each) => {
      const world = await openWorld({items: 4, itemBytes: 300})
      const {user_id: usual, nickname} = await world.login()
      const {user_id: other} = await world.login('CASA_DEL_SUR')
      await world.json(['auth', 'switch', nickname])
      const {access_token: token} = await world.json<{access_token: string}>([
        'auth',
        'token',
        '--account',
        String(other),
      ])
      const env = {MELI_ACCESS_TOKEN: token}
      expect(await world.json([each, 'list'])).toMatchObject({user_id: usual})
      expect(await world.json([each, 'list', '--refresh'], {env})).toMatchObject({
        user_id: other,
        synced_at: expect.any(String),
      })
      expect(await world.json([each, 'list'])).toMatchObject({user_id: usual, synced_at: null})
      // That of an account that is not connected too.
      world.sql('DELETE FROM mercadolibre_token WHERE user_id = ?', other)
      expect(await world.json([each, 'list', '--refresh'], {env})).toMatchObject({user_id: other, connected: false})
    },
  )
})
