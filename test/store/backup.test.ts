import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {buyer, link, noon, product, seller} from '../support/store-contract.js'
import {countOutcomes} from '../support/sync/memory-ledger.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describe('a backup', () => {
  it('opens as a store with the same key and holds what was there', async () => {
    const [home, elsewhere] = [newHome(), newHome()]
    mkdirSync(elsewhere)
    const file = join(elsewhere, 'copy.db')
    const store = await openStore({home})
    await store.accounts.link(link())
    await store.productSink(seller).save([product()], {runId: 'r', at: noon})
    const bytes = await store.backup(file)
    await store.accounts.link(link({userId: buyer}))
    await store.close()

    expect(statSync(file)).toMatchObject({size: bytes})
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(elsewhere)).toEqual(['copy.db'])
    const restored = await openStore({home: elsewhere, file, keyFile: join(home, 'key')})
    expect(await restored.accounts.list()).toMatchObject([{userId: seller}])
    expect(await restored.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1'})
    expect(countOutcomes(await restored.productSink(seller).compare([product()]))).toMatchObject({
      created: 0,
      unchanged: 1,
    })
    await restored.close()
  })

  it('is whole while another connection goes on writing', async () => {
    const home = newHome()
    const [store, writer] = [await openStore({home}), await openStore({home})]
    const batch = (start: number) => Array.from({length: 200}, (_, index) => product({id: `MEC${start + index}`}))
    const save = (start: number) => writer.productSink(seller).save(batch(start), {runId: 'r', at: noon})
    await save(0)
    const file = join(home, 'copy.db')
    await Promise.all([store.backup(file), save(200), save(400), save(600)])
    await Promise.all([store.close(), writer.close()])
    const restored = await openStore({home, file})
    expect((await restored.productSink(seller).countLive()) % 200).toBe(0)
    await restored.close()
  })

  it('does not replace a file, nor leave a draft', async () => {
    const home = newHome()
    const store = await openStore({home})
    const file = join(home, 'mine.txt')
    writeFileSync(file, 'mine')
    await expect(store.backup(file)).rejects.toMatchObject({code: 'MELI_FILE_EXISTS', exitCode: 2})
    await expect(store.backup(store.path)).rejects.toMatchObject({code: 'MELI_FILE_EXISTS'})
    expect(readFileSync(file, 'utf8')).toBe('mine')
    const [first, second] = await Promise.allSettled([store.backup(join(home, 'b')), store.backup(join(home, 'b'))])
    expect([first?.status, second?.status].sort()).toEqual(['fulfilled', 'rejected'])
    await store.close()
    expect(readdirSync(home).sort()).toEqual(['b', 'meli.db', 'mine.txt'])
  })

  it('says so when its folder does not exist', async () => {
    const store = await openStore({home: newHome()})
    await expect(store.backup(join(newHome(), 'copy.db'))).rejects.toMatchObject({exitCode: 3})
    await store.close()
  })
})
