import {describe, expect, it} from '@jest/globals'
import {isMeliError} from '../../src/core/errors.js'
import {type Toolkit, toolkit} from '../support/toolkit.js'

type Rule = Parameters<Toolkit['emulator']['world']['faults']['add']>[0]
type Fault = Rule['fault']

const faults: Fault[] = [
  {type: 'drop-before'},
  {type: 'drop-after-commit'},
  {type: 'truncate'},
  {type: 'garbage'},
  ...[400, 403, 404, 500, 502, 503].map((status) => ({type: 'status' as const, status})),
  ...(['over_quota', 'too_many_requests', 'empty', 'local_rate_limited'] as const).map(
    (shape) => ({type: 'rate-limit', shape}) as const,
  ),
  {type: 'status', status: 200, body: {}},
  {type: 'status', status: 200, body: []},
  {type: 'status', status: 200, body: {results: [], paging: {total: 45, limit: 100, offset: 0}, scroll_id: null}},
]

const sync = async (kit: Toolkit, full: boolean) => {
  const session = await (await kit.app.accounts.sessions()).open({sandbox: false})
  return (await kit.app.sync.products()).run(session, {sandbox: false, statuses: [], dryRun: false, full})
}

type Row = {id: string; price: string; available_quantity: number; status: string}

function here(kit: Toolkit): Row[] {
  return kit.sql<Row>('SELECT id, price, available_quantity, status FROM product WHERE removed_at IS NULL ORDER BY id')
}

function there(kit: Toolkit, userId: number): Row[] {
  return kit.emulator.world.catalogue
    .listed(userId)
    .map(({id, price, quantity, status}) => ({id, price: String(price), available_quantity: quantity, status}))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** One fault, at one request of a sync: whatever comes of it is right, and the next run mends it. */
async function survive(kit: Toolkit, userId: number, rule: Omit<Rule, 'path'>, full: boolean): Promise<void> {
  const {catalogue, faults: script} = kit.emulator.world
  const [first, second] = catalogue.listed(userId)
  kit.clock.skip(3_600_000)
  catalogue.update(first!, {price: 1 + ((first!.price * 7) % 1_000)})
  catalogue.update(second!, {available_quantity: second!.quantity + 1})
  const before = here(kit).length
  script.add({...rule, path: '/*'})
  try {
    const result = await sync(kit, full)
    if (result.complete) expect(here(kit)).toEqual(there(kit, userId))
    else expect(result.missing_count).toBeGreaterThan(0)
    expect(result.ok).toBe(result.complete)
  } catch (error) {
    if (!isMeliError(error)) throw error
    expect([4, 5, 6]).toContain(error.exitCode)
  }
  expect(here(kit).length).toBeGreaterThanOrEqual(before)
  script.clear()
  expect(await sync(kit, false)).toMatchObject({complete: true, missing: []})
  expect(here(kit)).toEqual(there(kit, userId))
}

describe('a sync that meets a fault', () => {
  it.each(faults.map((fault) => [JSON.stringify(fault).slice(0, 70), fault] as const))(
    'is right, or says what is missing, whichever request it hits: %s',
    async (_name, fault) => {
      const kit = await toolkit({items: 45, itemBytes: 300})
      const {user_id} = await kit.connect()
      await sync(kit, true)
      for (const full of [true, false]) {
        const requests = full ? 4 : 2
        for (let after = 0; after < requests; after++) {
          await survive(kit, user_id, {fault, after, times: 1}, full)
          await survive(kit, user_id, {fault, after, times: 99}, full)
        }
      }
    },
    60_000,
  )
})
