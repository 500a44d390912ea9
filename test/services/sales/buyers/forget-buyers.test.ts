import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {hourMs, refusal} from '../../../support/toolkit.js'
import {salesShop} from '../orders/sales-shop.js'

const dayMs = 24 * hourMs
const forgetting = {olderThanMs: 90 * dayMs, dryRun: false, agreed: true}

/** All that is on the disk. */
function disk(home: string): Buffer {
  return Buffer.concat(readdirSync(home).map((name) => readFileSync(join(home, name))))
}

describe('forgetting buyers', () => {
  it('empties what is older, of every account, and no sync brings it back', async () => {
    const {kit, buy, sync, userId, buyerId} = await salesShop()
    await buy()
    kit.emulator.advance(100 * dayMs)
    await kit.connect()
    await buy()
    await sync()
    const buyers = () =>
      kit.sql<{buyer_id: number}>('SELECT buyer_id FROM seller_order ORDER BY date_created').map((row) => row.buyer_id)
    const forget = await kit.app.sales.forgetBuyers()

    const trial = await forget.run({...forgetting, dryRun: true})
    expect(trial).toMatchObject({dry_run: true, accounts: [{user_id: userId, orders: 1, questions: 0, shipments: 0}]})
    expect(buyers()).toEqual([buyerId, buyerId])
    const longAgo = () => new Date(kit.clock.now().getTime() - 90 * dayMs).toISOString()
    const earliest = longAgo()
    const forgotten = await forget.run(forgetting)
    expect(forgotten).toMatchObject({dry_run: false, accounts: [{orders: 1}]})
    // The clock goes on between the question and the answer.
    expect([earliest, forgotten.before, longAgo()]).toEqual([earliest, forgotten.before, longAgo()].sort())
    expect(buyers()).toEqual([null, buyerId])
    expect(await sync({full: true})).toMatchObject({ok: true, updated: 0})
    expect(buyers()).toEqual([null, buyerId])
  })

  it('leaves nothing of them in the files, however often they were written', async () => {
    const {kit, buy, session} = await salesShop()
    const {shipment_ids = []} = await buy()
    const store = await kit.app.store()
    const {api, userId} = await session()
    const shipment = await api.shipment(userId, String(shipment_ids[0]))
    const sink = store.shipmentSink(userId)
    const name = 'Ñusta Quispe de la Prueba'
    const many = Array.from({length: 300}, (_, n) => ({
      ...shipment,
      id: String(44_000_000_000 + n),
      receiver_name: name,
    }))
    // Rows that grow and shrink leave pages, and what was in them stays there unless it is overwritten.
    for (const [n, length] of [10, 900, 40, 2_000, 5].entries()) {
      const lastUpdated = new Date(kit.clock.now().getTime() + n)
      const addressLine = `Calle Larga ${'8'.repeat(length)}`
      await sink.patch(
        many.map((each) => ({...each, address_line: addressLine, last_updated: lastUpdated})),
        kit.clock.now(),
      )
    }
    kit.emulator.advance(100 * dayMs)
    expect(disk(kit.home).includes(name)).toBe(true)
    await (await kit.app.sales.forgetBuyers()).run(forgetting)
    const left = disk(kit.home)
    for (const text of [name, 'Calle Larga', '8888888888'])
      expect({text, is: left.includes(text)}).toEqual({text, is: false})
  })

  it('shows how much of whom, and removes nothing without a yes', async () => {
    const {kit, buy, sync} = await salesShop()
    await buy()
    await sync()
    kit.emulator.advance(100 * dayMs)
    const forget = await kit.app.sales.forgetBuyers()
    const asking = {...forgetting, agreed: false}
    const left = () =>
      kit.sql<{buyer_id: number | null}>('SELECT buyer_id FROM seller_order').map((row) => row.buyer_id)

    kit.terminal.interactive = false
    const refused = await refusal(forget.run(asking))
    expect(refused).toMatchObject({code: 'MELI_TERMINAL_NEEDED', exitCode: 2, details: {flag: '--yes'}})
    expect(refused.suggestions[0]).toContain('--yes')
    kit.terminal.interactive = true
    kit.terminal.answers.set('Remove it?', () => '')
    expect(await refusal(forget.run(asking))).toMatchObject({code: 'MELI_NOT_CONFIRMED'})
    expect(left()).not.toContain(null)
    const [{nickname} = {nickname: ''}] = await (await kit.app.store()).accounts.list()
    expect(kit.terminal.heard.join('\n')).toMatch(new RegExp(`${nickname} \\(\\d+\\): 0 questions, 1 order, `))
    kit.terminal.answers.set('Remove it?', () => 'y')
    expect(await forget.run(asking)).toMatchObject({accounts: [{orders: 1}]})
    expect(left()).toEqual([null])
    expect(kit.terminal.heard.join('\n')).toMatch(/made before \d{4}-\d\d-\d\d \d\d:\d\d UTC:/)
  })

  it('asks nobody, and sets no bound for later syncs, where nothing is to be removed', async () => {
    const {kit, buy, sync, userId} = await salesShop()
    await buy()
    await sync()
    kit.terminal.interactive = false
    const forget = await kit.app.sales.forgetBuyers()
    expect(await forget.run({...forgetting, agreed: false})).toMatchObject({
      ...{dry_run: false, overwritten: true},
      accounts: [{user_id: userId, questions: 0, orders: 0, shipments: 0}],
    })
    expect(kit.sql('SELECT * FROM forgotten_buyers')).toEqual([])
    expect(kit.terminal.heard).toEqual([])
    await forget.run(forgetting)
    expect(kit.sql('SELECT user_id FROM forgotten_buyers')).toEqual([{user_id: userId}])
  })

  it('goes by --account, disconnected ones by their id', async () => {
    const {kit, buy, sync, userId} = await salesShop()
    await buy()
    await sync()
    kit.emulator.advance(100 * dayMs)
    const forget = await kit.app.sales.forgetBuyers()
    expect(await refusal(forget.run({...forgetting, account: 'NOBODY'}))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
    const [{nickname} = {nickname: ''}] = await (await kit.app.store()).accounts.list()
    const trial = {...forgetting, dryRun: true}
    const expected = {accounts: [{user_id: userId, nickname, orders: 1}]}
    expect(await forget.run({...trial, account: nickname.toLowerCase()})).toMatchObject(expected)
    await (await kit.app.store()).accounts.remove(userId)
    expect(await forget.run({...forgetting, account: String(userId)})).toMatchObject({
      accounts: [{user_id: userId, nickname: null, orders: 1}],
    })
    expect((await forget.run(forgetting)).accounts).toMatchObject([{user_id: userId, orders: 0}])
  })
})
