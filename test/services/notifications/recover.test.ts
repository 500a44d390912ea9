import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/errors.js'
import type {IntakeOutcome} from '../../../src/services/notifications/intake.js'
import {Recover} from '../../../src/services/notifications/recover.js'
import type {Account} from '../../../src/services/ports.js'

const account = (userId: number, siteId: string, changes: Partial<Account> = {}) =>
  ({userId, siteId, nickname: `U${userId}`, isTestUser: false, status: 'active', ...changes}) as Account

type Answer = unknown[] | MeliError

/** `answers` by topic, site and account; what is not there is empty. */
function build(accounts: Account[], answers: Record<string, Answer>) {
  const asked: string[] = []
  const known = new Set<unknown>()
  const intake = {
    receive: async (row: unknown): Promise<IntakeOutcome> => {
      if (row === 'foreign') return 'unknown'
      const isKnown = known.has(row)
      known.add(row)
      return isKnown ? 'duplicate' : 'accepted'
    },
  }
  const recover = new Recover({
    ...{intake, clientId: '4242', accounts: {list: async () => accounts}},
    missedFeeds: ({userId}) => ({
      async *missedFeeds({topic, siteId}) {
        const key = `${topic} ${siteId} ${userId}`
        asked.push(key)
        const answer = answers[key] ?? []
        if (answer instanceof MeliError) throw answer
        yield* answer
      },
    }),
  })
  const {signal} = new AbortController()
  return {asked, run: (options = {}) => recover.run({signal, ...options})}
}

describe('recovering what was missed', () => {
  it('asks once for each topic and site, with the token of an account that works', async () => {
    const accounts = [account(1, 'MEC', {status: 'invalid'}), account(2, 'MEC'), account(3, 'MLB')]
    const {run, asked} = build(accounts, {'items MEC 2': ['a', 'b', 'a', 'foreign'], 'items MLB 3': ['c']})
    const result = await run()
    expect(result).toMatchObject({ok: true, accepted: 3, exit_code: 0})
    expect(result.topics[0]).toMatchObject({
      topic: 'items',
      site_id: 'MEC',
      missed: 4,
      accepted: 2,
      duplicate: 1,
      unknown: 1,
    })
    expect(asked.slice(0, 4)).toEqual(['items MEC 2', 'items prices MEC 2', 'items MLB 3', 'items prices MLB 3'])
  })

  it('tries the token of another account when one is refused, and tells of a topic that fails', async () => {
    const lost = new MeliError('MELI_AUTHORIZATION_LOST', 'log in')
    const failing = new MeliError('MELI_SERVICE_FAILING', 'broken')
    const accounts = [account(1, 'MEC'), account(2, 'MEC')]
    const {run} = build(accounts, {'items MEC 1': lost, 'items MEC 2': ['a'], 'items prices MEC 1': failing})
    const {topics, ok, exit_code} = await run()
    expect({ok, exit_code}).toEqual({ok: false, exit_code: 6})
    expect(topics).toMatchObject([
      {topic: 'items', accepted: 1, error: null},
      {topic: 'items prices', error: {code: 'MELI_SERVICE_FAILING', message: 'broken'}},
    ])
  })

  it('asks for the site of one account alone when it is named', async () => {
    const {run, asked} = build([account(1, 'MEC'), account(3, 'MLB')], {})
    await run({account: 'U3'})
    expect(asked.slice(0, 2)).toEqual(['items MLB 3', 'items prices MLB 3'])
  })

  it('asks for the topics that are only kept once, and tells of those that missed something', async () => {
    const rejected = new MeliError('MELI_API_REJECTED', 'not subscribed')
    const answers = {'orders_v2 undefined 1': ['a', 'b'], 'questions undefined 1': rejected}
    const {run, asked} = build([account(1, 'MEC'), account(3, 'MLB')], answers)
    const {topics, ok, accepted} = await run()
    expect({ok, accepted}).toEqual({ok: true, accepted: 2})
    expect(topics.slice(4)).toMatchObject([{topic: 'orders_v2', site_id: null, missed: 2, error: null}])
    expect(asked.filter((key) => key.startsWith('orders_v2'))).toEqual(['orders_v2 undefined 1'])
  })

  it('does not ask for those when the service cannot be reached', async () => {
    const down = new MeliError('MELI_UNREACHABLE', 'no network')
    const {run, asked} = build([account(1, 'MEC')], {'items MEC 1': down, 'items prices MEC 1': down})
    expect(await run()).toMatchObject({ok: false, exit_code: 6})
    expect(asked).toEqual(['items MEC 1', 'items prices MEC 1'])
  })

  it('says what to do when nobody is connected', async () => {
    await expect(build([], {}).run()).rejects.toMatchObject({code: 'MELI_NO_ACCOUNT'})
  })

  it('takes in many rows, a part at a time', async () => {
    const rows = Array.from({length: 1_234}, (_, number) => number)
    expect((await build([account(1, 'MEC')], {'items MEC 1': rows}).run()).accepted).toBe(1_234)
  })
})
