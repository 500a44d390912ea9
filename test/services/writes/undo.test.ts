import {beforeEach, describe, expect, it} from '@jest/globals'
import type {UndoRequest, UndoResult} from '../../../src/services/writes/undo.js'
import {Stall} from '../../support/stall.js'
import {refusal} from '../../support/toolkit.js'

let stall: Stall
beforeEach(async () => {
  stall = await Stall.open()
  await stall.control('/items/settings', {lock_window_ms: 0})
})

async function undo(id: number, more: Partial<UndoRequest> = {}): Promise<UndoResult> {
  const service = await stall.kit.app.writes.undo()
  const result = await service.run({choice: {sandbox: true}, id, force: false, dryRun: false, ...more})
  return result as UndoResult
}

async function change(id: string, wanted: Parameters<Stall['apply']>[1]): Promise<number> {
  const {write_ids} = await stall.apply(id, wanted)
  return write_ids.at(-1)!
}

describe('an undo', () => {
  it.each([
    ['stock', {quantity: 9}, {available_quantity: 5}],
    ['the price', {price: '30'}, {price: 19.9}],
    ['the status', {status: 'paused'}, {status: 'active'}],
    ['all of them', {quantity: 0, price: '30'}, {available_quantity: 5, price: 19.9, status: 'active'}],
  ] as const)('sets %s to what it was', async (_, wanted, before) => {
    const {id} = stall.list()
    const entry = await change(id, wanted)
    const result = await undo(entry)
    expect(result).toMatchObject({undoes: entry, changed: true, item_id: id})
    expect(stall.now(id)).toMatchObject(before)
    expect((await stall.log()).at(-1)).toMatchObject({command: 'history undo', undoes: entry})
  })

  it('goes on where its first half was done by itself', async () => {
    await stall.control('/items/settings', {lock_window_ms: 1000})
    const {id} = stall.list()
    const entry = await change(id, {quantity: 0, status: 'paused'})
    expect(await undo(entry)).toMatchObject({changed: true})
    expect(stall.now(id)).toMatchObject({available_quantity: 5, status: 'active'})
    expect(stall.sent.length).toBeGreaterThan(3)
  })

  it('sets the stock of one variation', async () => {
    const item = stall.list({variations: [{available_quantity: 2}, {available_quantity: 3}]})
    const [first, second] = item.variations
    const entry = await change(item.id, {quantity: 8, variationId: second!.id})
    await undo(entry)
    expect(stall.now(item.id).variations).toMatchObject([
      {id: first!.id, available_quantity: 2},
      {id: second!.id, available_quantity: 3},
    ])
  })

  it('sets the stock of several variations back together, unless one was sold from', async () => {
    const item = stall.list({variations: [2, 3, 4].map((available_quantity) => ({available_quantity}))})
    const [first, second] = item.variations.map(({id}) => id)
    const quantities = new Map([
      [first!, 8],
      [second!, 9],
    ])
    const entry = await change(item.id, {quantities})
    await stall.set(item.id, {variations: [{id: second, available_quantity: 7}]})
    const error = await refusal(undo(entry))
    expect(error).toMatchObject({code: 'MELI_UNDO_OUTDATED'})
    expect(error.message).toContain(`stock of variation ${second} was left at 9 and is 7 now`)
    await undo(entry, {force: true})
    const stocks = () =>
      (stall.now(item.id).variations as Array<{available_quantity: number}>).map((each) => each.available_quantity)
    expect(stocks()).toEqual([2, 3, 4])
    expect(await undo((await stall.log()).at(-1)!.id, {force: true})).toMatchObject({changed: true})
    expect(stocks()).toEqual([8, 7, 4])
  })

  it('can be taken back itself, and only once', async () => {
    const {id} = stall.list()
    const entry = await change(id, {quantity: 9})
    const {write_ids} = await undo(entry)
    expect(await refusal(undo(entry))).toMatchObject({code: 'MELI_NO_INVERSE', exitCode: 2})
    await undo(write_ids[0]!)
    expect(stall.now(id).available_quantity).toBe(9)
  })

  it('refuses after a sale, unless it is forced', async () => {
    const {id} = stall.list()
    const entry = await change(id, {quantity: 9})
    await stall.set(id, {available_quantity: 8})
    const error = await refusal(undo(entry))
    expect(error).toMatchObject({code: 'MELI_UNDO_OUTDATED', exitCode: 7, details: {item_id: id}})
    expect(error.message).toContain('stock was left at 9 and is 8 now')
    expect(stall.now(id).available_quantity).toBe(8)
    await undo(entry, {force: true})
    expect(stall.now(id).available_quantity).toBe(5)
  })

  it('refuses when one variation has another price than the write left', async () => {
    const item = stall.list({variations: [{available_quantity: 2}, {available_quantity: 3}]})
    const entry = await change(item.id, {price: '30'})
    item.variations[1]!.price = 35
    expect(await refusal(undo(entry))).toMatchObject({
      code: 'MELI_UNDO_OUTDATED',
      message: expect.stringContaining('price was left at 30 and is 35 now'),
    })
  })

  it('has nothing to do where somebody went back already', async () => {
    const {id} = stall.list()
    const entry = await change(id, {price: '30'})
    await stall.set(id, {price: 19.9})
    expect(await undo(entry)).toMatchObject({changed: false})
  })

  it('shows the request of a dry run, and sends none', async () => {
    const {id} = stall.list()
    const entry = await change(id, {price: '30'})
    const result: unknown = await undo(entry, {dryRun: true})
    expect(result).toMatchObject({dry_run: true, requests: [{path: `/items/${id}`, body: {price: 19.9}}]})
    expect(stall.now(id).price).toBe(30)
  })

  it('knows what has no inverse', async () => {
    const {id} = stall.list()
    const closing = await change(id, {status: 'closed'})
    expect((await refusal(undo(closing))).message).toContain('final')
    const other = stall.list({listing_type_id: 'free'})
    await refusal(stall.apply(other.id, {quantity: 0}))
    const refused = (await stall.log()).at(-1)!
    expect((await refusal(undo(refused.id))).message).toContain('nothing was changed by it')
  })

  it('takes back no answer and no request of any other kind', async () => {
    const {writer} = stall.kit.app
    const write = {command: 'api', subject: '/users/1', request: {method: 'PUT', path: '/users/1'}} as const
    for (const action of ['answer', 'request'] as const) {
      const error = await refusal((await writer()).send(stall.actor, {...write, action}))
      const why = action === 'answer' ? 'an answer stays given' : 'nobody knows what was there before'
      expect(await refusal(undo(Number(error.details?.write_id)))).toMatchObject({
        code: 'MELI_NO_INVERSE',
        message: expect.stringContaining(why),
      })
    }
    const error = await refusal((await writer()).send(stall.actor, {...write, command: 'x', action: 'request'}))
    expect((await refusal(undo(Number(error.details?.write_id)))).message).toContain('only changes of stock')
  })

  it('acts as the account of the entry where none is named, and as no other that is', async () => {
    const {id} = stall.list()
    const entry = await change(id, {price: '30'})
    const {nickname} = await stall.kit.connectTestUser()
    stall.kit.sql('UPDATE mercadolibre_token SET is_default = 0')
    const other = undo(entry, {choice: {sandbox: true, account: nickname}})
    expect(await refusal(other)).toMatchObject({code: 'MELI_HISTORY_UNKNOWN'})
    expect(stall.now(id).price).toBe(30)
    expect(await undo(entry)).toMatchObject({changed: true, nickname: stall.actor.identity.nickname})
    expect(stall.now(id).price).toBe(19.9)
  })

  it('is under the guard, and says whose the writes of others are', async () => {
    const {id} = stall.list()
    const entry = await change(id, {price: '30'})
    const other = await refusal(undo(entry, {choice: {sandbox: false}}))
    const {nickname} = (await stall.log()).at(-1)!
    expect(other).toMatchObject({code: 'MELI_WRONG_KIND', message: expect.stringContaining('a test user')})
    expect(other.suggestions).toEqual([`meli history undo ${entry} --sandbox --account ${nickname}`])
    expect(await refusal(undo(4711))).toMatchObject({code: 'MELI_HISTORY_UNKNOWN', exitCode: 2})
    expect(stall.now(id).price).toBe(30)
  })

  it('asks before it changes a real account', async () => {
    const [owner] = stall.world.users.list()
    const item = stall.world.catalogue.create(
      {userId: owner!.id, siteId: 'MEC', isTestUser: false},
      {price: 5, title: 'x'},
    )
    const {app, terminal} = stall.kit
    const actor = await (await app.writes.guard()).open({sandbox: false, live: owner!.nickname})
    const changes = await app.writes.itemChanges()
    const {write_ids} = await changes.apply(actor, item.id, {price: '6'}, {command: 'price set'})
    terminal.answers.set('Continue?', () => 'n')
    const choice = {sandbox: false}
    expect(await refusal(undo(write_ids[0]!, {choice}))).toMatchObject({code: 'MELI_NOT_CONFIRMED'})
    expect(terminal.heard.join('\n')).toContain('price 6 -> 5 USD')
    terminal.answers.set('Continue?', () => 'y')
    await undo(write_ids[0]!, {choice})
    expect(stall.now(item.id).price).toBe(5)
  })

  it('looks again when somebody thought about it for a while', async () => {
    const [owner] = stall.world.users.list()
    const seller = {userId: owner!.id, siteId: 'MEC', isTestUser: false}
    const item = stall.world.catalogue.create(seller, {price: 5, title: 'x', available_quantity: 5})
    const {app, terminal, clock} = stall.kit
    const actor = await (await app.writes.guard()).open({sandbox: false, live: owner!.nickname})
    const changes = await app.writes.itemChanges()
    const {write_ids} = await changes.apply(actor, item.id, {quantity: 9}, {command: 'stock set'})
    terminal.answers.set('Continue?', async () => {
      await stall.set(item.id, {available_quantity: 8})
      clock.skip(60_000)
      return 'y'
    })
    const error = await refusal(undo(write_ids[0]!, {choice: {sandbox: false}}))
    expect(error.message).toContain('stock was left at 9 and is 8 now')
    expect(stall.now(item.id).available_quantity).toBe(8)
  })
})
