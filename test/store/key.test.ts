import {randomBytes} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {beforeAll, describe, expect, it} from '@jest/globals'
import {isMeliError} from '../../src/core/errors.js'
import {keySource} from '../../src/store/key.js'
import {bundle} from '../support/bundle.js'
import {race, spawnChild} from '../support/spawn-child.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

function problem(work: () => unknown): {code: string; message: string} {
  try {
    work()
  } catch (error) {
    if (isMeliError(error)) return {code: error.code, message: `${error.message} ${error.suggestions.join(' ')}`}
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the encryption key', () => {
  let child: string
  beforeAll(async () => {
    child = await bundle('test/support/store-child.ts')
  })

  it('is taken from the setting when there is one, and no file is made', () => {
    const keyFile = join(newHome(), 'key')
    const bytes = randomBytes(32)
    const keys = keySource({encryptionKey: bytes.toString('base64'), keyFile})
    expect(keys.readOrMake()).toEqual(bytes)
    expect(existsSync(keyFile)).toBe(false)
  })

  it('may be written for addresses and without padding', () => {
    const bytes = Buffer.alloc(32, 0xff)
    for (const text of [bytes.toString('base64url'), ` ${bytes.toString('base64')}\n`])
      expect(keySource({encryptionKey: text, keyFile: 'unused'}).read()).toEqual(bytes)
  })

  it.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(32).toString('hex'), '*'.repeat(44)])(
    'is refused when it is not 32 bytes of base64, saying what is expected and not what was given: %j',
    (text) => {
      const {code, message} = problem(() => keySource({encryptionKey: text, keyFile: 'unused'}).read())
      expect(code).toBe('MELI_KEY_INVALID')
      expect(message).toMatch(/32 bytes.*base64.*openssl rand -base64 32/)
      if (text.length > 5) expect(message).not.toContain(text)
    },
  )

  it('is made once, for its owner alone, and leaves no draft behind', () => {
    const keyFile = join(newHome(), 'deep', 'key')
    const made = keySource({keyFile}).readOrMake()
    expect(keySource({keyFile}).readOrMake()).toEqual(made)
    expect(keySource({keyFile}).read()).toEqual(made)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(keyFile, 'utf8')).toBe(`${made.toString('base64')}\n`)
    expect(readdirSync(dirname(keyFile))).toEqual(['key'])
  })

  it('is not made by reading', () => {
    const keyFile = join(newHome(), 'key')
    const {code, message} = problem(() => keySource({keyFile}).read())
    expect(code).toBe('MELI_KEY_UNREADABLE')
    expect(message).toMatch(/meli auth logout.*meli test-users forget/)
    expect(existsSync(keyFile)).toBe(false)
  })

  it('is never replaced, however broken the file is', () => {
    const home = newHome()
    mkdirSync(home)
    const keyFile = join(home, 'key')
    writeFileSync(keyFile, 'not a key')
    expect(problem(() => keySource({keyFile}).readOrMake())).toMatchObject({code: 'MELI_KEY_INVALID'})
    expect(readFileSync(keyFile, 'utf8')).toBe('not a key')
    expect(problem(() => keySource({keyFile: home}).read())).toMatchObject({code: 'MELI_KEY_UNREADABLE'})
  })

  it('is the same for twenty processes that want the first one at once', async () => {
    const home = newHome()
    const keyFile = join(home, 'key')
    const children = Array.from({length: 20}, () => spawnChild([process.execPath, child, 'key', keyFile]))
    const answers = await race(children)
    expect(new Set(answers.map(({fingerprint}) => fingerprint)).size).toBe(1)
    expect(answers[0]?.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(readdirSync(home)).toEqual(['key'])
  }, 60_000)
})
