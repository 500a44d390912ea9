import {describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../../src/core/errors.js'
import {parseAdoption} from '../../../../src/services/accounts/test-users/adoption.js'

const json =
  '{"id":2345678901,"nickname":"TEST1","password":"qatest1","site_id":"mec","site_status":"active","role":"buyer"}'

function problem(text: string, flags = {}): string {
  try {
    parseAdoption(text, flags)
    return ''
  } catch (error) {
    if (error instanceof MeliError) return `${error.code} ${error.message} ${error.suggestions.join(' ')}`
    throw error
  }
}

describe('parseAdoption', () => {
  it('takes what the service answered', () => {
    expect(parseAdoption(json, {})).toEqual({
      userId: 2345678901,
      nickname: 'TEST1',
      password: 'qatest1',
      siteId: 'MEC',
      siteStatus: 'active',
      role: 'buyer',
      ownerUserId: null,
    })
  })

  it('takes the bare password with the rest in flags', () => {
    const flags = {id: 1, nickname: 'TEST1', site: 'MLB'}
    expect(parseAdoption('qatest1\n', flags)).toMatchObject({
      userId: 1,
      password: 'qatest1',
      siteId: 'MLB',
      role: 'seller',
    })
  })

  it('lets flags win over the JSON', () => {
    expect(parseAdoption(json, {role: 'seller', nickname: 'TEST2'})).toMatchObject({role: 'seller', nickname: 'TEST2'})
  })

  it.each([
    ['', {}, 'id'],
    ['{"id":', {}, 'not valid JSON'],
    ['secret1', {id: 1, site: 'MEC'}, 'nickname'],
    ['secret1', {id: 1, nickname: 'A'}, 'site_id'],
    ['', {id: 1, nickname: 'A', site: 'MEC'}, 'password'],
    ['{"id":1,"nickname":"A","password":"secret1","site_id":"MEC","role":"thief"}', {}, 'role'],
    ['{"id":"secret1"}', {}, 'id'],
  ])('refuses %j with %j, and repeats nothing of it', (text, flags, missing) => {
    const said = problem(text, flags)
    expect(said).toContain('MELI_INPUT_UNREADABLE')
    expect(said).toContain(missing)
    expect(said).not.toContain('secret1')
  })
})
