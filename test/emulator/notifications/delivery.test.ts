import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {generate} from 'selfsigned'
import {defaultSettings} from '../../../src/emulator/model/settings.js'
import {type Behaviour, minuteMs, Post, Receiver} from './receiver.js'

let post: Post
beforeEach(async () => {
  post = await Post.open()
})
afterEach(() => post.close())

const failing: Behaviour = () => ({status: 500})
const dayMs = 24 * 60 * minuteMs

describe('an attempt', () => {
  it('is the last one when it is answered 200, whatever the body', async () => {
    post.receiver.behave = () => ({body: '<html>thanks'})
    await post.change()
    await post.pass(2 * 60 * minuteMs)
    expect(post.receiver.received).toHaveLength(1)
    expect(post.notifications.counts()).toMatchObject({delivered: 1, waiting: 0, missed: 0})
  })

  it.each([201, 204, 400, 404, 429, 500, 503])('fails when it is answered %d', async (status) => {
    post.receiver.behave = () => ({status})
    await post.change()
    expect(post.notifications.list()).toMatchObject([{state: 'waiting', attempts: [{status, error: null}]}])
  })

  it('fails when it is redirected, and goes nowhere else', async () => {
    const elsewhere = await Receiver.open()
    post.receiver.behave = () => ({status: 302, headers: {location: elsewhere.url}})
    await post.change()
    expect(elsewhere.received).toEqual([])
    expect(post.notifications.list()).toMatchObject([{state: 'waiting', attempts: [{status: 302}]}])
    await elsewhere.close()
  })

  it.each([
    ['a second, as observed', {timeout_ms: defaultSettings().timeout_ms}, 999],
    ['500 ms, as documented', {profile: 'documented'}, 499],
  ])('fails when nothing comes within %s', async (_time, settings, atLeast) => {
    post.emulator.world.changeSettings(settings)
    post.receiver.behave = () => 'silence'
    await post.change()
    const [late] = post.notifications.list()
    expect(late).toMatchObject({state: 'waiting', attempts: [{status: null, error: 'timeout'}]})
    expect(late!.attempts[0]!.tookMs).toBeGreaterThanOrEqual(atLeast)
  })

  it('fails when the connection breaks or is refused', async () => {
    post.receiver.behave = () => 'hang-up'
    await post.change()
    await post.receiver.close()
    await post.pass(3 * minuteMs)
    expect(post.notifications.list()).toMatchObject([{attempts: [{error: 'ECONNRESET'}, {error: 'ECONNREFUSED'}]}])
  })

  it('goes over https too, to this machine with a certificate that nobody signed', async () => {
    const {private: key, cert} = await generate([{name: 'commonName', value: 'localhost'}])
    const paths: (string | undefined)[] = []
    const server = createServer({key, cert}, (request, response) => {
      paths.push(request.url)
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://localhost:${(server.address() as AddressInfo).port}/callback?from=meli`
    await post.control('POST', '/app', {notifications_url: url})
    await post.change()
    expect(paths).toEqual(['/callback?from=meli'])
    await post.emulator.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('delays no answer of the emulator', async () => {
    post.receiver.behave = () => 'silence'
    const [id] = post.itemIds
    expect((await post.ask('PUT', `/items/${id}`, {available_quantity: 1}, post.token)).status).toBe(200)
    expect((await post.ask('GET', `/items/${id}`, undefined, post.token)).status).toBe(200)
    expect(post.notifications.counts().sending).toBe(1)
  })
})

describe('the attempts', () => {
  it('are three, and the last comes 8 to 10 minutes of virtual time after the first', async () => {
    post.receiver.behave = failing
    await post.change()
    for (const gapMinutes of [3, 6]) {
      await post.pass(gapMinutes * minuteMs - 1000)
      const before = post.receiver.received.length
      await post.pass(1000)
      expect(post.receiver.received).toHaveLength(before + 1)
    }
    expect(post.notifications.counts()).toMatchObject({missed: 1, waiting: 0})
    expect(post.receiver.received.map(({body}) => body.attempts)).toEqual([1, 2, 3])
    const last = post.receiver.received[2]!.body
    expect(Date.parse(last.sent) - Date.parse(last.received)).toBeGreaterThanOrEqual(8 * minuteMs)
    expect(Date.parse(last.sent) - Date.parse(last.received)).toBeLessThan(10 * minuteMs)
    await post.pass(dayMs)
    expect(post.receiver.received).toHaveLength(3)
  })

  it('are eight within an hour where the documentation is followed, further and further apart', async () => {
    post.emulator.world.changeSettings({profile: 'documented', timeout_ms: 10_000})
    post.receiver.behave = failing
    await post.change()
    for (const gapSeconds of [28, 56, 112, 224, 448, 896, 1792]) {
      const before = post.receiver.received.length
      await post.pass(gapSeconds * 1000)
      expect(post.receiver.received).toHaveLength(before + 1)
    }
    expect(post.notifications.counts()).toMatchObject({missed: 1, waiting: 0})
    expect(post.receiver.received.map(({body}) => body.attempts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const [first, last] = [post.receiver.received[0]!.body, post.receiver.received[7]!.body]
    expect(last).toMatchObject({_id: first._id, received: first.received})
    expect(Date.parse(last.sent) - Date.parse(first.sent)).toBeGreaterThanOrEqual(59 * minuteMs)
    expect(Date.parse(last.sent) - Date.parse(first.sent)).toBeLessThan(60 * minuteMs)
    await post.pass(dayMs)
    expect(post.receiver.received).toHaveLength(8)
  })

  it('come one after another when an hour is skipped', async () => {
    post.receiver.behave = failing
    await post.change()
    await post.pass(60 * minuteMs)
    expect(post.receiver.received).toHaveLength(3)
    expect(post.notifications.counts().missed).toBe(1)
  })

  it('come by themselves when their time has come', async () => {
    post.receiver.behave = failing
    await post.change()
    const again = new Promise<number>((resolve) => {
      post.receiver.behave = (_received, n) => {
        resolve(n)
        return {}
      }
    })
    post.emulator.advance(3 * minuteMs - 100)
    expect(await again).toBe(2)
  })

  it('are not made before they are due', async () => {
    post.receiver.behave = failing
    await post.change()
    await post.pass(20_000)
    expect(post.receiver.received).toHaveLength(1)
  })

  it('end with the first 200', async () => {
    post.receiver.behave = (_received, n) => ({status: n < 3 ? 503 : 200})
    await post.change()
    await post.pass(60 * minuteMs)
    expect(post.notifications.list()).toMatchObject([
      {state: 'delivered', attempts: [{status: 503}, {status: 503}, {status: 200}]},
    ])
  })
})

describe('a receiver that keeps failing', () => {
  beforeEach(async () => {
    post.receiver.behave = failing
    await post.control('POST', '/notifications/settings', {
      switch_off_after: 10,
      switch_off_span_ms: 60 * minuteMs,
      max_attempts: 8,
      first_retry_ms: 28_000,
    })
  })

  it('loses the topic, and what happens then is stored nowhere', async () => {
    await post.change()
    await post.change()
    await post.pass(60 * minuteMs)
    expect(post.notifications.subscription(Number(post.emulator.clientId)).switchedOff).toEqual(['items'])
    const before = post.receiver.received.length
    await post.change()
    expect(post.receiver.received).toHaveLength(before)
    expect(post.notifications.counts()).toMatchObject({missed: 2, switched_off: 1, waiting: 0})
    expect((await post.missedFeeds()).body.messages).toHaveLength(2)
  })

  it('gets the topic back by subscribing again', async () => {
    await post.change()
    await post.change()
    await post.pass(60 * minuteMs)
    expect(await post.control('GET', '/app')).toMatchObject({topics: ['items'], topics_switched_off: ['items']})
    expect(await post.control('POST', '/app', {topics: ['items']})).toMatchObject({topics_switched_off: []})
    post.receiver.behave = () => ({})
    await post.change()
    expect(post.notifications.counts()).toMatchObject({delivered: 1})
  })

  it('keeps it while it fails for a short time only', async () => {
    for (let n = 0; n < 20; n++) await post.change()
    expect(post.receiver.received).toHaveLength(20)
    expect(post.notifications.counts()).toMatchObject({waiting: 20})
  })

  it('keeps it while it answers one time in five', async () => {
    post.receiver.behave = (_received, n) => ({status: n % 5 === 0 ? 200 : 500})
    await post.control('POST', '/notifications/settings', {concurrency: 1})
    for (let n = 0; n < 5; n++) await post.change()
    await post.pass(90 * minuteMs)
    for (let n = 0; n < 5; n++) await post.change()
    expect(post.notifications.subscription(Number(post.emulator.clientId)).switchedOff).toEqual([])
  })

  it('keeps its other topics', async () => {
    await post.control('POST', '/app', {topics: ['items', 'questions']})
    await post.change()
    await post.change()
    await post.pass(60 * minuteMs)
    post.receiver.behave = () => ({})
    expect(post.notifications.notify('questions', '/questions/1', post.sellerId)).toBe(1)
    await post.notifications.idle()
    expect(post.notifications.counts()).toMatchObject({delivered: 1})
  })
})

describe('a receiver that fails for a day', () => {
  it('loses the topic by default when 90 of 100 attempts have failed', async () => {
    post.receiver.behave = failing
    await post.handMade({count: 40})
    await post.pass(60 * minuteMs)
    expect(post.notifications.subscription(Number(post.emulator.clientId)).switchedOff).toEqual([])
    await post.pass(dayMs)
    await post.change()
    expect(post.notifications.subscription(Number(post.emulator.clientId)).switchedOff).toEqual(['items'])
  })
})
