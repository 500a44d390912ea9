import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from '@jest/globals'
import type {Fetched, LocalOrders, Shipment} from '../../../../src/services/ports/index.js'
import {walkShipments} from '../../../../src/services/sales/shipments/walk-shipments.js'
import type {ResourceSyncOptions} from '../../../../src/services/sync/resource-sync.js'
import {shipment} from '../../../support/store-contract-shipments.js'
import {hourMs, refusal, toolkit} from '../../../support/toolkit.js'

const {signal} = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'meli-shipments-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

interface Bought {
  order_ids: number[]
  shipment_ids: number[]
}

/** A seller who is connected, whose listings a buyer buys. */
async function shop() {
  const kit = await toolkit({items: 5, itemBytes: 300})
  const {world, url} = kit.emulator
  const {user_id} = await kit.connect()
  const buyer = world.users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')!
  const item = world.catalogue.listed(user_id).find(({variations}) => variations.length === 0)!
  world.catalogue.update(item, {available_quantity: 5_000, status: 'active', sub_status: []})
  const post = async (path: string, body: unknown) => {
    const headers = {'content-type': 'application/json'}
    const answer = await fetch(`${url}/_emulator${path}`, {method: 'POST', headers, body: JSON.stringify(body)})
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }
  const buy = async (more: object = {}): Promise<string> => {
    const bought = (await post('/purchase', {buyer: buyer.id, item: item.id, ...more})) as Bought
    return String(bought.shipment_ids[0])
  }
  const open = () => kit.app.accounts.sessions().then((sessions) => sessions.open({sandbox: false}))
  const quiet: ResourceSyncOptions = {sandbox: false, dryRun: false}
  const sync = async (options: Partial<ResourceSyncOptions> = {}) => {
    await (await kit.app.sync.orders()).run(await open(), quiet)
    return (await kit.app.sync.shipments()).run(await open(), {...quiet, ...options})
  }
  const move = (id: string, body: object) => post(`/shipments/${id}`, body)
  const print = async (ids: readonly string[], name: string, format: 'pdf' | 'zpl' = 'pdf') => {
    const files = await kit.app.sales.labelFiles()
    return files.print(await open(), ids, {format, file: join(folder, name), force: true, signal})
  }
  const reads = () => kit.emulator.world.requests.list().filter(({path}) => /^\/shipments\/\d+$/.test(path)).length
  return {kit, userId: user_id, buyer, world, item, buy, sync, move, open, print, reads}
}

