import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {runCli} from '../support/cli.js'
import {link, noon, product, seller} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

/** What a shell is told when the tab key is pressed after these words. */
async function completed(home: string, ...words: string[]) {
  const {status, stdout, stderr} = await runCli(['complete', '--', ...words], {home})
  expect({status, stderr}).toEqual({status: 0, stderr: ''})
  const lines = stdout.trimEnd().split('\n')
  return {values: lines.slice(0, -1).map((line) => line.split('\t')[0]), directive: lines.at(-1)}
}

describe('completion', () => {
  it('knows commands, flags and their values, and makes no database', async () => {
    const home = join(newHome(), 'none')
    expect((await completed(home, 'pri')).values).toEqual(['price'])
    expect((await completed(home, 'auth', '')).values).toContain('login')
    expect((await completed(home, '')).values).not.toContain('complete')
    expect((await completed(home, 'price', 'set', '--li')).values).toEqual(['--live'])
    expect((await completed(home, 'sync', 'products', '--status', 'pa')).values).toEqual(['paused', 'payment_required'])
    expect((await completed(home, 'auth', 'login', '--site', 'ME')).values).toEqual(['MEC'])
    expect((await completed(home, 'price', 'set', '')).values).toEqual([])
    expect(existsSync(home)).toBe(false)
  })

  it('knows what the local database has', async () => {
    const home = newHome()
    const store = await openStore({home})
    await store.accounts.link(link())
    const [hat, shoe] = [product({id: 'MEC1', sellerSku: 'HAT'}), product({id: 'MEC2', sellerSku: 'SHOE'})]
    await store.productSink(seller).save([hat, shoe], {runId: 'run-1', at: noon})
    await store.close()
    expect((await completed(home, 'price', 'set', 'MEC')).values).toEqual(['MEC1', 'MEC2'])
    expect((await completed(home, 'price', 'set', 'MEC1', '')).values).toEqual([])
    expect((await completed(home, 'products', 'list', '--search', 'SH')).values).toEqual(['SHOE'])
    expect((await completed(home, 'auth', 'switch', '')).values).toEqual([`USER_${seller}`])
    expect((await completed(home, 'verify-handshake', '--account=')).values).toEqual([`USER_${seller}`])
  })

  it('leaves the names of files to the shell', async () => {
    expect(await completed(newHome(), 'products', 'push', '')).toEqual({values: [], directive: ':0'})
    expect(await completed(newHome(), 'products', 'export', '--output', '')).toEqual({values: [], directive: ':0'})
  })

  it('says nothing about settings that cannot be read', async () => {
    const broken = await runCli(['complete', '--', 'price', 'set', ''], {home: newHome(), env: {MELI_RATE_LIMIT: 'x'}})
    expect(broken).toEqual({status: 0, stdout: ':4\n', stderr: ''})
  })

  it.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s that asks the program', async (shell) => {
    const {status, stdout} = await runCli(['completion', shell], {home: newHome()})
    expect(status).toBe(0)
    expect(stdout).toMatch(/meli complete '?--'? /)
  })

  it('refuses another shell', async () => {
    const {status, stderr} = await runCli(['completion', 'tcsh'], {home: newHome()})
    expect(status).toBe(2)
    expect(stderr).toContain('bash')
  })
})
