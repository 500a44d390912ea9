import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import type {IntakeOutcome} from '../../../src/services/notifications/intake.js'
import {Recover} from '../../../src/services/notifications/recover.js'
import type {Account} from '../../../src/services/ports/index.js'

const account = (userId: number, siteId: string, changes: Partial<Account> = {}) =>
  ({userId, siteId, nickname: `U${userId}`, isTestUser: false, status: 'active', ...changes}) as Account

type Answer = unknown[] | MeliError

/** What a feed lists before it fails. */
class Broken {
  constructor(
    readonly rows: unknown[],
    readonly error: MeliError,
  ) {}
}

/** `answers` by topic, site and account; what is not there is empty. */
function build(accounts: Account[], answers: Record<string, Answer | Broken>) {
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
        yield answer instanceof Broken ? answer.rows : answer
        if (answer instanceof Broken) throw answer.error
      },
    }),
  })
  const {signal} = new AbortController()
  return {asked, run: (options = {}) => recover.run({signal, ...options})}
}

describe('recovering what was missed', () => {
  it('asks once for each topic and site, with the token of an account that works', async () => {
    const accounts = [account(1, 'MEC', {status: 'invalid'}), account(2, 'MEC'), account(3, 'MLB')]
    const {run, asked} = build(accounts, {'items MEC 2': ['a', 'b', 'foreign'], 'items MLB 3': ['c', 'a']})
    const result = await run()
    expect(result).toMatchObject({ok: true, accepted: 3, exit_code: 0})
    expect(result.topics[0]).toMatchObject({
      topic: 'items',
      site_id: 'MEC',
      missed: 3,
      accepted: 2,
      duplicate: 0,
      unknown: 1,
    })
    expect(result.topics[2]).toMatchObject({topic: 'items', site_id: 'MLB', missed: 1, accepted: 1})
    expect(asked.slice(0, 6)).toEqual([
      ...['items MEC 2', 'items_prices MEC 2', 'items prices MEC 2'],
      ...['items MLB 3', 'items_prices MLB 3', 'items prices MLB 3'],
    ])
  })

  it('asks for each spelling that a topic has, and counts a row once', async () => {
    const row = (_id: string) => ({_id, topic: 'items_prices'})
    const {run, asked} = build([account(1, 'MEC')], {
      'items_prices MEC 1': [row('a'), row('b')],
      'items prices MEC 1': [row('b'), row('c')],
      'stock-locations undefined 1': [row('d')],
      'stock-location undefined 1': [row('d')],
    })
    const {topics, accepted} = await run()
    expect(accepted).toBe(4)
    expect(topics).toMatchObject([
      {topic: 'items', missed: 0},
      {topic: 'items_prices', missed: 3, accepted: 3, duplicate: 0},
      {topic: 'stock-locations', missed: 1, accepted: 1, duplicate: 0},
    ])
    for (const [wire, documented] of [
      ['orders_feedback', 'orders feedback'],
      ['stock-locations', 'stock-location'],
      ['user-products-families', 'user_products_families'],
    ])
      expect(asked.indexOf(`${documented} undefined 1`)).toBe(asked.indexOf(`${wire} undefined 1`) + 1)
  })

  it('takes a refusal of one spelling for no failure where the service knows another', async () => {
    const rejected = new MeliError('MELI_API_REJECTED', 'invalid topic')
    const one = build([account(1, 'MEC')], {'items prices MEC 1': rejected, 'items_prices MEC 1': ['a']})
    expect(await one.run()).toMatchObject({ok: true, accepted: 1, exit_code: 0})
    const both = build([account(1, 'MEC')], {'items prices MEC 1': rejected, 'items_prices MEC 1': rejected})
    expect(await both.run()).toMatchObject({ok: false, exit_code: 5, topics: [{error: null}, {topic: 'items_prices'}]})
  })

  it('takes in what came before a page failed, names the topic, and goes on with the others', async () => {
    const unusable = new MeliError('MELI_ANSWER_UNUSABLE', 'no list of messages')
    const {run, asked} = build([account(1, 'MEC')], {
      'items MEC 1': new Broken(['a', 'b'], unusable),
      'questions undefined 1': new Broken(['c'], unusable),
      'shipments undefined 1': ['d'],
    })
    const {topics, ...sum} = await run()
    expect(sum).toEqual({ok: false, accepted: 4, exit_code: 6})
    expect(topics.filter(({missed}) => missed > 0)).toMatchObject([
      {topic: 'items', accepted: 2, error: {code: 'MELI_ANSWER_UNUSABLE', message: 'no list of messages'}},
      {topic: 'questions', accepted: 1, error: {code: 'MELI_ANSWER_UNUSABLE', message: 'no list of messages'}},
      {topic: 'shipments', accepted: 1, error: null},
    ])
    expect(asked).toContain('leads-credits undefined 1')
  })

  it('gives the rest up when the service fails for topic after topic', async () => {
    const failing = new MeliError('MELI_SERVICE_FAILING', 'broken')
    const {run, asked} = build([account(1, 'MEC')], {
      ...{'items MEC 1': failing, 'items_prices MEC 1': failing, 'items prices MEC 1': failing},
      'orders_v2 undefined 1': failing,
    })
    expect(await run()).toMatchObject({ok: false, exit_code: 6})
    expect(asked.at(-1)).toBe('orders_v2 undefined 1')
  })

  it('tries the token of another account when one is refused, and tells of a topic that fails', async () => {
    const lost = new MeliError('MELI_AUTHORIZATION_LOST', 'log in')
    const failing = new MeliError('MELI_SERVICE_FAILING', 'broken')
    const accounts = [account(1, 'MEC'), account(2, 'MEC')]
    const {run} = build(accounts, {'items MEC 1': lost, 'items MEC 2': ['a'], 'items_prices MEC 1': failing})
    const {topics, ok, exit_code} = await run()
    expect({ok, exit_code}).toEqual({ok: false, exit_code: 6})
    expect(topics).toMatchObject([
      {topic: 'items', accepted: 1, error: null},
      {topic: 'items_prices', error: {code: 'MELI_SERVICE_FAILING', message: 'broken'}},
    ])
  })

  it('asks for the site of one account alone when it is named', async () => {
    const {run, asked} = build([account(1, 'MEC'), account(3, 'MLB')], {})
    await run({account: 'U3'})
    expect(asked.slice(0, 3)).toEqual(['items MLB 3', 'items_prices MLB 3', 'items prices MLB 3'])
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
    const {run, asked} = build([account(1, 'MEC')], {'items MEC 1': down, 'items_prices MEC 1': down})
    expect(await run()).toMatchObject({ok: false, exit_code: 6})
    expect(asked).toEqual(['items MEC 1', 'items_prices MEC 1'])
  })

  it('says what to do when nobody is connected', async () => {
    await expect(build([], {}).run()).rejects.toMatchObject({code: 'MELI_NO_ACCOUNT'})
  })

  it('takes in many rows, a part at a time', async () => {
    const rows = Array.from({length: 1_234}, (_, number) => number)
    expect((await build([account(1, 'MEC')], {'items MEC 1': rows}).run()).accepted).toBe(1_234)
  })
})
