import {describe, expect, it} from '@jest/globals'
import {hourMs, minuteMs, refusal} from '../../../support/toolkit.js'
import {salesShop} from './sales-shop.js'

describe('a sync of orders', () => {
  it.each([0, 1, 50, 51])('of %i is complete and equal to what was sold', async (count) => {
    const {remember, sync, rows, truth} = await salesShop()
    if (count > 0) await remember(count, '300d')
    expect(await sync()).toMatchObject({ok: true, resource: 'orders', kind: 'full', listed: count, created: count})
    expect(rows()).toEqual(truth())
  })

  it.each([{}, {to_includes_its_hour: true}, {offset_cap: 150}, {offset_cap: null}])(
    'is complete beyond what paging reaches, with %j',
    async (settings) => {
      const shop = await salesShop()
      await shop.settings(settings)
      await shop.remember(2_300, '330d')
      await shop.remember(300, '5h')
      expect(await shop.sync()).toMatchObject({ok: true, listed: 2_600, missing_count: 0})
      expect(shop.rows()).toEqual(shop.truth())
    },
  )

  it('names an hour that holds more than the service lists, and ends incomplete', async () => {
    const {remember, settings, sync} = await salesShop()
    await settings({offset_cap: 100})
    await remember(400, '1h')
    const result = await sync()
    expect(result).toMatchObject({ok: false, complete: false, error_code: 'MELI_SYNC_INCOMPLETE'})
    expect(result.missing[0]).toMatchObject({
      id: expect.stringMatching(/^orders created 2026-03-01T1[12]:00Z/),
      status: 0,
    })
  })

  it('reads the changes alone behind such a run, and goes on naming the hour', async () => {
    const {kit, buy, remember, settings, sync, rows} = await salesShop()
    await remember(200, '300d')
    await settings({offset_cap: 100})
    await remember(400, '1h')
    const first = await sync()
    const hours = first.missing.map(({id}) => id)
    kit.emulator.advance(5 * hourMs)
    await buy()
    const second = await sync()
    expect(second).toMatchObject({kind: 'incremental', ok: false, error_code: 'MELI_SYNC_INCOMPLETE', created: 1})
    expect(second.missing.map(({id}) => id)).toEqual(expect.arrayContaining(hours))
    const kept = rows().length
    kit.emulator.advance(5 * hourMs)
    const third = await sync()
    expect(third).toMatchObject({kind: 'incremental', ok: false, created: 0, requests: 2})
    expect(third.missing).toEqual(second.missing)
    const orders = await kit.app.sales.orders()
    const {age_seconds} = await orders.list({sandbox: false, limit: 1})
    expect(age_seconds).toBeLessThan(60)
    expect(rows()).toHaveLength(kept)
  })

  it('of nothing new costs two requests and changes nothing', async () => {
    const {kit, remember, sync} = await salesShop()
    await remember(120, '100d')
    await sync()
    kit.emulator.advance(10 * minuteMs)
    expect(await sync()).toMatchObject({kind: 'incremental', created: 0, updated: 0, requests: 2})
  })

  it('brings what was sold and what changed since, cancelled ones too', async () => {
    const {kit, buy, control, remember, sync, rows, truth} = await salesShop()
    await remember(60, '100d')
    const [waiting] = (await buy({payment: 'pending'})).order_ids!
    const [lost] = (await buy()).order_ids!
    await sync()
    kit.emulator.advance(5 * hourMs)
    await control(`/orders/${waiting}/pay`)
    await control(`/orders/${lost}/cancel`, {requested_by: 'buyer'})
    await buy()
    expect(await sync()).toMatchObject({ok: true, kind: 'incremental', created: 1, updated: 2})
    expect(rows()).toEqual(truth())
  })

  it('keeps what came with parts missing as partial, and asks for it again', async () => {
    const {kit, buy, control, sync, rows, truth} = await salesShop()
    const [id] = (await buy()).order_ids!
    await control(`/orders/${id}`, {missing: ['buyer', 'payments']})
    expect(await sync()).toMatchObject({ok: true, created: 1, partial: 1})
    expect(rows()).toMatchObject([{id: String(id), partial: 1}])
    const {order} = await (await kit.app.sales.orders()).show({sandbox: false}, String(id))
    expect(order).toMatchObject({partial: true, missing: ['buyer', 'payments'], buyer_id: null, payments: []})

    kit.emulator.advance(72 * hourMs)
    kit.emulator.world.orders.get(id!)!.missing = []
    expect(await sync()).toMatchObject({ok: true, kind: 'incremental', updated: 1})
    expect(rows()).toEqual(truth())
  })

  it('reads the packs of several orders, and their shipments', async () => {
    const {kit, buy, items, sync} = await salesShop()
    const wishes = items.slice(0, 3).map((item) => ({item}))
    const {order_ids = [], pack_ids = [], shipment_ids = []} = await buy({items: wishes, item: undefined})
    await buy()
    await sync()
    const orders = await kit.app.sales.orders()
    const page = await orders.show({sandbox: false}, String(order_ids[1]))
    expect(page.pack).toMatchObject({id: String(pack_ids[0]), order_ids: order_ids.map(String).sort()})
    expect(page.pack?.status).toBe('released')
    expect(page.shipment).toMatchObject({id: String(shipment_ids[0]), status: null})
    expect(kit.sql('SELECT id FROM pack')).toHaveLength(1)
  })

  it('writes nothing when it is a dry run', async () => {
    const {kit, remember, buy, items, sync, rows} = await salesShop()
    await remember(70, '100d')
    await buy({items: items.slice(0, 2).map((item) => ({item})), item: undefined})
    expect(await sync({dryRun: true})).toMatchObject({ok: true, dry_run: true, created: 72})
    expect(rows()).toEqual([])
    expect(kit.sql('SELECT id FROM pack')).toEqual([])
  })

  it('that was interrupted is gone on with', async () => {
    const {remember, sync, rows, truth, settings} = await salesShop()
    await settings({offset_cap: 100})
    await remember(700, '300d')
    const interrupt = new AbortController()
    const onProgress = ({fetched}: {fetched: number}) => {
      if (fetched >= 300) interrupt.abort(new Error('enough'))
    }
    await expect(sync({signal: interrupt.signal, onProgress})).rejects.toThrow('enough')
    expect(rows().length).toBeGreaterThanOrEqual(300)
    expect(rows().length).toBeLessThan(700)
    expect(await sync()).toMatchObject({ok: true, resumed: true, created: 700})
    expect(rows()).toEqual(truth())
  })
})

