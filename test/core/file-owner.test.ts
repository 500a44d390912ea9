import {chownSync, closeSync, mkdirSync, openSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {loadConfig} from '../../src/config/config.js'
import {thisRunner} from '../../src/config/runner.js'
import {
  assertOwned,
  foreignAmong,
  foreignDescriptor,
  foreignOwner,
  isTrustedOwner,
  type Runner,
  thisUser,
} from '../../src/core/file-owner.js'
import {locateStore} from '../../src/store/location.js'
import {openStore} from '../../src/store/open.js'
import {tempHomes} from '../support/temp-home.js'
import {refusal} from '../support/toolkit.js'

const newHome = tempHomes()
const isRoot = process.geteuid?.() === 0
/** Nobody's. */
const stranger = 54_321

describe('an owner', () => {
  it.each<[string, number, Runner, boolean]>([
    ['oneself', 1000, {uid: 1000}, true],
    ['root', 0, {uid: 1000}, true],
    ['somebody else', 1001, {uid: 1000}, false],
    ['nobody, as files of unknown users are shown', 65_534, {uid: 1000}, false],
    ['root, for root', 0, {uid: 0}, true],
    ['a user, for root alone', 1000, {uid: 0}, false],
    ['the user who called sudo, for root', 1000, {uid: 0, sudoUid: 1000}, true],
    ['another than the user who called sudo', 1001, {uid: 0, sudoUid: 1000}, false],
    ['the one whom SUDO_UID names, for a user who is not root', 1001, {uid: 1000, sudoUid: 1001}, false],
    ['one of those who are trusted', 1001, {uid: 1000, trusted: [7, 1001]}, true],
    ['another than those who are trusted', 1002, {uid: 0, trusted: [7, 1001]}, false],
    ['anybody, where files have no owner (Windows)', 0, {uid: undefined}, true],
  ])('is judged by who runs the program: %s', (_name, owner, runner, trusted) => {
    expect(isTrustedOwner(owner, runner)).toBe(trusted)
  })

  it('is named with what to do, for the first of several files', () => {
    const found = [
      {path: '/a/home', uid: 1000},
      {path: '/a/home/key', uid: 1001},
    ]
    const error = foreignOwner(found, {uid: 1000})
    expect(error).toMatchObject({
      code: 'MELI_FOREIGN_OWNER',
      exitCode: 3,
      message: '/a/home/key belongs to another user (uid 1001), who can change it',
      suggestions: [
        expect.stringContaining("sudo -u '#1001' meli"),
        expect.stringContaining('sudo chown -R 1000 /a/home/key'),
        expect.stringContaining('MELI_HOME'),
        'if you trust that user, set MELI_TRUST_OWNER=1001 in the environment',
      ],
    })
    expect(foreignOwner(found, {uid: 1001, sudoUid: 1000})).toMatchObject({details: {path: '/a/home', owner: 1000}})
    expect(foreignOwner([], {uid: 1000})).toBeUndefined()
  })
})

describe('files on the disk', () => {
  /** Only root can give a file away; for everybody else the runner is the stranger. */
  function foreign(path: string): Runner {
    if (isRoot) chownSync(path, stranger, stranger)
    return {uid: isRoot ? 0 : stranger}
  }

  it('are checked by path and when they are open', () => {
    const home = newHome()
    mkdirSync(home)
    const file = join(home, 'file')
    writeFileSync(file, '')
    assertOwned([home, file, join(home, 'missing')], thisUser())
    const runner = foreign(file)
    expect(() => assertOwned([file], runner)).toThrow(expect.objectContaining({code: 'MELI_FOREIGN_OWNER'}))
    expect(foreignAmong([file], runner)).toMatchObject({details: {path: file}})
    const descriptor = openSync(file, 'r')
    try {
      expect(foreignDescriptor(descriptor, file, runner)).toMatchObject({code: 'MELI_FOREIGN_OWNER'})
    } finally {
      closeSync(descriptor)
    }
  })

  it("are nobody's when they are devices", () => {
    const descriptor = openSync('/dev/null', 'r')
    try {
      expect(foreignDescriptor(descriptor, '/dev/null', {uid: stranger, sudoUid: undefined})).toBeUndefined()
    } finally {
      closeSync(descriptor)
    }
  })
})

/** Where somebody other than root runs the tests, nothing can be given away: then all of this has to work. */
describe('what meli keeps and reads', () => {
  const own = process.env
  beforeEach(() => {
    process.env = {...own}
    delete process.env.SUDO_UID
    delete process.env.MELI_TRUST_OWNER
  })
  afterEach(() => {
    process.env = own
  })

  async function opened(home: string, file?: string): Promise<void> {
    const store = await openStore({home, runner: thisRunner(), ...(file !== undefined && {file})})
    await store.accounts.list()
    await store.close()
  }

  /** Refused for a file of somebody else; not under sudo of that user, nor when MELI_TRUST_OWNER names the user. */
  async function expectRefused(path: string, use: () => unknown): Promise<void> {
    await use()
    if (!isRoot) return
    chownSync(path, stranger, stranger)
    const attempt = async () => use()
    expect(await refusal(attempt())).toMatchObject({code: 'MELI_FOREIGN_OWNER', details: {path, owner: stranger}})
    process.env.SUDO_UID = String(stranger)
    await use()
    process.env.SUDO_UID = '1'
    expect(await refusal(attempt())).toMatchObject({code: 'MELI_FOREIGN_OWNER'})
    delete process.env.SUDO_UID
    process.env.MELI_TRUST_OWNER = `7, ${stranger}`
    await use()
    process.env.MELI_TRUST_OWNER = 'somebody'
    expect(await refusal(attempt())).toMatchObject({code: 'MELI_FOREIGN_OWNER'})
    delete process.env.MELI_TRUST_OWNER
  }

  it.each(['home', 'folder of the database', 'database', 'key'])('is refused when the %s is not ours', async (what) => {
    const home = newHome()
    const folder = `${home}-elsewhere`
    const file = join(folder, 'meli.db')
    mkdirSync(home)
    writeFileSync(join(home, 'key'), '')
    await opened(home, file)
    const path = {home, 'folder of the database': folder, database: file, key: join(home, 'key')}[what] ?? ''
    await expectRefused(path, () => opened(home, file))
    const {warnings} = locateStore({home, file, encryptionKey: undefined})
    expect(warnings.filter((line) => line.includes('belongs to another user'))).toHaveLength(isRoot ? 1 : 0)
  })

  it('does not mind whose the key file is where the key comes from the environment', async () => {
    const home = newHome()
    mkdirSync(home)
    writeFileSync(join(home, 'key'), '')
    if (isRoot) chownSync(join(home, 'key'), stranger, stranger)
    const store = await openStore({home, encryptionKey: Buffer.alloc(32).toString('base64')})
    expect(await store.accounts.list()).toEqual([])
    await store.close()
  })

  it.each(['file', 'folder'])('takes no settings from a config %s of somebody else', async (what) => {
    const home = newHome()
    mkdirSync(home)
    const file = join(home, 'config.json')
    writeFileSync(file, '{"MELI_API_URL": "https://elsewhere.example"}')
    const load = () => expect(loadConfig({env: {MELI_HOME: home}}).apiUrl.host).toBe('elsewhere.example')
    await expectRefused(what === 'file' ? file : home, load)
  })

  it('takes settings from a --settings file of somebody else, and says whose it is', () => {
    const envFile = join(newHome(), '..', 'other.env')
    writeFileSync(envFile, 'MELI_CLIENT_ID=7')
    if (isRoot) chownSync(envFile, stranger, stranger)
    const load = () => loadConfig({env: {MELI_HOME: newHome()}, envFile})
    const warning = expect.stringMatching(/other\.env belongs to another user .*set MELI_TRUST_OWNER=54321 in the/)
    expect(load()).toMatchObject({clientId: '7', warnings: isRoot ? [warning] : []})
    process.env.MELI_TRUST_OWNER = String(stranger)
    expect(load()).toMatchObject({clientId: '7', warnings: []})
  })

  it('takes no trust out of a file', () => {
    const home = newHome()
    mkdirSync(home)
    const file = join(home, 'config.json')
    writeFileSync(file, `{"MELI_TRUST_OWNER": "${stranger}"}`)
    if (isRoot) chownSync(file, stranger, stranger)
    const load = () => loadConfig({env: {MELI_HOME: home}})
    if (isRoot) expect(load).toThrow(expect.objectContaining({code: 'MELI_FOREIGN_OWNER'}))
    else expect(load().clientId).toBeUndefined()
  })
})