describe('a sync of shipments', () => {
  it('brings those of the orders, and then what changed', async () => {
    const {kit, buy, sync, move, reads} = await shop()
    const [first, second] = [await buy(), await buy()]
    expect(await sync()).toMatchObject({ok: true, kind: 'full', resource: 'shipments', listed: 2, created: 2})
    const shipments = await kit.app.sales.shipments()
    const page = await shipments.show({sandbox: false}, first)
    expect(page).toMatchObject({
      shipment: {status: 'ready_to_ship', substatus: 'ready_to_print', mode: 'me2', receiver_name: expect.any(String)},
      order_ids: [expect.any(String)],
      synced_at: expect.any(String),
    })
    for (const status of ['shipped', 'delivered']) await move(first, {status})
    kit.emulator.advance(hourMs)
    expect(await sync()).toMatchObject({kind: 'incremental', updated: 1, unchanged: 1})
    const before = reads()
    // What was delivered cannot change any more.
    expect(await sync()).toMatchObject({kind: 'incremental', listed: 1, unchanged: 1})
    expect(reads() - before).toBe(1)
    expect(await sync({full: true})).toMatchObject({kind: 'full', listed: 2, unchanged: 2})
    const typo = await refusal(shipments.list({sandbox: false, status: 'foo'}))
    expect(typo).toMatchObject({code: 'MELI_USAGE', suggestions: [expect.stringContaining('ready_to_ship')]})
    const list = await shipments.list({sandbox: false, status: 'ready_to_ship', limit: 9})
    expect([list.total, list.shipments.map(({id}) => id)]).toEqual([1, [second]])
  })

  it('writes nothing in a dry run, and leaves out what the service does not have any more', async () => {
    const {kit, buy, sync, world} = await shop()
    const gone = await buy()
    await buy()
    expect(await sync({dryRun: true})).toMatchObject({ok: true, dry_run: true, created: 2})
    expect(kit.sql('SELECT id FROM shipment')).toEqual([])
    const {shipments} = world
    const state = shipments.export()
    shipments.import({...state, shipments: state.shipments.filter(({id}) => String(id) !== gone)})
    expect(await sync()).toMatchObject({ok: true, complete: true, created: 1, missing_count: 0})
  })

  it('goes on behind the last page when it was interrupted', async () => {
    const {kit, buy, sync, reads} = await shop()
    for (let n = 0; n < 85; n += 1) await buy()
    const stop = new AbortController()
    const stopAfterOne = {signal: stop.signal, onProgress: () => stop.abort()}
    await expect(sync(stopAfterOne)).rejects.toBeDefined()
    expect(kit.sql('SELECT id FROM shipment')).toHaveLength(40)
    expect(await sync()).toMatchObject({ok: true, resumed: true, listed: 85, created: 85, complete: true})
    expect(kit.sql('SELECT id FROM shipment')).toHaveLength(85)
    // Each once in both runs together, and once more for what changed while nobody was at it.
    expect(reads()).toBe(85 + 85)
  })

  it('keeps nobody who was to be forgotten', async () => {
    const {kit, userId, buy, sync} = await shop()
    await buy()
    await sync()
    const {buyers} = await kit.app.store()
    const later = new Date(kit.clock.now().getTime() + hourMs)
    expect(await buyers.forget(userId, later, later)).toMatchObject({shipments: 1})
    await sync({full: true})
    expect(kit.sql('SELECT receiver_name, address_line FROM shipment')).toEqual([
      {receiver_name: null, address_line: null},
    ])
  })
})

