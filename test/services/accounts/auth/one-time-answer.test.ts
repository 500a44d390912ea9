import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {type OneTimeAnswer, withOneTimeAnswer} from '../../../../src/services/accounts/auth/one-time-answer.js'
import {hourMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

const full = () => new MeliError('MELI_STORAGE_FULL', 'there is no space left', {try: ['free some space on the disk']})
const lost = 'the token was refreshed and is lost'

/** Pauses take no time, and are counted as if they did. */
function build() {
  let [passedMs, released] = [0, 0]
  const clock = {
    now: () => new Date('2026-03-01T12:00:00Z'),
    monotonic: () => passedMs,
    sleep: async (ms: number) => {
      passedMs += ms
    },
  }
  const claim = {
    release: async () => {
      released += 1
    },
  }
  return {
    run: <T>(work: (answer: OneTimeAnswer) => Promise<T>) =>
      withOneTimeAnswer({claimSpace: async () => claim, clock}, work),
    passedMs: () => passedMs,
    isReleased: () => released > 0,
  }
}

describe('storing what was bought with something that works once', () => {
  it('outwaits a database that refuses at once, and keeps its lease meanwhile', async () => {
    const {run, passedMs} = build()
    let prolonged = 0
    const store = async () => {
      if (passedMs() < 170_000) throw new MeliError('MELI_DATABASE_BUSY', 'busy')
      return 'stored'
    }
    const between = async () => {
      prolonged += 1
      throw new MeliError('MELI_DATABASE_BUSY', 'busy too')
    }
    expect(await run((answer) => answer.persist(store, {lost, between}))).toBe('stored')
    expect(prolonged).toBeGreaterThan(100)
  })

  it('gives up after three minutes, and says what is lost', async () => {
    const {run, passedMs} = build()
    const busy = async () => {
      throw new MeliError('MELI_DATABASE_BUSY', 'busy', {try: ['run the command again', 'close other programs']})
    }
    const error = await refusal(run((answer) => answer.persist(busy, {lost, try: ['meli auth login']})))
    expect(error).toMatchObject({code: 'MELI_DATABASE_BUSY', message: `${lost}: busy`})
    expect(error.suggestions).toEqual(['close other programs', 'meli auth login'])
    expect(passedMs()).toBe(180_000)
  })

  it('gives up at once on what waiting cannot cure', async () => {
    const {run, passedMs} = build()
    const readOnly = async () => {
      throw new MeliError('MELI_STORAGE_READ_ONLY', 'no')
    }
    const failed = run((answer) => answer.persist(readOnly, {lost}))
    await expect(failed).rejects.toMatchObject({code: 'MELI_STORAGE_READ_ONLY'})
    expect(passedMs()).toBe(0)
  })

  it.each(['MELI_STORAGE_FULL', 'MELI_DATABASE_UNREADABLE'] as const)(
    'gives back the room that was set aside when it meets %s',
    async (code) => {
      const {run, isReleased, passedMs} = build()
      const store = async () => {
        if (!isReleased()) throw new MeliError(code, 'no')
        return 'stored'
      }
      expect(await run((answer) => answer.persist(store, {lost}))).toBe('stored')
      expect(passedMs()).toBe(0)
    },
  )

  it('goes on trying when another program took that room', async () => {
    const {run, passedMs} = build()
    const store = async () => {
      if (passedMs() < 60_000) throw full()
      return 'stored'
    }
    expect(await run((answer) => answer.persist(store, {lost}))).toBe('stored')
  })

  it('cleans up without replacing the first error, with the room if it needs that', async () => {
    const {run, isReleased} = build()
    const tidied: boolean[] = []
    const work = run(async (answer) => {
      await answer.tidy(async () => {
        tidied.push(isReleased())
        throw full()
      })
      throw new MeliError('MELI_TIMED_OUT', 'the first error')
    })
    await expect(work).rejects.toMatchObject({code: 'MELI_TIMED_OUT'})
    expect(tidied).toEqual([false, true])
  })
})

describe('without room for the answer', () => {
  /** With a connected account. */
  async function fullDisk(): Promise<{kit: Toolkit; makeRoom: () => void}> {
    const kit = await toolkit()
    const store = await kit.app.store()
    const {claimSpace} = store
    let room = true
    Object.assign(store, {claimSpace: () => (room ? claimSpace() : Promise.reject(full()))})
    await kit.connect()
    room = false
    const makeRoom = () => {
      room = true
    }
    return {kit, makeRoom}
  }

  const expected = {code: 'MELI_STORAGE_FULL', message: expect.stringMatching(/, so nothing was sent$/)}

  it('no refresh token is sent, and the next refresh works', async () => {
    const {kit, makeRoom} = await fullDisk()
    kit.clock.skip(7 * hourMs)
    const auth = await kit.app.accounts.auth()
    expect(await refusal(auth.getValidToken())).toMatchObject(expected)
    expect(kit.tokenCalls).toBe(1)
    expect(kit.sql("SELECT * FROM token_refresh WHERE kind = 'refresh'")).toEqual([])
    expect(kit.sql('SELECT lease_holder FROM mercadolibre_token')).toEqual([{lease_holder: null}])
    makeRoom()
    expect(await auth.getValidToken()).toMatchObject({refreshed: true})
  })

  it('no authorization code is sent, and the same callback works later', async () => {
    const {kit, makeRoom} = await fullDisk()
    const callback = await kit.allow(await kit.start())
    expect(await refusal(kit.complete(callback))).toMatchObject(expected)
    expect(kit.tokenCalls).toBe(1)
    makeRoom()
    expect(await kit.complete(callback)).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('no imported token is sent', async () => {
    const {kit} = await fullDisk()
    const imports = await kit.app.accounts.importToken()
    expect(await refusal(imports.run('TG-0000000000000000000000ff-7', null))).toMatchObject(expected)
    expect(kit.tokenCalls).toBe(1)
  })

  it('no test user is created, and none is counted', async () => {
    const {kit} = await fullDisk()
    const creation = (await kit.app.accounts.createTestUsers()).run({siteId: 'MEC', roles: ['seller']})
    expect(await refusal(creation)).toMatchObject(expected)
    expect(kit.requests('POST', '/users/test_user')).toEqual([])
    expect(kit.sql('SELECT * FROM test_user')).toEqual([])
  })
})

describe('an answer that cannot be stored', () => {
  it('is said to be lost', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.sql(
      "CREATE TRIGGER full BEFORE UPDATE OF access_token ON mercadolibre_token BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    const auth = await kit.app.accounts.auth()
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'always'}))
    expect(error.message).toMatch(/TIENDA_ANDINA was refreshed, but the new one could not be stored and is lost/)
    expect(error.suggestions.at(-1)).toMatch(/^meli auth login --site MEC --expect \d+$/)
  })

  it('is said to be lost even where neither the journal nor the lease can be written any more', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.sql(`CREATE TRIGGER full BEFORE UPDATE OF access_token ON mercadolibre_token
      BEGIN SELECT RAISE(ABORT, 'first'); END`)
    kit.sql("CREATE TRIGGER journal BEFORE UPDATE ON token_refresh BEGIN SELECT RAISE(ABORT, 'second'); END")
    kit.sql(`CREATE TRIGGER lease BEFORE UPDATE OF lease_holder ON mercadolibre_token WHEN new.lease_holder IS NULL
      BEGIN SELECT RAISE(ABORT, 'third'); END`)
    const auth = await kit.app.accounts.auth()
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'always'}))
    expect(error.message).toMatch(/could not be stored and is lost/)
  })
})
