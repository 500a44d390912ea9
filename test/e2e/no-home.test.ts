import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {ensureBuilt} from '../support/build-once.js'

const program = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')
/** Only root may start a process under another user, who has to be able to read the program and Node. */
const mayBeAnother = process.getuid?.() === 0 && [program, process.execPath].every(isOpenToAll)
/** No entry in any list of users. Everybody may leave HOME empty. */
const nobody = mayBeAnother ? {uid: 54_321, gid: 54_321} : {}

/** Not so of a clone in a temporary folder that is its owner's alone. */
function isOpenToAll(path: string): boolean {
  if ((statSync(path).mode & 0o005) !== 0o005) return false
  return dirname(path) === path || isOpenToAll(dirname(path))
}

let folder: string
beforeEach(async () => {
  await ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'meli-no-home-'))
  chmodSync(folder, 0o777)
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const none = mayBeAnother ? {} : {HOME: ''}
  // Not with our own environment below: Node would fill in the HOME of whoever runs the tests.
  const child = spawn(process.execPath, ['--', program, ...args], {cwd: folder, env: {...none, ...env}, ...nobody})
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [status] = await once(child, 'close')
  return {status, stdout, stderr}
}

describe('without a home folder', () => {
  it.each([[['auth', 'status']], [['config']], [['db', 'path']], [['sync', 'status']]])(
    'says what to set, and no more: %j',
    async (args) => {
      const {status, stdout, stderr} = await run(args)
      expect([status, stdout]).toEqual([3, ''])
      expect(stderr).toMatch(
        /^Error: this user has no home folder, .* \(MELI_CONFIG_INVALID\)\n {2}Try: set MELI_HOME /,
      )
      expect(stderr).not.toMatch(/^\s+at /m)
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it('says it as JSON too', async () => {
    const {status, stdout} = await run(['auth', 'status', '--json'])
    expect([status, JSON.parse(stdout)]).toMatchObject([3, {error: {code: 'MELI_CONFIG_INVALID', exit_code: 3}}])
  })

  it('gives help, and names mistakes, all the same', async () => {
    expect(await run(['--help'])).toMatchObject({status: 0, stderr: ''})
    expect(await run(['auth', 'stauts'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('meli auth status'),
    })
  })

  it('works with MELI_HOME alone', async () => {
    const home = join(folder, 'home')
    expect(await run(['auth', 'status'], {MELI_HOME: home})).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('MELI_NO_ACCOUNT'),
    })
    expect(readdirSync(folder)).toEqual(['home'])
  })

  it('says the same of a path below ~', async () => {
    expect(await run(['auth', 'status'], {MELI_HOME: '~/meli'})).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('no home folder'),
    })
  })
})
