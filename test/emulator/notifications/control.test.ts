import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {Post, Receiver} from './receiver.js'

let post: Post
beforeEach(async () => {
  post = await Post.open({topics: ['items', 'questions']})
})
afterEach(() => post.close())

async function settings(change: object): Promise<void> {
  await post.control('POST', '/notifications/settings', change)
}

/** Makes that many happen, the oldest about question 1. */
function ask(count: number): void {
  for (let n = 1; n <= count; n++) post.notifications.notify('questions', `/questions/${n}`, post.sellerId)
}

function questions(from: number, to: number): string[] {
  const step = from < to ? 1 : -1
  return Array.from({length: Math.abs(to - from) + 1}, (_, n) => `/questions/${from + n * step}`)
}

describe('on request', () => {
  it('nothing leaves until it is released, and then all of it', async () => {
    await settings({hold: true})
    ask(5)
    expect(await post.control('POST', '/notifications/idle')).toMatchObject({idle: true, counts: {queued: 5}})
    expect(post.receiver.received).toEqual([])
    await settings({hold: false})
    await post.notifications.idle()
    expect(post.receiver.received).toHaveLength(5)
  })

  it('each comes several times under one _id', async () => {
    await settings({copies: 5})
    await post.change()
    expect(post.receiver.received).toHaveLength(5)
    expect(new Set(post.receiver.received.map(({body}) => body._id)).size).toBe(1)
    expect(new Set(post.receiver.received.map(({body}) => body.resource)).size).toBe(1)
  })

  it('they come in the order in which they happened', async () => {
    await settings({hold: true, concurrency: 1})
    ask(20)
    await settings({hold: false})
    await post.notifications.idle()
    expect(post.receiver.resources).toEqual(questions(1, 20))
  })

  it('they come the last first', async () => {
    await settings({hold: true, concurrency: 1, order: 'reversed'})
    ask(20)
    await settings({hold: false})
    await post.notifications.idle()
    expect(post.receiver.resources).toEqual(questions(20, 1))
  })

  it('they come out of order, each of them once', async () => {
    await settings({hold: true, concurrency: 1, order: 'shuffled'})
    ask(20)
    await settings({hold: false})
    await post.notifications.idle()
    expect(post.receiver.resources).not.toEqual(questions(1, 20))
    expect(post.receiver.resources.toSorted()).toEqual(questions(1, 20).toSorted())
  })

  it.each([
    [{shape: 'sub_topic'}, {id: expect.any(String), actions: ['updated']}, '_id'],
    [{shape: 'plain'}, {_id: expect.any(String)}, 'actions'],
    [{shape: 'without_id'}, {}, '_id'],
    [{received_field: 'recieved'}, {recieved: expect.any(String)}, 'received'],
    [{user_id_as_text: true}, {user_id: expect.stringMatching(/^\d+$/)}, 'id'],
  ])('they have the shape of %j', async (change, has, hasNot) => {
    await settings(change)
    await post.change()
    expect(post.receiver.received[0]!.body).toMatchObject(has)
    expect(post.receiver.received[0]!.body).not.toHaveProperty(hasNot)
  })

  it('no more than so many are under way at once', async () => {
    let [open, most] = [0, 0]
    post.receiver.behave = async () => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return {}
    }
    await settings({concurrency: 3})
    ask(30)
    await post.notifications.idle()
    expect(post.receiver.received).toHaveLength(30)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('a receiver has more or less than a second', async () => {
    await settings({timeout_ms: 20})
    post.receiver.behave = () => 'silence'
    await post.change()
    expect(post.notifications.counts()).toMatchObject({waiting: 1})
  })
})

describe('notifications made by hand', () => {
  it('are sent so many times, each with its number and an _id of its own', async () => {
    await post.handMade({topic: 'orders_v2', resource: '/orders/20{n}', user: 'CASA_DEL_SUR', count: 3})
    expect(post.receiver.resources.toSorted()).toEqual(['/orders/201', '/orders/202', '/orders/203'])
    expect(new Set(post.receiver.received.map(({body}) => body._id)).size).toBe(3)
    expect(post.receiver.received[0]!.body.user_id).toBe(post.emulator.world.users.find('CASA_DEL_SUR')!.id)
  })

  it('are sent at a rate', async () => {
    const begun = performance.now()
    await post.handMade({count: 11, per_second: 100})
    expect(post.receiver.received).toHaveLength(11)
    // Ten gaps of 10 ms; how much longer it takes is the machine's affair.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(99)
  })

  it('are about strangers too, and repeat an _id', async () => {
    await post.handMade({user: 99, topic: 'made up', resource: '/x', _id: 'same', count: 2})
    expect(post.receiver.received.map(({body}) => body)).toMatchObject(
      Array(2).fill({_id: 'same', user_id: 99, topic: 'made up', resource: '/x'}),
    )
  })

  it('are sent to the character when they have a body', async () => {
    await post.handMade({body: '{"resource": broken'})
    await post.handMade({body: {resource: '/items/1', application_id: '7'}})
    expect(post.receiver.received.map(({text}) => text)).toEqual([
      '{"resource": broken',
      '{"resource":"/items/1","application_id":"7"}',
    ])
  })

  it.each([{count: 0}, {count: 100_001}, {per_second: 0}, {user: 'NOBODY'}, {client_id: '1'}, {tpoic: 'items'}])(
    'are refused as %j',
    async (body) => {
      const {status} = await post.ask('POST', '/_emulator/notifications', body)
      expect([400, 404]).toContain(status)
    },
  )

  it('are refused when there is nowhere to send them', async () => {
    await post.control('POST', '/app', {notifications_url: null})
    const {status, body} = await post.ask('POST', '/_emulator/notifications', {})
    expect([status, body.message]).toEqual([400, 'the application has no notifications_url'])
  })
})

describe('the list', () => {
  it('says what became of each, with attempts and times', async () => {
    post.receiver.behave = (_received, n) => ({status: n === 1 ? 500 : 200})
    await post.change()
    ask(1)
    await post.notifications.idle()
    const {counts, total, notifications} = await post.control('GET', '/notifications')
    expect(counts).toMatchObject({queued: 0, waiting: 1, delivered: 1})
    expect(total).toBe(2)
    expect(notifications).toMatchObject([
      {n: 1, state: 'waiting', topic: 'items', ended: null, attempts: [{status: 500, error: null}]},
      {n: 2, state: 'delivered', topic: 'questions', attempts: [{status: 200, took_ms: expect.any(Number)}]},
    ])
    expect(Date.parse(notifications[0].attempts[0].sent)).toBeGreaterThan(0)
  })

  it('is cut down by state, topic, number and limit', async () => {
    await settings({hold: true})
    ask(4)
    const numbers = async (query: string) =>
      (await post.control('GET', `/notifications?${query}`)).notifications.map(({n}: {n: number}) => n)
    expect(await numbers('state=queued')).toEqual([1, 2, 3, 4])
    expect(await numbers('state=delivered')).toEqual([])
    expect(await numbers('topic=items')).toEqual([])
    expect(await numbers('after=1&limit=2')).toEqual([2, 3])
    expect((await post.ask('GET', '/_emulator/notifications?state=lost')).status).toBe(400)
  })

  it('is emptied, with what was waiting', async () => {
    await settings({hold: true})
    ask(4)
    await post.control('DELETE', '/notifications')
    await settings({hold: false})
    await post.notifications.idle()
    expect(post.receiver.received).toEqual([])
    expect((await post.control('GET', '/notifications')).total).toBe(0)
  })
})

describe('waiting', () => {
  it('gives up in time', async () => {
    await settings({timeout_ms: 60_000})
    post.receiver.behave = () => 'silence'
    ask(1)
    const answer = await post.control('POST', '/notifications/idle', {timeout_ms: 20})
    expect(answer).toMatchObject({idle: false, counts: {sending: 1}})
  })
})

describe('the settings', () => {
  it.each([
    {hold: 'yes'},
    {order: 'best'},
    {copies: 0},
    {concurrency: 1000},
    {timeout_ms: 0},
    {switch_off_after: 0},
    {shape: 'round'},
    {max_attempts: 0},
    {items_prices_topic: 'prices'},
    {missed_feeds_end: null},
    {speed: 9},
  ])('refuse %j', async (body) => {
    expect((await post.ask('POST', '/_emulator/notifications/settings', body)).status).toBe(400)
  })

  it('may switch the switching off off', async () => {
    expect(await post.control('POST', '/notifications/settings', {switch_off_after: null})).toMatchObject({
      switch_off_after: null,
      copies: 1,
    })
  })
})

describe('an application', () => {
  it.each([{notifications_url: 'ftp://localhost/x'}, {notifications_url: 'nonsense'}, {topics: ['itmes']}])(
    'refuses %j',
    async (body) => {
      expect((await post.ask('POST', '/_emulator/app', body)).status).toBe(400)
    },
  )

  it('of another name has a callback of its own', async () => {
    const receiver = await Receiver.open()
    const {client_id: clientId} = await post.control('POST', '/apps', {notifications_url: receiver.url})
    await post.handMade({client_id: clientId})
    expect(receiver.received.map(({body}) => body.application_id)).toEqual([Number(clientId)])
    expect(post.receiver.received).toEqual([])
    await receiver.close()
  })
})
