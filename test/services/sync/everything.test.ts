import {describe, expect, it} from '@jest/globals'
import type {ResourceSyncOptions} from '../../../src/services/sync/resource-sync.js'
import {type Toolkit, toolkit} from '../../support/toolkit.js'

const options: ResourceSyncOptions = {sandbox: false, dryRun: false}
const resources = ['products', 'questions', 'orders', 'shipments']

async function everything(kit: Toolkit, more: Partial<ResourceSyncOptions> = {}) {
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  return (await kit.app.sync.everything()).run(session, {...options, ...more})
}

describe('a sync of everything', () => {
  it('goes through products, questions, orders and shipments', async () => {
    const kit = await toolkit({items: 3, itemBytes: 300})
    await kit.connect()
    const result = await everything(kit)
    expect(result).toMatchObject({ok: true, exit_code: 0})
    expect(result.syncs.map(({resource}) => resource)).toEqual(resources)
    expect(kit.sql('SELECT resource FROM sync_run ORDER BY rowid').map(({resource}) => resource)).toEqual(resources)
  })

  it('goes on behind a resource that fails, and leaves with the status of that', async () => {
    const kit = await toolkit({items: 3, itemBytes: 300})
    await kit.connect()
    const body = {message: 'At least one policy returned UNAUTHORIZED.', code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES'}
    const fault = {type: 'status', status: 403, body: {...body, blocked_by: 'PolicyAgent'}} as const
    kit.emulator.world.faults.add({path: '/questions/search', times: 9, fault})
    const result = await everything(kit)
    expect(result).toMatchObject({ok: false, exit_code: 5})
    expect(result.syncs).toMatchObject([
      {ok: true},
      {ok: false, resource: 'questions', error: {code: 'MELI_FORBIDDEN'}},
      {ok: true},
      {ok: true},
    ])
  })

  it('is of all accounts, resource by resource', async () => {
    const kit = await toolkit({items: 3, itemBytes: 300})
    await kit.connect()
    await kit.connect('CASA_DEL_SUR')
    const result = await (await kit.app.sync.everything()).runEverywhere(options)
    expect(result).toMatchObject({ok: true, exit_code: 0})
    expect(result.resources.map(({resource, syncs}) => [resource, syncs.length])).toEqual(
      resources.map((resource) => [resource, 2]),
    )
  })

  it('stops with an interrupt, and keeps what was stored', async () => {
    const kit = await toolkit({items: 3, itemBytes: 300})
    await kit.connect()
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('stopped'))
    await expect(everything(kit, {signal: stop.signal, onProgress})).rejects.toThrow('stopped')
    expect(kit.sql('SELECT resource FROM sync_run')).toEqual([{resource: 'products'}])
  })

  it('begins nothing once its time is over', async () => {
    const kit = await toolkit({items: 3, itemBytes: 300})
    await kit.connect()
    const result = await everything(kit, {maxDurationMs: 0})
    expect(result).toMatchObject({ok: false, exit_code: 7})
    expect(kit.sql('SELECT resource FROM sync_run')).toEqual([])
  })
})
