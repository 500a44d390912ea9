import {describe, expect, it} from '@jest/globals'
import type {WriteLog} from '../../../src/services/ports/index.js'
import {History, type HistoryDeps} from '../../../src/services/writes/history.js'
import {minutes} from '../../support/store-contract.js'
import {newWrite} from '../../support/store-contract-writes.js'
import {refusal} from '../../support/toolkit.js'

type Kept = NonNullable<Awaited<ReturnType<WriteLog['find']>>>

/** So many writes; the newest has the highest number. */
function build({
  count = 3,
  changes = {},
  alive = false,
}: {
  count?: number
  changes?: Partial<Kept>
  alive?: boolean
} = {}) {
  const looks: number[] = []
  const rows = Array.from(
    {length: count},
    (_, at): Kept => ({...newWrite(), id: count - at, end: null, undoneBy: null, ...changes}),
  )
  const log: HistoryDeps['log'] = {
    find: async (id) => rows.find((row) => row.id === id),
    list: async ({before = Number.POSITIVE_INFINITY, limit}) => {
      looks.push(limit)
      return rows.filter(({id}) => id < before).slice(0, limit)
    },
    count: async () => rows.length,
  }
  return {
    looks,
    history: new History({
      log,
      accounts: {list: async () => []},
      catalogue: {find: async () => undefined, withSku: async () => []},
      isAlive: () => alive,
    }),
  }
}

async function ids(rows: AsyncIterable<{id: number}>): Promise<number[]> {
  const found: number[] = []
  for await (const {id} of rows) found.push(id)
  return found
}

describe('the history of writes', () => {
  it('lists so many, and says how many there are', async () => {
    const {history} = build()
    const {writes, total} = await history.list({sandbox: false, limit: 2})
    expect([writes.map(({id}) => id), total]).toEqual([[3, 2], 3])
  })

  it('streams any number in pieces', async () => {
    const {history, looks} = build({count: 1201})
    expect(await ids(history.stream({sandbox: false}))).toHaveLength(1201)
    expect(looks).toEqual([500, 500, 500, 500])
    expect(await ids(history.stream({sandbox: false, limit: 2}))).toEqual([1201, 1200])
  })

  it('tells a write under way from one that was cut off', async () => {
    expect(await build({alive: true}).history.show(1, {sandbox: false})).toMatchObject({
      outcome: 'running',
      ended_at: null,
    })
    expect(await build({alive: false}).history.show(1, {sandbox: false})).toMatchObject({
      outcome: 'cut_off',
      ended_at: null,
    })
    const end = {
      at: minutes(1),
      outcome: 'refused',
      status: 400,
      errorCode: 'MELI_API_REJECTED',
      message: 'no',
    } as const
    expect(await build({changes: {end}}).history.show(1, {sandbox: false})).toMatchObject({
      ...{outcome: 'refused', status: 400, error_code: 'MELI_API_REJECTED', message: 'no'},
      ended_at: minutes(1).toISOString(),
    })
  })

  it('says so when there is none of a number', async () => {
    expect(await refusal(build().history.show(99, {sandbox: false}))).toMatchObject({
      code: 'MELI_HISTORY_UNKNOWN',
      exitCode: 2,
    })
  })

  it('says whose it is when another account was asked for, and how to see it', async () => {
    const {history} = build()
    const {user_id, nickname, is_test_user} = await history.show(1, {sandbox: false})
    const other = await refusal(history.show(1, {account: '4711', sandbox: false}))
    expect(other).toMatchObject({code: 'MELI_HISTORY_UNKNOWN', message: expect.stringContaining(nickname)})
    const mode = is_test_user ? '--sandbox ' : ''
    expect(other.suggestions).toEqual([`meli history show 1 ${mode}--account ${nickname}`])
    expect(await history.show(1, {account: String(user_id), sandbox: is_test_user})).toMatchObject({id: 1})
    if (!is_test_user) expect((await refusal(history.show(1, {sandbox: true}))).message).toContain('a real account')
  })
})
