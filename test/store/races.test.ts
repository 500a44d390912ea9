import {beforeAll, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {link} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describe('processes on one database', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/store-child.ts')
  })

  it('rotate a credential one after the other and lose no turn', async () => {
    const home = newHome()
    const store = await openStore({home})
    await store.accounts.link(link({userId: 7, tokens: {refreshToken: 'TG-0'}}))
    const answers = await race(Array.from({length: 8}, () => spawnChild([process.execPath, child, 'rotate', home])))
    const won = answers.reduce((sum, answer) => sum + Number(answer.won), 0)
    expect(won).toBeGreaterThanOrEqual(30)
    expect(await store.accounts.load(7)).toMatchObject({refreshToken: `TG-${won}`})
    await store.close()
  }, 60_000)

  it('never seal with two keys, however they start', async () => {
    const home = newHome()
    const answers = await race(
      Array.from({length: 8}, (_, id) => spawnChild([process.execPath, child, 'linkWithOwnKey', home, String(id + 1)])),
    )
    const codes = answers.map(({code}) => code).sort()
    expect(codes).toEqual([...Array(7).fill('MELI_SEAL_BROKEN'), 'linked'])
  }, 60_000)
})
