import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../src/errors.js'
import {persist} from '../../src/services/auth/persist.js'
import {refusal, toolkit} from '../support/toolkit.js'

describe('storing what was bought with something that works once', () => {
  it('outwaits a database that is busy for longer than usual, and keeps its lease meanwhile', async () => {
    let [tries, prolonged] = [0, 0]
    const store = async () => {
      tries += 1
      if (tries < 4) throw new MeliError('MELI_DATABASE_BUSY', 'busy')
      return 'stored'
    }
    const prolong = async () => {
      prolonged += 1
      throw new MeliError('MELI_DATABASE_BUSY', 'busy too')
    }
    expect(await persist(store, prolong)).toBe('stored')
    expect([tries, prolonged]).toEqual([4, 3])
  })

  it('gives up at once on what waiting cannot cure', async () => {
    let tries = 0
    const store = async () => {
      tries += 1
      throw new MeliError('MELI_STORAGE_FULL', 'full')
    }
    await expect(persist(store)).rejects.toMatchObject({code: 'MELI_STORAGE_FULL'})
    expect(tries).toBe(1)
  })

  it('says what is lost when it fails after all', async () => {
    const kit = await toolkit()
    await kit.connect()
    kit.sql(
      "CREATE TRIGGER full BEFORE UPDATE OF access_token ON mercadolibre_token BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    const auth = await kit.context.auth()
    const error = await refusal(auth.getValidToken(undefined, {refresh: 'always'}))
    expect(error.message).toMatch(/TIENDA_ANDINA was refreshed, but the new one could not be stored and is lost/)
    expect(error.suggestions.at(-1)).toMatch(/^meli auth login --site MEC --expect \d+$/)
  })
})
