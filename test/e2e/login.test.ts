import {describe, expect, it} from '@jest/globals'
import {openWorld} from '../support/world.js'

describe('logging in from many processes', () => {
  it('links a seller once when two logins of the same seller finish at once, and the stored token works', async () => {
    const world = await openWorld()
    const callbacks = [await world.callback(), await world.callback()]
    const results = await Promise.all(callbacks.map((c) => world.run(['auth', 'complete', c, '--json'])))
    expect(results.map((r) => r.status)).toEqual([0, 0])
    const stores = new Set(results.map((r) => JSON.parse(r.stdout).store_id))
    expect(stores.size).toBe(1)
    for (const table of ['store', 'store_membership', 'mercadolibre_token']) {
      expect(world.sql(`SELECT count(*) AS n FROM ${table}`)).toEqual([{n: 1}])
    }
    expect(await world.run(['verify-handshake'])).toMatchObject({status: 0})
  })

  it('lets one of ten processes finish a callback, and tells the others that it was used', async () => {
    const world = await openWorld()
    const callback = await world.callback()
    const results = await Promise.all(
      Array.from({length: 10}, () => world.run(['auth', 'complete', callback, '--json'])),
    )
    const won = results.filter((r) => r.status === 0)
    const lost = results.filter((r) => r.status !== 0)
    expect(won.length).toBeGreaterThanOrEqual(1)
    for (const {status, stdout} of lost) {
      expect({status, code: JSON.parse(stdout).error.code}).toEqual({status: 4, code: 'MELI_STATE_USED'})
    }
    expect(world.tokenRequests).toBe(1)
  })

  it('exchanges nothing when another account than the expected one comes back', async () => {
    const world = await openWorld()
    const callback = await world.callback('CASA_DEL_SUR', [
      '--expect',
      String(world.emulator.world.users.find('TIENDA_ANDINA')?.id),
    ])
    const result = await world.run(['auth', 'complete', callback, '--json'])
    expect({status: result.status, code: JSON.parse(result.stdout).error.code}).toEqual({
      status: 8,
      code: 'MELI_WRONG_ACCOUNT',
    })
    expect(world.tokenRequests).toBe(0)
    expect(await world.run(['auth', 'status'])).toMatchObject({status: 4})
  })

  it('survives SIGKILL between the exchange and the link: the same callback finishes it, without another exchange', async () => {
    const world = await openWorld()
    const callback = await world.callback()
    world.emulator.world.faults.add({path: '/users/me', times: 1, fault: {type: 'delay', ms: 60_000}})
    const {child, ended} = await world.start(['auth', 'complete', callback])
    while (world.sql<{n: number}>('SELECT count(*) AS n FROM installation')[0]?.n !== 1) await tick()
    child.kill('SIGKILL')
    await ended
    expect(await world.run(['auth', 'complete', callback])).toMatchObject({status: 0})
    expect(world.tokenRequests).toBe(1)
    expect(world.sql('SELECT count(*) AS n FROM installation')).toEqual([{n: 0}])
  })
})

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
