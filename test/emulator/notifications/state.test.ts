import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {startEmulator} from '../../../src/emulator/index.js'
import {minuteMs, Post} from './receiver.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notifications-'))
})
afterEach(() => rm(folder, {recursive: true}))

describe('a saved state', () => {
  it('goes on with what was waiting, held and missed, and with the callback', async () => {
    const stateFile = join(folder, 'state.json')
    const post = await Post.open({stateFile})
    post.receiver.behave = () => ({status: 500})
    await post.change()
    await post.pass(60 * minuteMs)
    await post.change()
    await post.control('POST', '/notifications/settings', {hold: true, copies: 2})
    await post.change()
    await post.emulator.close()

    post.receiver.received.length = 0
    post.receiver.behave = () => ({})
    const next = await startEmulator({stateFile})
    const {notifications} = next.world
    expect(notifications.counts()).toMatchObject({queued: 2, waiting: 1})
    expect(notifications.missed()).toHaveLength(1)
    next.world.changeSettings({hold: false})
    await notifications.idle()
    next.advance(60 * minuteMs)
    await notifications.idle()
    expect(post.receiver.received.map(({body}) => body.attempts)).toEqual([1, 1, 2])
    expect(new Set(notifications.list().map(({n}) => n)).size).toBe(3)
    await next.close()
    await post.close()
  })

  it.each([
    undefined,
    {},
    {count: 0, random: 1, subscriptions: [{appId: 1, url: 'file:///x', topics: []}], unfinished: [], missed: []},
    {count: 0, random: 1, subscriptions: [], unfinished: [null], missed: []},
  ])('is refused with %j in it', async (notifications) => {
    const post = await Post.open()
    const state = await post.control('GET', '/state')
    const spoilt = {...state, site_id: 'MLB', notifications}
    expect((await post.ask('PUT', '/_emulator/state', spoilt)).status).toBe(400)
    expect(await post.control('GET', '')).toMatchObject({site_id: 'MEC'})
    await post.close()
  })
})

describe('closing', () => {
  it('waits for what is under way, and keeps what a silent receiver did not take', async () => {
    const stateFile = join(folder, 'state.json')
    const post = await Post.open({stateFile})
    await post.control('POST', '/notifications/settings', {timeout_ms: 60_000})
    const arrived = new Promise<void>((resolve) => {
      post.receiver.behave = () => {
        resolve()
        return 'silence'
      }
    })
    post.notifications.notify('items', '/items/MEC1', post.sellerId)
    await arrived
    await post.emulator.close()
    const next = await startEmulator({stateFile})
    expect(next.world.notifications.list()).toMatchObject([{resource: '/items/MEC1', attempts: []}])
    await next.close()
    await post.close()
  })
})

describe('starting', () => {
  it('subscribes to items when only an address is given', async () => {
    const emulator = await startEmulator({notificationsUrl: 'http://127.0.0.1:9/notifications'})
    expect(emulator.world.notifications.subscription(Number(emulator.clientId))).toMatchObject({
      url: 'http://127.0.0.1:9/notifications',
      topics: ['items'],
    })
    await emulator.close()
  })

  it('refuses an address that cannot be one, and an unknown topic', async () => {
    await expect(startEmulator({notificationsUrl: 'localhost:3000'})).rejects.toThrow('http or https')
    await expect(startEmulator({topics: ['itmes']})).rejects.toThrow('there is no topic itmes')
  })
})

describe('a hundred thousand notifications', () => {
  it('can wait at once, and no more', async () => {
    const post = await Post.open()
    post.emulator.world.changeSettings({hold: true})
    await post.handMade({count: 100_000})
    await post.handMade({count: 3})
    expect(post.notifications.counts()).toMatchObject({queued: 100_000, dropped: 3})
    await post.control('DELETE', '/notifications')
    await post.close()
  })
})
