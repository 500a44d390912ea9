import {beforeEach, describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {ItemChanges} from '../../../../src/services/writes/selling/item-changes.js'
import type {Wanted} from '../../../../src/services/writes/selling/wanted.js'
import {Writer} from '../../../../src/services/writes/writer.js'
import {Stall} from '../../../support/stall.js'
import {refusal} from '../../../support/toolkit.js'

let stall: Stall
beforeEach(async () => {
  stall = await Stall.open()
})

describe('a change of an item', () => {
  it('is sent, written down, and brought into the local catalogue', async () => {
    const {id} = stall.list()
    const result = await stall.apply(id, {quantity: 9})
    expect(result).toMatchObject({
      ...{item_id: id, title: 'Sombrero de paja', changed: true, attempts: 1, warnings: []},
      ...{before: {available_quantity: 5}, after: {available_quantity: 9}},
      requests: [{method: 'PUT', path: `/items/${id}`, body: {available_quantity: 9}}],
    })
    expect(stall.now(id).available_quantity).toBe(9)
    const [entry] = await stall.log()
    expect(entry).toMatchObject({
      ...{id: result.write_ids[0], command: 'stock set', action: 'stock', subject: id, isTestUser: true},
      ...{before: {available_quantity: 5}, after: {available_quantity: 9}, end: {outcome: 'done', status: 200}},
    })
    const {catalogue} = await stall.kit.app.store()
    expect(await catalogue.find(stall.actor.identity.userId, id)).toMatchObject({available_quantity: 9})
  })

  it('sends nothing where all is so already', async () => {
    const {id} = stall.list()
    const result = await stall.apply(id, {quantity: 5, price: '19.90', status: 'active'})
    expect(result).toMatchObject({changed: false, attempts: 0, requests: [], after: {available_quantity: 5}})
    expect(stall.sent).toEqual([])
    expect(await stall.log()).toEqual([])
  })

  it('asks before the first request, and sends nothing when the answer is no', async () => {
    const {id} = stall.list()
    const seen: unknown[] = []
    const confirm = async (plan: unknown) => {
      seen.push(plan)
      throw new Error('no')
    }
    await expect(stall.apply(id, {quantity: 9}, {confirm})).rejects.toThrow('no')
    expect(seen).toMatchObject([{before: {available_quantity: 5}, after: {available_quantity: 9}}])
    expect(stall.sent).toEqual([])
  })

  it('only shows the requests of a dry run', async () => {
    const {id} = stall.list()
    const result = await stall.apply(id, {price: '21.5'}, {dryRun: true})
    expect(result).toMatchObject({changed: false, requests: [{body: {price: 21.5}, body_text: '{"price":21.5}'}]})
    expect(stall.sent).toEqual([])
  })

  it('has a dry run say that closing is final, as the question does', async () => {
    const {id} = stall.list()
    const change = await stall.kit.app.writes.changeItem()
    const request = {choice: {sandbox: true}, item: id, command: 'products close', dryRun: true}
    const shown = await change.run({...request, wanted: {status: 'closed'}})
    expect(shown).toMatchObject({dry_run: true, notes: ['closing is final: a closed item cannot be opened again']})
    expect(await change.run({...request, wanted: {price: '30'}})).not.toHaveProperty('notes')
  })

  it('waits and tries again after a conflict', async () => {
    await stall.control('/items/settings', {lock_window_ms: 1000})
    const {id} = stall.list()
    await stall.apply(id, {quantity: 9})
    const result = await stall.apply(id, {quantity: 3})
    expect(result).toMatchObject({changed: true, attempts: 2})
    expect(stall.sent).toEqual([`/items/${id} 200`, `/items/${id} 409`, `/items/${id} 200`])
    expect((await stall.log()).map(({end}) => end?.outcome)).toEqual(['done', 'refused', 'done'])
  })

  it('tells what was there when it was sent, where somebody else was faster', async () => {
    const item = stall.list({variations: [2, 3].map((available_quantity) => ({available_quantity}))})
    const [first, second] = item.variations.map((each) => each.id)
    const overtaken = (id: string, wanted: Wanted, faster: Record<string, unknown>) => {
      stall.world.catalogue.outcomes.add({id, route: 'update', status: 409, times: 1, missing: []})
      return stall.apply(id, wanted, {confirm: async () => void (await stall.set(id, faster))})
    }
    const {id} = stall.list()
    expect(await overtaken(id, {quantity: 21, price: '30'}, {available_quantity: 22})).toMatchObject({
      before: {available_quantity: 22, price: '19.9'},
      after: {available_quantity: 21, price: '30'},
    })
    expect((await stall.log()).at(-1)).toMatchObject({before: {available_quantity: 22}})
    const quantities = new Map([
      [first!, 8],
      [second!, 9],
    ])
    const variations = [
      {id: first, available_quantity: 8},
      {id: second, available_quantity: 7},
    ]
    expect((await overtaken(item.id, {quantities}, {variations})).before).toEqual({
      [`available_quantity.${first}`]: 2,
      [`available_quantity.${second}`]: 7,
    })
  })

  it('gives up on an item that is busy each time', async () => {
    const {id} = stall.list()
    stall.world.catalogue.outcomes.add({id, route: 'update', status: 409, times: 9, missing: []})
    const error = await refusal(stall.apply(id, {quantity: 9}))
    expect(error).toMatchObject({code: 'MELI_ITEM_BUSY', exitCode: 5, retryable: true, details: {rule: 'item_busy'}})
    expect(stall.sent).toHaveLength(5)
  })

  it('finds what somebody else did during a conflict', async () => {
    const {id} = stall.list()
    stall.world.catalogue.outcomes.add({id, route: 'update', status: 409, times: 1, missing: []})
    const changing = stall.apply(
      id,
      {quantity: 9, price: '30'},
      {
        confirm: async () => {
          await stall.set(id, {available_quantity: 9})
        },
      },
    )
    await changing
    expect((await stall.log()).at(-1)).toMatchObject({action: 'price', before: {price: '19.9'}, after: {price: '30'}})
  })

  it('reads again after a lost answer, and does not write twice what was carried out', async () => {
    const {id} = stall.list()
    stall.world.faults.add({method: 'PUT', path: `/items/${id}`, fault: {type: 'drop-after-commit'}})
    const result = await stall.apply(id, {quantity: 9})
    expect(result).toMatchObject({changed: true, attempts: 1, warnings: [expect.stringContaining('lost')]})
    expect(stall.sent).toHaveLength(1)
    expect((await stall.log()).map(({end}) => end?.outcome)).toEqual(['unknown'])
  })

  it('sends again what a lost request did not bring about', async () => {
    const {id} = stall.list()
    stall.world.faults.add({method: 'PUT', path: `/items/${id}`, fault: {type: 'drop-before'}})
    expect(await stall.apply(id, {quantity: 9})).toMatchObject({changed: true, attempts: 2, warnings: []})
    expect(stall.now(id).available_quantity).toBe(9)
  })

  it('says that it does not know when nothing can be read any more', async () => {
    const {id} = stall.list()
    stall.world.faults.add({method: 'PUT', path: `/items/${id}`, fault: {type: 'drop-after-commit'}})
    stall.world.faults.add({method: 'GET', path: `/items/${id}`, after: 1, times: 99, fault: {type: 'drop-before'}})
    const error = await refusal(stall.apply(id, {quantity: 9}))
    expect(error).toMatchObject({code: 'MELI_UNREACHABLE', details: {outcome: 'unknown', item_id: id}})
    expect(error.message).toContain('whether the change was carried out is not known')
  })

  it('waits while the service limits the requests', async () => {
    const {id} = stall.list()
    stall.world.faults.add({method: 'PUT', path: `/items/${id}`, times: 3, fault: {type: 'rate-limit'}})
    expect(await stall.apply(id, {quantity: 9})).toMatchObject({changed: true, attempts: 4})
  })

  it('stops before the next request when it is interrupted', async () => {
    const {id} = stall.list()
    stall.world.catalogue.outcomes.add({id, route: 'update', status: 409, times: 9, missing: []})
    const stop = new AbortController()
    const clock = stall.kit.clock
    const changes = new ItemChanges({
      ...{writer: await stall.kit.app.writer(), random: () => 0.5, localStock: {save: async () => {}}},
      clock: {
        now: clock.now,
        async sleep() {
          stop.abort(new Error('stopped'))
          stop.signal.throwIfAborted()
        },
      },
      localItems: {refresh: async () => ({failed: 0})},
    })
    const applied = changes.apply(stall.actor, id, {quantity: 9}, {command: 'stock set', signal: stop.signal})
    await expect(applied).rejects.toThrow('stopped')
    expect(stall.sent).toHaveLength(1)
  })

  it('ends when the log cannot be written, and does not take that for a lost answer', async () => {
    const {id} = stall.list()
    const {writeLog} = await stall.kit.app.store()
    const full = new MeliError('MELI_STORAGE_FULL', 'the disk is full')
    const log = Object.assign(Object.create(writeLog) as typeof writeLog, {end: () => Promise.reject(full)})
    const {clock} = stall.kit
    const process = {newHolder: () => 'here:1:x'}
    const writer = new Writer({log, clock, process, protect: (work) => work(), redact: (text) => text})
    const changes = new ItemChanges({
      ...{writer, clock, random: () => 0.5, localStock: {save: async () => {}}},
      localItems: {refresh: async () => ({failed: 0})},
    })
    const error = await refusal(changes.apply(stall.actor, id, {quantity: 9}, {command: 'stock set'}))
    expect(error).toMatchObject({code: 'MELI_STORAGE_FULL', details: {outcome: 'done', status: 200}})
    expect(error.message).toBe('the change was carried out, and the log could not be written: the disk is full')
    expect(stall.sent).toHaveLength(1)
  })

  it('is done though the local catalogue could not follow', async () => {
    const {id} = stall.list()
    stall.world.faults.add({method: 'GET', path: '/items/bulk', times: 9, fault: {type: 'status', status: 500}})
    const result = await stall.apply(id, {quantity: 9})
    expect(result).toMatchObject({changed: true, warnings: [expect.stringContaining('MELI_SERVICE_FAILING')]})
  })

  it('changes no item of another seller', async () => {
    const [owner] = stall.world.users.list()
    const {id} = stall.world.catalogue.create({userId: owner!.id, siteId: 'MEC', isTestUser: false}, {price: 5})
    expect(await refusal(stall.apply(id, {price: '6'}))).toMatchObject({code: 'MELI_FORBIDDEN'})
    await stall.control('/items/settings', {foreign_items: 'public'})
    const error = await refusal(stall.apply(id, {price: '6'}))
    expect(error).toMatchObject({code: 'MELI_CHANGE_REFUSED', details: {rule: 'not_yours'}})
    expect(await refusal(stall.apply('MEC404', {price: '6'}))).toMatchObject({code: 'MELI_NOT_FOUND'})
    expect(stall.sent).toEqual([])
  })

  it('does not touch an item whose variations did not come', async () => {
    const {id} = stall.list({variations: [{available_quantity: 2}, {available_quantity: 3}]})
    stall.world.catalogue.outcomes.add({id, route: 'item', status: 206, times: 9, missing: ['variations']})
    expect(await refusal(stall.apply(id, {price: '6'}))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    expect(stall.sent).toEqual([])
  })
})

describe('an item with variations', () => {
  const two = {variations: [{available_quantity: 2}, {available_quantity: 3}]}

  it.each(['by-section', 'delete'])('keeps them all where those left out are treated %s', async (variationsLeftOut) => {
    await stall.control('/items/settings', {variations_left_out: variationsLeftOut, lock_window_ms: 0})
    const item = stall.list(two)
    const [first, second] = item.variations
    await stall.apply(item.id, {quantity: 8, variationId: second!.id})
    await stall.apply(item.id, {price: '31.5'})
    expect(stall.now(item.id).variations).toMatchObject([
      {id: first!.id, available_quantity: 2, price: 31.5},
      {id: second!.id, available_quantity: 8, price: 31.5},
    ])
    expect((await stall.log())[0]).toMatchObject({variationId: second!.id, before: {available_quantity: 3}})
  })

  it('wants to be told which one is meant', async () => {
    const {id} = stall.list(two)
    expect(await refusal(stall.apply(id, {quantity: 8}))).toMatchObject({code: 'MELI_VARIATION_NEEDED', exitCode: 2})
  })
})

describe('a refusal', () => {
  it.each([
    ['closed_is_final', {status: 'closed'}, {quantity: 9}],
    ['under_review', {status: 'under_review', sub_status: ['held']}, {quantity: 9}],
    ['not_open', {status: 'inactive'}, {quantity: 9}],
    ['no_stock', {status: 'paused', sub_status: ['out_of_stock'], available_quantity: 0}, {status: 'active'}],
  ] as const)('names the rule %s before anything is sent', async (rule, fields, wanted) => {
    const {id} = stall.list()
    await stall.set(id, fields)
    const error = await refusal(stall.apply(id, wanted))
    expect(error).toMatchObject({code: 'MELI_CHANGE_REFUSED', exitCode: 5, details: {rule, item_id: id}})
    expect(stall.sent).toEqual([])
  })

  it.each([
    ['price_automation', {price_automation: true}, {price: '30'}],
    ['zero_stock', {listing_type_id: 'free'}, {quantity: 0}],
    ['under_review', {status: 'under_review', sub_status: ['waiting_for_patch']}, {quantity: 9}],
    ['not_modifiable', {status: 'pending'}, {quantity: 9}],
  ] as const)('names the rule %s behind what the service says', async (rule, fields, wanted) => {
    const {id} = stall.list()
    await stall.set(id, fields)
    const error = await refusal(stall.apply(id, wanted))
    expect(error).toMatchObject({code: 'MELI_CHANGE_REFUSED', exitCode: 5, details: {rule, status: 400}})
    expect(error.details?.write_id).toBe((await stall.log())[0]?.id)
    expect((await stall.log())[0]?.end).toMatchObject({outcome: 'refused'})
  })

  it('is told of a price that is ignored among other fields, beside what was taken', async () => {
    const {id} = stall.list()
    await stall.set(id, {price_automation: true})
    const error = await refusal(stall.apply(id, {price: '30', quantity: 9}))
    expect(error).toMatchObject({details: {rule: 'price_not_taken', fields: ['price'], taken: ['available_quantity']}})
    expect(stall.now(id)).toMatchObject({price: 19.9, available_quantity: 9})
    expect(stall.sent).toHaveLength(1)
  })

  it('looks again for the rule when the item was changed meanwhile', async () => {
    const {id} = stall.list()
    const closing = {confirm: async () => void (await stall.set(id, {status: 'closed'}))}
    const error = await refusal(stall.apply(id, {quantity: 9}, closing))
    expect(error.details).toMatchObject({rule: 'closed_is_final', status: 400})
  })
})

describe('the status of an item', () => {
  it('is active, paused, or closed for good', async () => {
    await stall.control('/items/settings', {lock_window_ms: 0})
    const {id} = stall.list()
    await stall.apply(id, {status: 'paused'})
    expect(stall.now(id)).toMatchObject({status: 'paused', sub_status: ['paused_by_seller']})
    await stall.apply(id, {status: 'active'})
    await stall.apply(id, {quantity: 0})
    expect(stall.now(id)).toMatchObject({status: 'paused', sub_status: ['out_of_stock']})
    await stall.apply(id, {quantity: 2})
    expect(stall.now(id)).toMatchObject({status: 'active'})
    await stall.apply(id, {status: 'closed'})
    expect(await refusal(stall.apply(id, {status: 'active'}))).toMatchObject({details: {rule: 'closed_is_final'}})
  })
})