describe('one shipment', () => {
  it('is asked for when it is not here, and kept', async () => {
    const {kit, buy, open} = await shop()
    const id = await buy()
    const shipments = await kit.app.sales.shipments()
    expect(await refusal(shipments.show({sandbox: false}, id))).toMatchObject({code: 'MELI_SHIPMENT_UNKNOWN'})
    await (await kit.app.sales.refreshShipment()).run(await open(), id, signal)
    expect(await shipments.show({sandbox: false}, id)).toMatchObject({shipment: {id}, order_ids: []})
  })

  it('of another seller is not kept, though the account bought it', async () => {
    const {kit, buyer, buy} = await shop()
    const id = await buy()
    await kit.connect(buyer.nickname)
    const session = await (await kit.app.accounts.sessions()).open({sandbox: false, account: buyer.nickname})
    const refresh = await kit.app.sales.refreshShipment()
    expect(await refusal(refresh.run(session, id, signal))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    expect(await refusal(refresh.run(session, '1', signal))).toMatchObject({code: 'MELI_NOT_FOUND'})
    expect(kit.sql('SELECT id FROM shipment')).toEqual([])
  })
})

describe('labels of the emulator', () => {
  it('are a real PDF and real ZPL, also when the ZPL is packed', async () => {
    const {buy, print, world} = await shop()
    const ids = [await buy(), await buy()]
    const {files, printed} = await print(ids, 'two.pdf')
    expect(printed).toEqual(ids)
    expect(readFileSync(files[0]!, 'latin1')).toMatch(/^%PDF-1\.4[\s\S]*\/Count 2[\s\S]*%%EOF\n$/)
    for (const packaging of ['plain', 'zip'] as const) {
      world.shipments.settings.zpl_packaging = packaging
      const zpl = await print(ids, `${packaging}.zpl`, 'zpl')
      expect(readFileSync(zpl.files[0]!, 'utf8').match(/\^XA/g)).toHaveLength(2)
    }
  })

  it('that are refused are named with the reason, and all others are printed together', async () => {
    const {buy, print, move} = await shop()
    const good = [await buy(), await buy({shipping: 'cross_docking'}), await buy({shipping: 'self_service'})]
    const shipped = await buy()
    await move(shipped, {status: 'shipped'})
    const [full, custom] = [await buy({shipping: 'fulfillment'}), await buy({shipping: 'custom'})]
    const ids = [good[0]!, shipped, full, good[1]!, '7', custom, good[2]!]
    const result = await print(ids, 'some.pdf')
    expect(result).toMatchObject({ok: false, error_code: 'MELI_LABEL_REFUSED', printed: good})
    expect(result.refused.map(({shipment_id, error}) => [shipment_id, error])).toEqual([
      [shipped, 'not_printable_status'],
      [full, 'invalid_shipment_ff_public'],
      ['7', expect.anything()],
      [custom, 'invalid_shipment_mode'],
    ])
    expect(result.files).toHaveLength(1)
    expect(readFileSync(result.files[0]!, 'latin1')).toContain('/Count 3')
  })

  it('of another seller are refused, and no file is made', async () => {
    const {kit, buyer, buy} = await shop()
    const id = await buy()
    await kit.connect(buyer.nickname)
    const session = await (await kit.app.accounts.sessions()).open({sandbox: false, account: buyer.nickname})
    const file = join(folder, 'none.pdf')
    const result = await (await kit.app.sales.labelFiles()).print(session, [id], {
      format: 'pdf',
      file,
      force: false,
      signal,
    })
    expect(result).toMatchObject({files: [], refused: [{error: 'invalid_shipment_caller'}]})
    expect(existsSync(file)).toBe(false)
  })

  it('of more than fifty come in files of fifty', async () => {
    const {buy, print} = await shop()
    const ids: string[] = []
    for (let n = 0; n < 53; n += 1) ids.push(await buy())
    const {files} = await print(ids, 'many.pdf')
    expect(files.map((file) => /\/Count (\d+)/.exec(readFileSync(file, 'latin1'))?.[1])).toEqual(['50', '3'])
  })
})

describe('the walk of shipments', () => {
  /** Ids as local orders name them, in pages. */
  const ordersWith = (ids: readonly string[]): Pick<LocalOrders, 'shipmentsToRead' | 'countShipmentsToRead'> => ({
    shipmentsToRead: async (_, {after, limit}) => ids.filter((id) => after === null || id > after).slice(0, limit),
    countShipmentsToRead: async () => ids.length,
  })
  const source = {
    traffic: {requests: 0, retries: 0, rateLimited: 0, bytes: 0},
    fetch: async (ids: readonly string[]) =>
      ids.map((id): Fetched<Shipment> => ({ok: true, id, record: shipment({id})})),
  }
  const startedAt = new Date()

  it.each([0, 1, 39, 40, 41, 80, 200])('of %i gives each once, in any number of processes', async (count) => {
    const ids = Array.from({length: count}, (_, n) => String(1_000 + n))
    const walk = walkShipments({userId: 1, source, orders: ordersWith(ids)})
    const seen: string[] = []
    let cursor: string | null = null
    // Each page in a process of its own.
    for (;;) {
      const pages = walk.walk({since: null, startedAt, cursor}, signal)[Symbol.asyncIterator]()
      const {value: page, done} = await pages.next()
      if (done === true) throw new Error('the walk ended without a last page')
      seen.push(...page.records.map(({id}: {id: string}) => id))
      expect(page.records.length).toBeLessThanOrEqual(40)
      cursor = page.cursor
      if (cursor === null) break
    }
    expect(seen).toEqual(ids)
  })
})
