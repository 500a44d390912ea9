import {randomBytes} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import Database from 'better-sqlite3'
import type {Store} from '../../src/services/ports/index.js'
import {openStore} from '../../src/store/open.js'
import {buyer, grant, identity, link, loginAttempt, minutes, noon, seller} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()
const newKey = () => randomBytes(32).toString('base64')
const broken = {code: 'MELI_SEAL_BROKEN', exitCode: 3}
const credentials = {userId: 900_001, nickname: 'TESTABC', password: 'planted-password', siteStatus: 'active'}
const testUser = {...credentials, ownerUserId: seller, siteId: 'MEC', role: 'seller', at: noon} as const

function rowsOf(path: string): unknown {
  const client = new Database(path, {readonly: true})
  const tables = ['mercadolibre_token', 'installation', 'oauth_state', 'test_user', 'store', 'store_membership', 'meta']
  const rows = tables.map((table) => client.prepare(`SELECT * FROM ${table}`).all())
  client.close()
  return rows
}

function change(path: string, statement: string): void {
  const client = new Database(path)
  client.exec(statement)
  client.close()
}

async function withStore<T>(options: Parameters<typeof openStore>[0], work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(options)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A home with two accounts, a held grant, a login and a test user. */
async function furnished(encryptionKey?: string): Promise<{home: string; path: string}> {
  const home = newHome()
  return withStore({home, ...(encryptionKey === undefined ? {} : {encryptionKey})}, async (store) => {
    await store.accounts.link(link())
    await store.accounts.link(link({userId: buyer}))
    await store.heldGrants.hold('state:abc', grant(), '4242', noon)
    await store.logins.begin(loginAttempt({stateHash: 'hash'}))
    await store.testUsers.adopt(testUser)
    return {home, path: store.path}
  })
}

describe('with another key than before', () => {
  it('no secret opens and nothing is overwritten', async () => {
    const {home, path} = await furnished(newKey())
    const before = rowsOf(path)
    await withStore({home, encryptionKey: newKey()}, async (store) => {
      const rotation = {
        userId: seller,
        spent: 'TG-refresh-1',
        next: grant(),
        answered: {exchangeId: 'none', received: null},
        at: noon,
      }
      const attempts = [
        () => store.accounts.load(seller),
        () => store.accounts.link(link({grantedAt: minutes(1)})),
        () => store.accounts.link(link({userId: 5})),
        () => store.accounts.rotate(rotation),
        () => store.accounts.invalidate(seller, 'TG-refresh-1'),
        () => store.heldGrants.hold('state:new', grant(), '4242', noon),
        () => store.heldGrants.find('state:abc'),
        () => store.logins.begin(loginAttempt()),
        () => store.logins.find('hash', noon),
        () => store.testUsers.adopt(testUser),
        () => store.testUsers.reveal('TESTABC'),
      ]
      for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(broken)
    })
    expect(rowsOf(path)).toEqual(before)
  })

  it('says whose secret it is and which key was tried', async () => {
    const {home} = await furnished()
    await withStore({home, encryptionKey: newKey()}, async (store) => {
      await expect(store.accounts.load(seller)).rejects.toMatchObject({
        message: `The tokens of USER_${seller} (${seller}) do not open with the key in MELI_ENCRYPTION_KEY.`,
        suggestions: [
          expect.stringContaining('Restore the key'),
          expect.stringMatching(/meli auth logout.*meli test-users forget/),
        ],
      })
    })
  })

  it('everything that is not secret can still be seen and removed', async () => {
    const {home} = await furnished(newKey())
    const encryptionKey = 'this is not even a key'
    await withStore({home, encryptionKey}, async (store) => {
      expect(await store.accounts.list()).toHaveLength(2)
      expect(await store.testUsers.list()).toHaveLength(1)
      await store.accounts.setDefault(seller)
      expect(await store.accounts.acquireLease(seller, {holder: 'a', until: minutes(1)})).toEqual({held: true})
      await expect(store.accounts.load(seller)).rejects.toMatchObject({code: 'MELI_KEY_INVALID'})
      expect(await store.accounts.remove(seller)).toBe(true)
      expect(await store.testUsers.forget('TESTABC', noon)).toBe(true)
    })
  })

  it('a new start is possible once all that was sealed is gone', async () => {
    const {home} = await furnished(newKey())
    const encryptionKey = newKey()
    await withStore({home, encryptionKey}, async (store) => {
      await store.accounts.remove(seller)
      await store.testUsers.forget('TESTABC', noon)
      await expect(store.accounts.link(link())).rejects.toMatchObject(broken)
      await store.accounts.remove(buyer)
      await store.accounts.link(link())
      expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1'})
    })
  })

  it.each([
    ['a login', (store: Store, at: Date) => store.logins.begin(loginAttempt({createdAt: at}))],
    ['an import', (store: Store, at: Date) => store.heldGrants.hold('import:2', grant(), '4242', at)],
  ] as const)('a grant that nobody came back for does not keep %s from a new start', async (_, start) => {
    const home = newHome()
    await withStore({home, encryptionKey: newKey()}, (store) =>
      store.heldGrants.hold('import:1', grant(), '4242', noon),
    )
    await withStore({home, encryptionKey: newKey()}, async (store) => {
      const day = 24 * 60
      await expect(start(store, minutes(day - 1))).rejects.toMatchObject(broken)
      await start(store, minutes(day + 1))
      expect(await store.heldGrants.find('import:1')).toBeUndefined()
    })
  })

  it('a grant is kept, however old, while the key is the right one', async () => {
    const home = newHome()
    const encryptionKey = newKey()
    await withStore({home, encryptionKey}, async (store) => {
      await store.heldGrants.hold('import:1', grant(), '4242', noon)
      await store.logins.begin(loginAttempt({createdAt: minutes(60 * 24 * 9)}))
      expect(await store.heldGrants.find('import:1')).toMatchObject({grant: grant()})
    })
  })
})

describe('without the key file', () => {
  it('nothing is made or read before there is a secret', async () => {
    const home = newHome()
    await withStore({home}, async (store) => {
      await store.accounts.list()
      await store.testUsers.intend({ownerUserId: seller, siteId: 'MEC', role: 'seller', at: noon})
      await store.logins.begin(loginAttempt({codeVerifier: null}))
      expect(existsSync(join(home, 'key'))).toBe(false)
      await store.accounts.link(link())
      expect(existsSync(join(home, 'key'))).toBe(true)
    })
  })

  it('secrets are refused rather than sealed with a new key', async () => {
    const {home} = await furnished()
    rmSync(join(home, 'key'))
    await withStore({home}, async (store) => {
      expect(await store.accounts.list()).toHaveLength(2)
      for (const attempt of [() => store.accounts.load(seller), () => store.accounts.link(link())])
        await expect(attempt()).rejects.toMatchObject({code: 'MELI_KEY_UNREADABLE', exitCode: 3})
    })
    expect(existsSync(join(home, 'key'))).toBe(false)
  })
})

describe('a changed row', () => {
  const changes: [string, string][] = [
    [
      'the ciphertext of another account',
      `SET refresh_token = (SELECT refresh_token FROM mercadolibre_token WHERE user_id = ${buyer})`,
    ],
    ['the ciphertext of another column', 'SET refresh_token = access_token'],
    ['a cut ciphertext', 'SET refresh_token = substr(refresh_token, 1, 40)'],
    ['plain text', `SET refresh_token = 'TG-plain'`],
  ]
  it.each(changes)('with %s does not open, and the account is named', async (_, set) => {
    const {home, path} = await furnished()
    change(path, `UPDATE mercadolibre_token ${set} WHERE user_id = ${seller}`)
    const before = rowsOf(path)
    await withStore({home}, async (store) => {
      const error = {...broken, message: expect.stringContaining(`USER_${seller} (${seller})`)}
      await expect(store.accounts.load(seller)).rejects.toMatchObject(error)
      await expect(store.accounts.invalidate(seller, 'TG-refresh-1')).rejects.toMatchObject(error)
      expect(rowsOf(path)).toEqual(before)
      expect(await store.accounts.load(buyer)).toMatchObject({userId: buyer})
      // Connecting the account again, as the error says, mends it.
      await store.accounts.link(link())
      expect(await store.accounts.load(seller)).toMatchObject({refreshToken: 'TG-refresh-1'})
    })
  })

  it('of a login is refused before the state is spent', async () => {
    const {home, path} = await furnished()
    change(path, `UPDATE oauth_state SET code_verifier = 'v1.x.y'`)
    const before = rowsOf(path)
    await withStore({home}, (store) => expect(store.logins.find('hash', noon)).rejects.toMatchObject(broken))
    expect(rowsOf(path)).toEqual(before)
  })
})

describe('an installation that waits for an operator', () => {
  const week = minutes(7 * 24 * 60)

  async function waiting(home: string): Promise<void> {
    await withStore({home, encryptionKey: newKey()}, async (store) => {
      const id = await store.heldGrants.hold('state:1', grant(), '4242', noon)
      await store.installs.pend(id, identity(), week)
    })
  }

  it('keeps a new key from taking over for as long as it waits, and no longer', async () => {
    const home = newHome()
    await waiting(home)
    await withStore({home, encryptionKey: newKey()}, async (store) => {
      const hold = (at: Date) => store.heldGrants.hold('state:2', grant({userId: buyer}), '4242', at)
      await expect(hold(minutes(3 * 24 * 60))).rejects.toMatchObject(broken)
      expect(await store.installs.list()).toHaveLength(1)
      await hold(minutes(7 * 24 * 60 + 1))
      expect(await store.installs.list()).toEqual([])
    })
  })

  it('stays when another seller logs in meanwhile', async () => {
    const home = newHome()
    const encryptionKey = newKey()
    await withStore({home, encryptionKey}, async (store) => {
      const id = await store.heldGrants.hold('state:1', grant(), '4242', noon)
      await store.installs.pend(id, identity(), week)
      await store.accounts.link(link({userId: buyer, grantedAt: minutes(3 * 24 * 60)}))
      expect(await store.installs.load(id)).toMatchObject({held: {grant: grant()}})
    })
  })
})

describe('what lies on the disk', () => {
  const planted = {
    accessToken: 'APP_USR-planted-access',
    refreshToken: 'TG-planted-refresh',
  }
  const secrets = [...Object.values(planted), 'planted-password', 'planted-verifier', 'planted-later']

  const found = (home: string) => {
    const bytes = readdirSync(home).map((file) => readFileSync(join(home, file)).toString('latin1'))
    return secrets.filter((secret) => bytes.some((text) => text.includes(secret)))
  }

  it('holds no token, password or verifier in clear, neither open nor closed nor in a backup', async () => {
    const home = newHome()
    await withStore({home}, async (store) => {
      await store.accounts.link(link({tokens: planted}))
      await store.heldGrants.hold('import:1', grant(planted), '4242', noon)
      await store.logins.begin(loginAttempt({codeVerifier: 'planted-verifier'}))
      await store.testUsers.adopt(testUser)
      const next = grant({accessToken: 'planted-later', refreshToken: 'planted-later'})
      await store.accounts.rotate({
        userId: seller,
        spent: planted.refreshToken,
        next,
        answered: {exchangeId: 'none', received: null},
        at: noon,
      })
      expect(readdirSync(home)).toContain('meli.db-wal')
      expect(found(home)).toEqual([])
      await store.backup(join(home, 'backup.db'))
    })
    expect(found(home)).toEqual([])
  })

  it('holds nothing of an account after it was removed, sealed or not', async () => {
    const home = newHome()
    await withStore({home}, async (store) => {
      await store.accounts.link(link({who: identity({nickname: 'SOON_FORGOTTEN', email: 'gone@example.com'})}))
      const client = new Database(store.path, {readonly: true})
      const row = client.prepare('SELECT refresh_token, access_token FROM mercadolibre_token').get()
      client.close()
      const traces = [...Object.values(row as Record<string, string>), 'SOON_FORGOTTEN', 'gone@example.com']
      await store.accounts.remove(seller)
      const left = readdirSync(home).map((file) => readFileSync(join(home, file)).toString('latin1'))
      for (const trace of traces) expect(left.some((text) => text.includes(trace))).toBe(false)
    })
  })
})
