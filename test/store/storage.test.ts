import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, readdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeAll, describe, expect, it} from '@jest/globals'
import {openStore} from '../../src/store/open.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {link} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

/** A command run where `home` is a disk of its own, as far as this machine lets its users have one. */
function onSmallDisk(home: string, size: string, command: readonly string[]): string[] | undefined {
  const mount = `mount -t tmpfs -o size=${size} tmpfs "$0"`
  const inside = ['unshare', '--map-root-user', '--mount', 'sh', '-c']
  const [program = '', ...args] = inside
  if (spawnSync(program, [...args, mount, home]).status !== 0) return undefined
  return [...inside, `${mount} && exec "$@"`, home, ...command]
}

describe('a disk that fails', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/store-child.ts')
  })

  const run = async (command: readonly string[], env: Record<string, string> = {}) =>
    (await race([spawnChild(command, env)]))[0]

  it('is reported when it is full, and batches are whole or absent', async () => {
    const home = newHome()
    mkdirSync(home)
    const command = onSmallDisk(home, '3m', [process.execPath, child, 'fill', home])
    // Where nobody may mount, SQLite itself is told that there are no more pages to be had.
    const answer = await run(command ?? [process.execPath, child, 'fillToLimit', home])
    expect(answer).toMatchObject({code: 'MELI_STORAGE_FULL'})
    expect(answer?.saved).toBeGreaterThan(0)
    expect(answer?.kept).toBe(answer?.saved)
  }, 30_000)

  it('is reported when the database may not grow', async () => {
    const home = newHome()
    const answer = await run([process.execPath, child, 'fillToLimit', home])
    expect(answer).toMatchObject({code: 'MELI_STORAGE_FULL', saved: answer?.kept})
  }, 30_000)

  it('is reported when there is no room for the database at all', async () => {
    const home = newHome()
    mkdirSync(home)
    const command = onSmallDisk(home, '64k', [process.execPath, child, 'link', home, '7'])
    const answer = await run(command ?? [process.execPath, child, 'fillToLimit', home])
    expect(answer).toMatchObject({code: 'MELI_STORAGE_FULL'})
  }, 30_000)

  it('is reported when the home cannot be written', async () => {
    const home = newHome()
    mkdirSync(home)
    chmodSync(home, 0o555)
    chmodSync(dirname(home), 0o755)
    const answer = await run([process.execPath, child, 'open', home], {AS_NOBODY: '1'})
    expect(answer).toMatchObject({code: 'MELI_STORAGE_READ_ONLY'})
    expect(readdirSync(home)).toEqual([])
  }, 30_000)

  it('is reported when no home can be made', async () => {
    const parent = newHome()
    mkdirSync(parent)
    chmodSync(parent, 0o555)
    chmodSync(dirname(parent), 0o755)
    const answer = await run([process.execPath, child, 'open', join(parent, 'home')], {AS_NOBODY: '1'})
    expect(answer).toMatchObject({code: 'MELI_STORAGE_READ_ONLY'})
  }, 30_000)

  it('is reported when folder and database are read-only', async () => {
    const home = newHome()
    const store = await openStore({home})
    await store.accounts.link(link())
    await store.close()
    chmodSync(store.path, 0o444)
    chmodSync(join(home, 'key'), 0o444)
    chmodSync(home, 0o555)
    chmodSync(dirname(home), 0o755)
    const answer = await run([process.execPath, child, 'open', home], {AS_NOBODY: '1'})
    expect(answer).toMatchObject({code: 'MELI_STORAGE_READ_ONLY'})
    chmodSync(home, 0o700)
    const again = await openStore({home})
    expect(await again.accounts.list()).toHaveLength(1)
    await again.close()
  }, 30_000)
})
