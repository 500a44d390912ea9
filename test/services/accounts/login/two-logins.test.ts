import {describe, expect, it} from '@jest/globals'
import {refusal, toolkit} from '../../../support/toolkit.js'

describe('two logins of one seller', () => {
  it('leave the tokens of the one that was exchanged last, also when an older callback is finished after it', async () => {
    const kit = await toolkit()
    const older = await kit.allow(await kit.start())
    kit.emulator.world.faults.add({path: '/users/me', times: 4, fault: {type: 'status', status: 503}})
    const failed = await refusal(kit.complete(older))
    expect(failed).toMatchObject({exitCode: 6})
    expect(failed.suggestions[0]).toMatch(/meli auth complete with the same address/)

    kit.clock.skip(1000)
    const {user_id} = await kit.connect()
    const before = await kit.record(user_id)
    // A job that tries its callback again: what it held is older than what is stored by now, and is gone.
    expect(await refusal(kit.complete(older))).toMatchObject({code: 'MELI_STATE_USED'})
    expect((await kit.record(user_id)).refreshToken).toBe(before.refreshToken)
    expect(kit.sql('SELECT count(*) AS n FROM installation')).toEqual([{n: 0}])
    const auth = await kit.app.accounts.auth()
    expect(await auth.getValidToken(undefined, {refresh: 'always'})).toMatchObject({refreshed: true})
  })

  it('as a test user refuses a real account, and keeps nothing', async () => {
    const kit = await toolkit()
    const login = await kit.app.accounts.login()
    const started = await kit.start()
    const callback = await kit.allow(started)
    const refused = await refusal(login.complete(callback, {state: started.state, testUser: true}))
    expect(refused).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
    expect(kit.sql('SELECT count(*) AS n FROM mercadolibre_token')).toEqual([{n: 0}])
    expect(kit.sql('SELECT count(*) AS n FROM installation')).toEqual([{n: 0}])
  })
})
