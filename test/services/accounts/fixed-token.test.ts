import {describe, expect, it} from '@jest/globals'
import {refusal, type Toolkit, toolkit} from '../../support/toolkit.js'

/** A context that acts with MELI_ACCESS_TOKEN. */
async function withToken(kit: Toolkit, userId: number) {
  const {accessToken} = await kit.record(userId)
  return {accessToken, app: kit.another({MELI_ACCESS_TOKEN: accessToken})}
}

describe('MELI_ACCESS_TOKEN', () => {
  it('is printed in the mode of its own account only', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {accessToken, app} = await withToken(kit, user_id)
    const token = await app.accounts.currentToken()
    expect(await token.run({sandbox: false})).toEqual({access_token: accessToken, expires_at: null, user_id})
    expect(await refusal(token.run({sandbox: true}))).toMatchObject({code: 'MELI_WRONG_KIND', exitCode: 8})
  })

  it('acts for no other account than its own, whatever is asked for', async () => {
    const kit = await toolkit()
    const {user_id, nickname} = await kit.connect()
    const {app} = await withToken(kit, user_id)
    const sessions = await app.accounts.sessions()
    const other = await refusal(sessions.open({account: 'CASA_DEL_SUR', sandbox: false}))
    expect(other).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(await sessions.open({account: nickname.toLowerCase(), sandbox: false})).toMatchObject({userId: user_id})
    const handshakes = await app.accounts.handshakes()
    const options = {account: 'CASA_DEL_SUR', sandbox: false, minTtlMs: 0, refresh: true}
    expect(await handshakes.one(options)).toMatchObject({ok: false, exit_code: 8, error_code: 'MELI_WRONG_ACCOUNT'})
  })

  it('is never the reason to refresh a stored account', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {app} = await withToken(kit, user_id)
    expect(await refusal(app.accounts.refreshNow())).toMatchObject({code: 'MELI_USAGE', exitCode: 2})
    expect(kit.tokenCalls).toBe(1)
  })

  it('says of an outage that it is one, and of a dead token that it is dead', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {app} = await withToken(kit, user_id)
    const handshakes = await app.accounts.handshakes()
    const options = {sandbox: false, minTtlMs: 60_000, refresh: true}
    const status = async (name: string) =>
      (await handshakes.one(options)).checks.find((check) => check.name === name)?.status
    expect(await status('time_left')).toBe('warn')
    kit.emulator.world.faults.add({path: '/users/me', times: 4, fault: {type: 'status', status: 503}})
    expect(await status('api_answers')).toBe('fail')
    kit.emulator.world.grants.revoke({userId: user_id})
    expect(await status('token_valid')).toBe('fail')
  })
})
