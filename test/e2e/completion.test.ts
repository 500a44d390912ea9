import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {beforeAll, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {runCli} from '../support/cli.js'
import {link, noon, product, seller} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const program = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')

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
    const [hat, shoe] = [product({id: 'MEC1', seller_sku: 'HAT'}), product({id: 'MEC2', seller_sku: 'SHOE'})]
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

  describe('in bash', () => {
    let folder: string

    beforeAll(() => {
      folder = newHome()
      mkdirSync(folder)
      symlinkSync(program, join(folder, 'meli'))
    })

    /** What bash offers where the last of these words is typed; the words are as bash splits a line. */
    async function offered(home: string, ...typed: string[]): Promise<string[]> {
      const {stdout: script} = await runCli(['completion', 'bash'], {home})
      writeFileSync(join(folder, 'script'), script)
      const ask = `source ./script; source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _meli_complete; printf '%s\\n' "\${COMPREPLY[@]}"`
      const env = {PATH: `${folder}:${dirname(process.execPath)}:${process.env.PATH}`, HOME: home, MELI_HOME: home}
      const {stdout, stderr} = spawnSync('bash', ['-c', ask, 'bash', 'meli', ...typed], {
        cwd: folder,
        env,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      return stdout.split('\n').filter((line) => line !== '')
    }

    it('offers commands, flags and values, those behind a = too', async () => {
      const home = newHome()
      const store = await openStore({home})
      await store.accounts.link(link())
      await store.close()
      expect(await offered(home, 'price', 's')).toEqual(['set'])
      expect(await offered(home, 'price', 'set', '--li')).toEqual(['--live'])
      expect(await offered(home, 'auth', 'status', '--account', '=', 'USER')).toEqual([`USER_${seller}`])
      expect(await offered(home, 'auth', 'status', '--account', '=')).toEqual([`USER_${seller}`])
    })

    it('runs nothing of the line and nothing of a SKU', async () => {
      const home = newHome()
      const store = await openStore({home})
      await store.accounts.link(link())
      const planted = ['$(touch planted)', 'a;touch planted', 'HAT']
      const products = planted.map((sellerSku, at) => product({id: `MEC${at}`, seller_sku: sellerSku}))
      await store.productSink(seller).save(products, {runId: 'run-1', at: noon})
      await store.close()
      expect(await offered(home, 'products', 'list', '--search', '')).toEqual(['HAT'])
      expect(await offered(home, 'api', 'GET', '$(touch planted)', '--typ')).toEqual(['--typed'])
      expect(existsSync(join(folder, 'planted'))).toBe(false)
    })

    it('leaves files alone that output is sent to', async () => {
      writeFileSync(join(folder, 'all.csv'), 'precious')
      expect(await offered(newHome(), 'products', 'export', '>', 'all.csv', '--forc')).toEqual(['--force'])
      expect(await offered(newHome(), 'products', 'export', '>', 'all')).toEqual([])
      expect(readFileSync(join(folder, 'all.csv'), 'utf8')).toBe('precious')
    })
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