describe('one order', () => {
  it('is asked for by its id, with its pack, and nobody else gets it', async () => {
    const {kit, buy, session} = await salesShop()
    const [id] = (await buy()).order_ids!
    const orders = await kit.app.sales.orders()
    expect(await refusal(orders.show({sandbox: false}, String(id)))).toMatchObject({
      code: 'MELI_ORDER_UNKNOWN',
      exitCode: 2,
    })
    const refresh = await kit.app.sales.refreshOrder()
    await refresh.run(await session(), String(id))
    const page = await orders.show({sandbox: false}, String(id))
    expect(page).toMatchObject({
      order: {id: String(id), status: 'paid'},
      pack: {order_ids: [String(id)]},
      synced_at: null,
    })
    expect(await refusal(refresh.run(await session(), '404'))).toMatchObject({code: 'MELI_NOT_FOUND'})

    const {user_id: buyer} = await kit.connect('CASA_DEL_SUR')
    const sessions = await kit.app.accounts.sessions()
    const asBuyer = await sessions.open({sandbox: false, account: String(buyer)})
    expect(await refusal(refresh.run(asBuyer, String(id)))).toMatchObject({code: 'MELI_FORBIDDEN'})
    expect(kit.sql('SELECT user_id FROM seller_order')).toHaveLength(1)
  })
})

describe('the local orders', () => {
  it('are listed the newest first, by status and date, with the number of all that fit', async () => {
    const {kit, buy, control, remember, sync} = await salesShop()
    await remember(30, '100d')
    const [id] = (await buy()).order_ids!
    await control(`/orders/${id}/cancel`)
    await sync()
    const orders = await kit.app.sales.orders()
    const choice = {sandbox: false}
    const list = await orders.list({...choice, limit: 5})
    expect(list).toMatchObject({total: 31, age_seconds: 0, invalidated: false})
    expect(list.orders).toHaveLength(5)
    expect(list.orders[0]).toMatchObject({id: String(id), status: 'cancelled'})
    expect((await orders.list({...choice, status: 'cancelled'})).total).toBe(1)
    expect((await orders.list({...choice, since: new Date('2026-03-01T00:00:00Z')})).orders.length).toBeLessThan(5)
    const typo = await refusal(orders.list({...choice, status: 'payd'}))
    expect(typo).toMatchObject({code: 'MELI_USAGE', suggestions: [expect.stringContaining('partially_paid, paid,')]})
    expect(await refusal(orders.stream({...choice, status: 'payd'}))).toMatchObject({code: 'MELI_USAGE'})
    expect((await orders.list({...choice, status: 'invalid'})).total).toBe(0)
    // What the service has added since, and a sync has brought here.
    const store = await kit.app.store()
    const found = (await store.orders.find(list.user_id, String(id)))!
    const later = new Date(kit.clock.now().getTime() + minuteMs)
    await store.orderSink(list.user_id).patch([{...found, status: 'on_hold', last_updated: later}], later)
    expect((await orders.list({...choice, status: 'on_hold'})).total).toBe(1)
    const streamed: string[] = []
    for await (const row of (await orders.stream(choice)).rows) streamed.push(row.id)
    expect(streamed).toHaveLength(31)
  })
})

describe('orders that the service never gives whole', () => {
  it('are asked for again a few at a time, each in its turn', async () => {
    const {kit, remember, settings, sync, rows} = await salesShop()
    await settings({missing: ['feedback', 'buyer']})
    await remember(100, '200d')
    expect(await sync()).toMatchObject({ok: true, created: 100, partial: 100})
    kit.emulator.advance(50 * hourMs)
    const {requests} = await sync()
    expect(requests).toBe(2 + 40)
    await settings({missing: []})
    expect(await sync()).toMatchObject({ok: true, updated: 100, requests: 2 + 100})
    expect(rows().filter(({partial}) => partial === 1)).toEqual([])
  })
})
