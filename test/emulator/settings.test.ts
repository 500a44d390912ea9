import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {type EmulatorOptions, listSettings, startEmulator} from '../../src/emulator/index.js'
import {readSettings} from '../../src/emulator/model/settings.js'
import {EmulatorClient} from './emulator-client.js'

const differing = () =>
  listSettings().filter(({observed, documented}) => JSON.stringify(observed) !== JSON.stringify(documented))

const valuesOf = (profile: 'observed' | 'documented') =>
  Object.fromEntries(listSettings().map((setting) => [setting.name, setting[profile]]))

describe('the settings', () => {
  let client: EmulatorClient
  const settings = async () => (await client.get('/_emulator/settings')).body
  beforeEach(async () => {
    client = await EmulatorClient.start()
  })
  afterEach(() => client.close())

  it('are those of all areas, in snake case, as the observed profile has them', async () => {
    expect(await settings()).toEqual(valuesOf('observed'))
    for (const name of ['latency_ms', 'bulk', 'copy_delay_ms', 'long_text_status', 'offset_cap', 'old_format', 'hold'])
      expect(await settings()).toHaveProperty(name)
    for (const name of Object.keys(await settings())) expect(name).toMatch(/^[a-z][a-z_]*$/)
  })

  it('change together, whatever their area', async () => {
    const change = {bulk: 'only-old', hold: true, offset_cap: null, latency_ms: 1, rate_limit_per_minute: 9000}
    const {status, body} = await client.json('POST', '/_emulator/settings', change)
    expect(status).toBe(200)
    expect(body).toEqual({...valuesOf('observed'), ...change})
    const {world} = client.emulator
    expect(world.catalogue.settings.bulk).toBe('only-old')
    expect(world.notifications.settings.hold).toBe(true)
    expect(world.orders.settings.offset_cap).toBeNull()
  })

  it('are one thing with the routes of an area', async () => {
    await client.json('POST', '/_emulator/items/settings', {lock_window_ms: 5})
    expect(await settings()).toMatchObject({lock_window_ms: 5})
    await client.json('POST', '/_emulator/settings', {lock_window_ms: 6})
    expect((await client.get('/_emulator/items/settings')).body).toMatchObject({lock_window_ms: 6})
  })

  it.each([
    [{latency: 5}, 'Unknown setting latency; the settings are '],
    [{latencyMs: 5}, 'Unknown setting latencyMs; the settings are '],
    [{bulk: 'none'}, 'none is not a value of bulk: use both, only-old, only-new'],
    [{latency_ms: -1}, '-1 is not a value of latency_ms: use a whole number'],
    [{profile: 'true'}, 'true is not a value of profile: use observed, documented'],
    [[], 'Settings must be an object'],
  ])('refuse %j, and change nothing', async (change, message) => {
    const before = await settings()
    const {status, body} = await client.json(
      'POST',
      '/_emulator/settings',
      Array.isArray(change) ? change : {hold: true, ...change},
    )
    expect(status).toBe(400)
    expect(body).toMatchObject({error: 'bad_request', message: expect.stringContaining(message)})
    expect(await settings()).toEqual(before)
  })

  it('follow the profile where the profiles differ, and stay elsewhere', async () => {
    await client.json('POST', '/_emulator/settings', {latency_ms: 1})
    await client.json('POST', '/_emulator/settings', {profile: 'documented'})
    expect(await settings()).toEqual({...valuesOf('documented'), latency_ms: 1})
    await client.json('POST', '/_emulator/settings', {profile: 'observed'})
    expect(await settings()).toEqual({...valuesOf('observed'), latency_ms: 1})
  })

  it('are kept by a state, and refused in one that they do not fit', async () => {
    await client.json('POST', '/_emulator/settings', {
      profile: 'documented',
      latency_ms: 1,
      copies: 2,
      high_limit: 'refuse',
    })
    const changed = await settings()
    const {body: state} = await client.get('/_emulator/state')
    await client.json('POST', '/_emulator/settings', {
      profile: 'observed',
      latency_ms: 0,
      copies: 1,
      high_limit: 'clamp',
    })
    expect((await client.json('PUT', '/_emulator/state', state)).status).toBe(204)
    expect(await settings()).toEqual(changed)
    state.settings.latency_ms = 'soon'
    const {status, body} = await client.json('PUT', '/_emulator/state', state)
    expect(status).toBe(400)
    expect(body.message).toContain('soon is not a value of latency_ms')
  })
})

describe('a profile', () => {
  it('is among the settings, and its values are values of them', () => {
    expect(differing().map(({name}) => name)).toContain('profile')
    expect(readSettings({profile: 'documented'})).toMatchObject({profile: 'documented', bulk_element: 'documented'})
    expect(() => readSettings({profile: 'observed'}, 'items')).toThrow(RangeError)
  })

  it('leaves the settings of the observed one behind when it is the documented one', async () => {
    const settingsWith = async (options: EmulatorOptions) => {
      const client = await EmulatorClient.start(options)
      const {body} = await client.get('/_emulator/settings')
      await client.close()
      return body
    }
    expect(await settingsWith({profile: 'documented'})).toEqual(valuesOf('documented'))
    const settings = {profile: 'documented', latency_ms: '2', missing: 'buyer,feedback', switch_off_after: 'null'}
    expect(await settingsWith({settings, latencyMs: 9})).toEqual({
      ...valuesOf('documented'),
      latency_ms: 2,
      missing: ['buyer', 'feedback'],
      switch_off_after: null,
    })
  })
})

describe('a state file', () => {
  it('keeps the settings until an option says otherwise', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'settings-'))
    const stateFile = join(folder, 'state.json')
    await (await startEmulator({stateFile, profile: 'documented', settings: {bulk: 'only-new'}})).close()
    const resumed = await EmulatorClient.start({stateFile, settings: {hold: true}})
    expect((await resumed.get('/_emulator/settings')).body).toEqual({
      ...valuesOf('documented'),
      bulk: 'only-new',
      hold: true,
    })
    await resumed.close()
    await rm(folder, {recursive: true})
  })
})

describe('an option', () => {
  it.each([
    [{settings: {speed: 9}}, /^Unknown setting speed; the settings are .*\bbulk, /],
    [{settings: {bulk: 'none'}}, /^none is not a value of bulk: use both, only-old, only-new$/],
    [{settings: {concurrency: 1000}}, /use a whole number from 1 to 256$/],
    [{latencyMs: -1}, /^-1 is not a value of latency_ms/],
  ])('refuses %j', async (options, message) => {
    const failed = startEmulator(options)
    await expect(failed).rejects.toThrow(RangeError)
    await expect(failed).rejects.toThrow(message)
  })
})

describe('two areas', () => {
  it('share no name', async () => {
    const client = await EmulatorClient.start()
    const shown = []
    for (const area of ['items', 'user-products', 'questions', 'orders', 'shipments', 'notifications'])
      shown.push(...Object.keys((await client.get(`/_emulator/${area}/settings`)).body))
    expect(new Set(shown).size).toBe(shown.length)
    const all = Object.keys((await client.get('/_emulator/settings')).body)
    expect(all).toEqual(expect.arrayContaining(shown))
    await client.close()
  })
})
