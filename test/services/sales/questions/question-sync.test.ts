import {describe, expect, it} from '@jest/globals'
import type {ResourceSyncOptions} from '../../../../src/services/sync/resource-sync.js'
import {minuteMs, type Toolkit, type ToolkitOptions, toolkit} from '../../../support/toolkit.js'

async function shop(options: ToolkitOptions = {}) {
  const kit = await toolkit({items: 2, itemBytes: 300, ...options})
  const {user_id} = await kit.connect()
  const {world} = kit.emulator
  const [item] = world.catalogue.listed(user_id)
  const buyer = world.users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')!
  const fields = {itemId: item!.id, sellerId: user_id, buyerId: buyer.id, appId: null}
  const ask = (text: string) => world.questions.ask({...fields, text})
  const askMany = (count: number) => Array.from({length: count}, (_, n) => ask(`¿Tiene ${n + 1}?`))
  return {kit, userId: user_id, world, questions: world.questions, item: item!, ask, askMany, sync: syncOf(kit)}
}

function syncOf(kit: Toolkit) {
  return async (options: Partial<ResourceSyncOptions> = {}) => {
    const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
    return (await kit.app.sync.questions()).run(session, {sandbox: false, dryRun: false, ...options})
  }
}

type Row = {id: string; status: string; answer_text: string | null}
const rows = (kit: Toolkit) =>
  kit.sql<Row>('SELECT id, status, answer_text FROM question WHERE removed_at IS NULL ORDER BY CAST(id AS INTEGER)')

describe('a sync of questions', () => {
  it.each([0, 1, 49, 50, 51, 100, 1_051])('of %i is complete and equal to what was asked', async (count) => {
    const {kit, questions, askMany, sync} = await shop()
    for (const [n, question] of askMany(count).entries()) if (n % 3 > 0) questions.answer(question, 'Sí')
    expect(await sync()).toMatchObject({ok: true, resource: 'questions', kind: 'full', listed: count, created: count})
    const expected = questions.list().map(({id, status, answer}) => ({
      id: String(id),
      status,
      answer_text: answer?.text ?? null,
    }))
    expect(rows(kit)).toEqual(expected)
  })

  it('of nothing new costs two requests and changes nothing', async () => {
    const {kit, questions, askMany, sync} = await shop()
    for (const question of askMany(120)) questions.answer(question, 'Sí')
    kit.emulator.advance(60 * minuteMs)
    await sync()
    kit.emulator.advance(60 * minuteMs)
    expect(await sync()).toMatchObject({kind: 'incremental', created: 0, updated: 0, requests: 2})
  })

  it('brings what was asked since, and the answers to what was waiting', async () => {
    const {kit, questions, ask, askMany, sync} = await shop()
    const [old] = askMany(3)
    await sync()
    kit.emulator.advance(48 * 60 * minuteMs)
    questions.answer(old!, 'Sí, todavía')
    ask('¿Y en azul?')
    expect(await sync()).toMatchObject({ok: true, kind: 'incremental', created: 1, updated: 1})
    expect(rows(kit)).toMatchObject([{answer_text: 'Sí, todavía'}, {status: 'UNANSWERED'}, {}, {status: 'UNANSWERED'}])
  })

  it('marks what the service has deleted for its age', async () => {
    const {kit, askMany, sync} = await shop()
    askMany(2)
    await sync()
    kit.emulator.advance(220 * 24 * 60 * minuteMs)
    await kit.connect()
    expect(await sync()).toMatchObject({ok: true, removed: 2})
    expect(rows(kit)).toEqual([])
    expect(await sync()).toMatchObject({ok: true, removed: 0})
  })

  it('writes nothing in a dry run, and counts what it would write', async () => {
    const {kit, askMany, sync} = await shop()
    askMany(60)
    expect(await sync({dryRun: true})).toMatchObject({ok: true, dry_run: true, created: 60})
    expect(rows(kit)).toEqual([])
    expect(kit.sql('SELECT * FROM sync_run')).toEqual([])
  })

  it('reads more new ones than paging by offset reaches', async () => {
    const {kit, askMany, questions, sync} = await shop()
    await sync()
    kit.emulator.advance(60 * minuteMs)
    for (const question of askMany(1_120)) questions.answer(question, 'Sí')
    expect(await sync()).toMatchObject({ok: true, kind: 'incremental', created: 1_120})
    expect(rows(kit)).toHaveLength(1_120)
  })

  it('begins again when the scroll has expired', async () => {
    const {kit, askMany, world, sync} = await shop()
    askMany(120)
    world.faults.add({
      path: '/questions/search',
      after: 1,
      fault: {type: 'status', status: 404, body: {message: 'scroll_id not found', error: 'not_found', status: 404}},
    })
    expect(await sync()).toMatchObject({ok: true, listed: 120, created: 120})
    expect(rows(kit)).toHaveLength(120)
  })

  it('does nothing while the last one is young enough', async () => {
    const {askMany, sync} = await shop()
    askMany(2)
    await sync()
    expect(await sync({ifStaleMs: 10 * minuteMs})).toMatchObject({ok: true, skipped: true, requests: 0})
  })
})
