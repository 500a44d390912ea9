import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {Packed} from './consumer.js'

let packed

beforeAll(async () => {
  packed = await Packed.pack()
})

afterAll(() => packed.remove())

const done = (ran) => expect(ran).toMatchObject({status: 0})

/** The same story in each module system: a token without a login, a call with it, and a change of the account it names. */
const story = `
const emulator = await startEmulator({items: 3})
const token = emulator.token('TIENDA_ANDINA')
const client = new MercadoLibreClient({accessToken: token, apiUrl: emulator.url, live: 'TIENDA_ANDINA'})
const me = await client.get('/users/me')
const {results} = await client.get('/users/' + me.id + '/items/search')
await client.put('/items/' + results[0], {available_quantity: 3})
await emulator.close()`

describe.each([20, 22, 24, 26])('the packed tarball, installed without scripts, on Node %d', (major) => {
  let consumer

  beforeAll(async () => {
    consumer = await packed.installFor(major)
  })

  it('prints its version', async () => {
    const ran = await consumer.meli('--version')
    done(ran)
    expect(ran.stdout).toMatch(new RegExp(`^meli-toolkit/\\d+\\.\\d+\\.\\d+ \\S+ node-v${major}\\.`))
  })

  it('plays the demo, twice: the second start reads the code that the first one compiled', async () => {
    done(await consumer.meli('demo'))
    done(await consumer.meli('demo'))
  })

  it('opens its database', async () => {
    const ran = await consumer.meli('auth', 'status', '--json')
    expect([ran.status, JSON.parse(ran.stdout)]).toMatchObject([4, {error: {code: 'MELI_NO_ACCOUNT'}}])
  })

  it('is imported by an ES module', async () => {
    const source = `import {MercadoLibreClient, openStore} from 'meli-toolkit'
import {startEmulator} from 'meli-toolkit/emulator'
${story}
const store = await openStore({home: 'library-home'})
await store.close()
console.log(me.nickname)`
    const ran = await consumer.script('story.mjs', source)
    done(ran)
    expect(ran.stdout.trim()).toBe('TIENDA_ANDINA')
  })

  it('is required by a script', async () => {
    const source = `const {MercadoLibreClient} = require('meli-toolkit')
const {startEmulator} = require('meli-toolkit/emulator')
void (async () => {${story}
console.log(me.nickname)})()`
    const ran = await consumer.script('story.cjs', source)
    done(ran)
    expect(ran.stdout.trim()).toBe('TIENDA_ANDINA')
  })

  it('works in a test of node:test', async () => {
    const source = `const {test} = require('node:test')
const {MercadoLibreClient} = require('meli-toolkit')
const {startEmulator} = require('meli-toolkit/emulator')
test('me', async () => {${story}
require('node:assert').equal(me.nickname, 'TIENDA_ANDINA')})`
    done(await consumer.script('story.node-test.cjs', source, '--test'))
  })

  it('works in the default mode of Jest', async () => {
    const source = `const {MercadoLibreClient} = require('meli-toolkit')
const {startEmulator} = require('meli-toolkit/emulator')
test('me', async () => {${story}
expect(me.nickname).toBe('TIENDA_ANDINA')})`
    const jest = join(packed.folder, 'node_modules/jest/bin/jest.js')
    done(await consumer.script('story.jest.test.js', source, jest, '--ci', '--rootDir', consumer.folder))
  })

  it('works in Vitest', async () => {
    const source = `import {expect, test} from 'vitest'
import {MercadoLibreClient} from 'meli-toolkit'
import {startEmulator} from 'meli-toolkit/emulator'
test('me', async () => {${story}
expect(me.nickname).toBe('TIENDA_ANDINA')})`
    const vitest = join(packed.folder, 'node_modules/vitest/vitest.mjs')
    done(await consumer.script('story.vitest.test.mjs', source, vitest, 'run', '--root', consumer.folder))
  })
})
