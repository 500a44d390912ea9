import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {connect, minuteMs, Post} from './receiver.js'

let post: Post
beforeEach(async () => {
  post = await Post.open()
  post.receiver.behave = () => ({status: 503, headers: {'x-reason': 'tired'}, body: 'come back later'})
})
afterEach(() => post.close())

const hourMs = 60 * minuteMs

function without(body: object, ...names: string[]): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
}

describe('missed feeds', () => {
  it('have what was sent and what came back', async () => {
    await post.change()
    await post.pass(hourMs)
    const {status, body} = await post.missedFeeds()
    expect(status).toBe(200)
    const last = post.receiver.received.at(-1)!.body
    const seconds = /^2026-11-20T\d\d:\d\d:\d\dZ$/
    expect(body).toEqual({
      messages: [
        {
          _id: last._id,
          topic: 'items',
          resource: last.resource,
          user_id: String(post.sellerId),
          application_id: Number(post.emulator.clientId),
          attempts: 3,
          sent: expect.stringMatching(seconds),
          received: expect.stringMatching(seconds),
          actions: [],
          source: 'missed',
          request: {url: post.receiver.url, headers: {}, data: expect.any(String)},
          response: {
            req_time: expect.any(Number),
            http_code: 503,
            body: 'come back later',
            headers: expect.objectContaining({'x-reason': 'tired'}),
          },
        },
      ],
    })
    const [{sent, received, request}] = body.messages
    expect(Date.parse(sent) - Date.parse(received)).toBeGreaterThanOrEqual(8 * minuteMs)
    const {recieved, sent: sentAt, ...data} = JSON.parse(request.data)
    expect(data).toEqual({...without(last, 'sent', 'received'), attempts: 3})
    for (const time of [recieved, sentAt]) expect(time).toMatch(/^2026-11-20T\d\d:\d\d:\d\d\.\d{9}Z$/)
  })

  it('repeat what was sent where the documentation is followed', async () => {
    post.emulator.world.changeSettings({profile: 'documented', timeout_ms: 10_000})
    await post.change()
    await post.pass(hourMs)
    const last = post.receiver.received.at(-1)!
    expect((await post.missedFeeds()).body).toEqual({
      messages: [
        {
          ...last.body,
          attempts: 8,
          request: {url: post.receiver.url, headers: expect.any(Object), data: last.text},
          response: expect.objectContaining({http_code: 503, body: 'come back later'}),
        },
      ],
    })
  })

  it('repeat what was sent with missed_feeds_row alone', async () => {
    await post.control('POST', '/notifications/settings', {missed_feeds_row: 'documented'})
    await post.change()
    await post.pass(hourMs)
    const last = post.receiver.received.at(-1)!
    const [row, ...others] = (await post.missedFeeds()).body.messages
    expect(others).toEqual([])
    expect(without(row, 'request', 'response')).toEqual({...without(last.body, 'actions'), attempts: 3})
    expect(row.request.data).toBe(last.text)
  })

  it('say 0 and an empty object for a receiver that is not there', async () => {
    await post.receiver.close()
    await post.change()
    await post.pass(hourMs)
    expect((await post.missedFeeds()).body.messages).toMatchObject([
      {attempts: 3, response: {http_code: 0, body: '{}', headers: {}}},
    ])
  })

  it('say all the time that the receiver had when it never answered', async () => {
    post.emulator.world.changeSettings({timeout_ms: 50})
    post.receiver.behave = () => 'silence'
    await post.change()
    await post.pass(hourMs)
    expect((await post.missedFeeds()).body.messages).toMatchObject([
      {response: {req_time: 50, http_code: 0, body: '{}', headers: {}}},
    ])
  })

  it('are empty while there are attempts left', async () => {
    await post.change()
    await post.pass(8 * minuteMs)
    expect((await post.missedFeeds()).body).toEqual({messages: null})
    post.emulator.world.changeSettings({missed_feeds_end: 'empty_list'})
    expect((await post.missedFeeds()).body).toEqual({messages: []})
  })

  it('spell topics as the notifications did', async () => {
    await post.control('POST', '/app', {topics: ['items', 'items prices']})
    await post.control('POST', `/items/${post.itemIds[0]}`, {price: 77})
    await post.notifications.idle()
    await post.pass(hourMs)
    expect((await post.missedFeeds({topic: 'items_prices'})).body.messages).toMatchObject([
      {topic: 'items_prices', resource: `/items/${post.itemIds[0]}/prices`},
    ])
    expect((await post.missedFeeds({topic: 'items prices'})).body).toEqual({messages: null})
  })

  it('are kept for two days', async () => {
    await post.change()
    await post.pass(hourMs)
    await post.pass(47 * hourMs)
    const {token} = await connect(post.emulator)
    expect((await post.missedFeeds({}, token)).body.messages).toHaveLength(1)
    await post.pass(hourMs)
    expect((await post.missedFeeds({}, token)).body.messages).toBeNull()
  })

  it('come in tens, or as many as wanted, the oldest first', async () => {
    await post.handMade({count: 120, resource: '/items/MEC{n}'})
    await post.pass(hourMs)
    const resources = async (query: Record<string, string>) =>
      (await post.missedFeeds(query)).body.messages?.map(({resource}: {resource: string}) => resource)
    expect(await resources({})).toHaveLength(10)
    expect(await resources({limit: '1000'})).toHaveLength(100)
    const pages = [await resources({limit: '100'}), await resources({limit: '100', offset: '100'})].flat()
    expect(new Set(pages).size).toBe(120)
    expect(await resources({offset: '120'})).toBeUndefined()
    expect((await post.missedFeeds({offset: '120'})).body).toEqual({messages: null})
  })

  it('are asked for site by site for items', async () => {
    await post.handMade({resource: '/items/MLB1'})
    await post.handMade({resource: '/questions/7', topic: 'questions'})
    await post.change()
    await post.pass(hourMs)
    const resources = async (query: Record<string, string>) =>
      (await post.missedFeeds(query)).body.messages.map(({resource}: {resource: string}) => resource)
    expect(await resources({site_id: 'MLB'})).toEqual(['/items/MLB1'])
    expect(await resources({site_id: 'MEC'})).toEqual([`/items/${post.itemIds[0]}`])
    const app = `app_id=${post.emulator.clientId}`
    expect((await post.ask('GET', `/missed_feeds?${app}&topic=items`, undefined, post.token)).status).toBe(400)
    post.emulator.world.changeSettings({missed_feeds_need_site: false})
    expect((await post.ask('GET', `/missed_feeds?${app}&topic=items`, undefined, post.token)).status).toBe(200)
    const questions = await post.ask('GET', `/missed_feeds?${app}&topic=questions`, undefined, post.token)
    expect(questions.body.messages).toMatchObject([{resource: '/questions/7'}])
    expect((await post.ask('GET', `/missed_feeds?${app}`, undefined, post.token)).body.messages).toHaveLength(3)
  })

  it.each([{site_id: 'XXX'}, {limit: 'all'}, {offset: '-1'}, {app_id: ''}])('refuse %j', async (query) => {
    const {status, body} = await post.missedFeeds(query as Record<string, string>)
    expect(status).toBe(400)
    expect(body).toMatchObject({error: 'bad_request', status: 400, cause: []})
  })

  it('are for those who granted the application and for its owner alone', async () => {
    const {token} = await connect(post.emulator, 'CASA_DEL_SUR')
    expect((await post.missedFeeds({}, token)).status).toBe(200)
    expect((await post.ask('GET', `/missed_feeds?app_id=${post.emulator.clientId}`)).status).toBe(401)
    expect((await post.missedFeeds({app_id: '1'})).status).toBe(404)
    const {client_id: other} = await post.control('POST', '/apps', {name: 'Other'})
    expect((await post.missedFeeds({app_id: other}, token)).status).toBe(403)
    expect((await post.missedFeeds({app_id: other})).status).toBe(200)
  })
})
