import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {promisify} from 'node:util'
import {expect, it} from '@jest/globals'
import {ensureBuilt} from '../support/build-once.js'

const root = resolve(import.meta.dirname, '../..')

it('starts with the code cache that the build made: nothing in it may have been compiled under other flags', async () => {
  await ensureBuilt()
  const look = `import {load} from ${JSON.stringify(join(root, 'bin/load.js'))}
console.log(load(${JSON.stringify(join(root, 'dist/cli.cjs'))}).script.cachedDataRejected)`
  const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', look])
  expect(stdout.trim()).toBe('false')
})

it('is ASCII throughout: it is read as Latin-1, which would spoil arrows and accents', async () => {
  await ensureBuilt()
  expect(/[^\0-\x7f]/.exec(readFileSync(join(root, 'dist/cli.cjs'), 'utf8'))?.[0]).toBeUndefined()
})
