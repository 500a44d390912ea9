import {describe, expect, it} from '@jest/globals'
import {minuteMs, refusal, toolkit} from '../../../support/toolkit.js'

const url = 'https://shop.example'

async function open() {
  const kit = await toolkit()
  const operators = await kit.app.dashboard.operators()
  const invite = async (name = 'ana@example.com') => {
    const link = await operators.invite(name, url)
    return {...link, token: link.sign_in_url.split('/').at(-1)!}
  }
  return {kit, operators, invite}
}

describe('operators', () => {
  it('are let in by a link of 256 bits that nobody can read in the database', async () => {
    const {kit, invite} = await open()
    const link = await invite('  Ana@Example.com ')
    expect(link).toMatchObject({operator: 'ana@example.com', created: true})
    expect(link.sign_in_url).toMatch(/^https:\/\/shop\.example\/sign-in\/[\w-]{43}$/)
    const [row] = kit.sql<{created_at: number; expires_at: number}>('SELECT * FROM sign_in_link')
    expect(row!.expires_at - row!.created_at).toBe(15 * minuteMs)
    expect(JSON.stringify(row)).not.toContain(link.token)
  })

  it('stay signed in for eight hours, by a session that nobody can read in the database', async () => {
    const {kit, operators, invite} = await open()
    const signedIn = await operators.signIn((await invite()).token)
    if (signedIn.outcome !== 'signed-in') throw new Error(signedIn.outcome)
    expect(JSON.stringify(kit.sql('SELECT * FROM operator_session'))).not.toContain(signedIn.sessionId)
    kit.clock.skip(8 * 60 * minuteMs - minuteMs)
    expect(await operators.find(signedIn.sessionId)).toMatchObject({operator: 'ana@example.com'})
    kit.clock.skip(minuteMs)
    expect(await operators.find(signedIn.sessionId)).toBeUndefined()
    expect(await operators.sweep()).toBe(1)
  })

  it('cannot use a link twice, late, or when it was made up', async () => {
    const {kit, operators, invite} = await open()
    const {token} = await invite()
    const both = await Promise.all([operators.signIn(token), operators.signIn(token)])
    expect(both.map(({outcome}) => outcome).sort()).toEqual(['signed-in', 'used'])
    const late = await invite()
    kit.clock.skip(15 * minuteMs)
    expect(await operators.signIn(late.token)).toEqual({outcome: 'expired'})
    expect(await operators.signIn('x'.repeat(43))).toEqual({outcome: 'unknown'})
  })

  it('get another link when they are let in again; two servers may each print one', async () => {
    const {operators, invite} = await open()
    const [first, second] = [await invite(), await invite()]
    expect(second).toMatchObject({created: false})
    expect(await operators.signIn(first.token)).toMatchObject({outcome: 'signed-in'})
    expect(await operators.signIn(second.token)).toMatchObject({outcome: 'signed-in'})
    expect((await operators.list()).operators).toMatchObject([{operator: 'ana@example.com', sessions: 2}])
  })

  it('are signed out everywhere when they are removed', async () => {
    const {operators, invite} = await open()
    const signedIn = await operators.signIn((await invite()).token)
    const unused = await invite()
    expect(await operators.remove('ANA@example.com')).toEqual({
      ...{operator: 'ana@example.com', removed: true},
      ...{unseen_stores: 0, serves: false},
    })
    expect(await operators.find(signedIn.outcome === 'signed-in' ? signedIn.sessionId : '')).toBeUndefined()
    expect(await operators.signIn(unused.token)).toEqual({outcome: 'unknown'})
    expect(await refusal(operators.remove('ana@example.com'))).toMatchObject({code: 'MELI_OPERATOR_UNKNOWN'})
  })

  it('may be users of the machine, whose names are kept as they are', async () => {
    const {kit, operators, invite} = await open()
    for (const MELI_OPERATOR of ['ana', 'uid-1000', 'CORP\\Ana', 'Ana Pérez', 'Beto']) {
      const serving = await kit.another({MELI_OPERATOR}).dashboard.operators()
      expect(await serving.invite(MELI_OPERATOR, url)).toMatchObject({operator: MELI_OPERATOR, created: true})
    }
    expect(await invite('Beto')).toMatchObject({operator: 'Beto', created: false})
    expect(await operators.remove('Beto')).toMatchObject({operator: 'Beto', serves: false})
    expect(await refusal(invite('Beto'))).toMatchObject({code: 'MELI_USAGE'})
    expect(await operators.remove('ana')).toMatchObject({operator: 'ana', serves: true})
  })

  it('see what is shared with them, and no more', async () => {
    const {kit, operators, invite} = await open()
    const {store_id} = await kit.connect()
    await invite()
    const shared = {operator: 'ana@example.com', stores: [{store_id, nickname: expect.any(String), added: true}]}
    expect(await refusal(operators.share('ana@example.com', ['nowhere']))).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN'})
    expect(await refusal(operators.share('beto@example.com'))).toMatchObject({code: 'MELI_OPERATOR_UNKNOWN'})
    expect((await operators.list()).operators).toMatchObject([{stores: 0}])
    expect(await operators.share('Ana@example.com')).toEqual(shared)
    expect((await operators.list()).operators).toMatchObject([{stores: 1}])
  })

  it.each(['', 'a b@example.com', '<b>@example.com', 'ana@@example.com', 'ana@example.com\nbeto@example.com', '"ana"'])(
    'have no name like %j',
    async (name) => {
      const {operators} = await open()
      expect(await refusal(operators.invite(name, url))).toMatchObject({code: 'MELI_USAGE'})
    },
  )
})
