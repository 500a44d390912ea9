import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {isMeliError} from '../../../src/core/errors.js'
import {fingerprint} from '../../../src/core/fingerprint.js'
import {RefreshNow} from '../../../src/services/accounts/refresh.js'
import {parseTokenRecord} from '../../../src/services/accounts/token-record.js'
import fc from '../../support/properties.js'
import {hourMs, minuteMs, refusal, type Toolkit, toolkit} from '../../support/toolkit.js'
import {printed} from '../../support/wire.js'

async function refreshNow(kit: Toolkit, onRotate?: string) {
  return (await kit.app.accounts.refreshNow()).run({sandbox: false, onRotate})
}

describe('refreshing now', () => {
  it('hands exactly the new token to the command, on its standard input', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const file = join(kit.home, 'rotated')
    const result = await refreshNow(kit, `cat > '${file}'`)
    const {refreshToken, expiresAt} = await kit.record(user_id)
    expect(result).toEqual({
      user_id,
      nickname: 'TIENDA_ANDINA',
      refreshed: true,
      expires_at: expiresAt.toISOString(),
      on_rotate: 0,
    })
    expect(readFileSync(file, 'utf8')).toBe(`${refreshToken}\n`)
    expect(printed(result)).not.toContain(refreshToken)
  })

  it('keeps the new token when the command fails', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const before = await kit.record(user_id)
    const error = await refusal(refreshNow(kit, 'exit 3'))
    expect(error).toMatchObject({code: 'MELI_ON_ROTATE_FAILED', exitCode: 7, details: {status: 3}})
    const after = await kit.record(user_id)
    expect(after.refreshToken).not.toBe(before.refreshToken)
    expect(printed(error)).not.toContain(after.refreshToken)
    expect((await refreshNow(kit)).on_rotate).toBeNull()
  })

  it('runs no command when there is no new token', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    kit.emulator.world.grants.revoke({userId: user_id})
    const file = join(kit.home, 'rotated')
    expect(await refusal(refreshNow(kit, `cat > '${file}'`))).toMatchObject({code: 'MELI_AUTHORIZATION_LOST'})
    expect(existsSync(file)).toBe(false)
  })
})

describe('an interrupt', () => {
  it('waits until the command has the new token, and for its result', async () => {
    const kit = await toolkit()
    await kit.connect()
    const before = kit.tokenCalls
    const kept = join(kit.home, 'kept')
    const running = refreshNow(kit, `sleep 0.2; cat > '${kept}'`)
    while (kit.tokenCalls === before) await new Promise(setImmediate)
    // The request has arrived, and its answer is on the way.
    await kit.interrupts.interrupt()
    expect(readFileSync(kept, 'utf8')).toMatch(/^TG-/)
    expect(await running).toMatchObject({refreshed: true, on_rotate: 0})
  })
})

describe('the command for the new token', () => {
  it('sees none of our settings', async () => {
    const kit = await toolkit()
    await kit.connect()
    const file = join(kit.home, 'environment')
    process.env.MELI_ENCRYPTION_KEY = 'k3y'
    try {
      const app = kit.another()
      await (await app.accounts.refreshNow()).run({sandbox: false, onRotate: `env > '${file}'`})
    } finally {
      delete process.env.MELI_ENCRYPTION_KEY
    }
    expect(readFileSync(file, 'utf8')).not.toMatch(/^(MELI|ML|MERCADOLIBRE)_/m)
  })

  it('is not run, and so writes nothing, when the account was removed meanwhile', async () => {
    const kit = await toolkit()
    const {user_id} = await kit.connect()
    const {accounts} = await kit.app.store()
    const commands: string[] = []
    const refresh = new RefreshNow({
      auth: await kit.app.accounts.auth(),
      accounts: {
        load: async (id) => {
          await accounts.remove(id)
          return accounts.load(id)
        },
      },
      runner: {
        run: async (command) => {
          commands.push(command)
          return 0
        },
      },
      protect: kit.interrupts.protect,
    })
    const error = await refusal(refresh.run({account: String(user_id), sandbox: false, onRotate: 'write'}))
    expect(error).toMatchObject({code: 'MELI_ACCOUNT_UNKNOWN', exitCode: 4})
    expect(commands).toEqual([])
  })
})

/** Tokens of the first seller that this home does not know yet. */
async function elsewhere() {
  const kit = await toolkit()
  const oauth = await kit.app.oauth()
  const {redirectUri} = kit.emulator
  const url = oauth.authorizationUrl({siteId: 'MEC', redirectUri, state: 's'})
  const code = new URL(await kit.emulator.consent(url.href)).searchParams.get('code')!
  const grant = await oauth.exchangeCode({code, redirectUri})
  const refreshToken = grant.refreshToken!
  const record = {
    access_token: grant.accessToken,
    refresh_token: refreshToken,
    user_id: grant.userId,
    scope: grant.scope,
    expires_at: grant.expiresAt.toISOString(),
  }
  const run = async (text: string, expect: string | null = null) =>
    (await kit.app.accounts.importToken()).run(text, expect)
  return {kit, grant, refreshToken, record, run, spent: () => kit.tokenCalls - 1}
}

const held = (kit: Toolkit) => kit.sql('SELECT * FROM installation').length

describe('importing', () => {
  it('a bare refresh token spends it, and stores what came for it', async () => {
    const {kit, grant, refreshToken, run, spent} = await elsewhere()
    expect(await run(`  ${refreshToken}\n`)).toMatchObject({user_id: grant.userId, nickname: 'TIENDA_ANDINA'})
    expect(spent()).toBe(1)
    expect((await kit.record(grant.userId)).refreshToken).not.toBe(refreshToken)
    expect((await (await kit.app.accounts.auth()).getValidToken(undefined, {refresh: 'always'})).refreshed).toBe(true)
    expect(held(kit)).toBe(0)
  })

  it('a record whose access token lives spends nothing', async () => {
    const {kit, grant, refreshToken, record, run, spent} = await elsewhere()
    expect(await run(JSON.stringify(record))).toMatchObject({user_id: grant.userId, scope: grant.scope})
    expect(spent()).toBe(0)
    expect(await kit.record(grant.userId)).toMatchObject({refreshToken, accessToken: grant.accessToken})
    expect(held(kit)).toBe(0)
  })

  it('the answer of the token endpoint works too, as does a record that has expired', async () => {
    const answer = await elsewhere()
    const {expires_at: _, ...rest} = answer.record
    expect(await answer.run(JSON.stringify({...rest, expires_in: 21_600, token_type: 'bearer'}))).toMatchObject({
      nickname: 'TIENDA_ANDINA',
    })
    expect(answer.spent()).toBe(1)
    const old = await elsewhere()
    old.kit.clock.skip(7 * hourMs)
    expect(await old.run(JSON.stringify(old.record))).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(old.spent()).toBe(1)
  })

  it('a record whose access token only seems to live spends the refresh token', async () => {
    const {kit, record, run, spent} = await elsewhere()
    kit.clock.skip(7 * hourMs)
    const expires_at = kit.clock.now().getTime() / 1000 + 3600
    expect(await run(JSON.stringify({...record, expires_at}))).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(spent()).toBe(1)
  })

  it('a dead token, or one of another application, stores nothing', async () => {
    const {kit, refreshToken, run} = await elsewhere()
    await (await kit.app.oauth()).refresh(refreshToken)
    const error = await refusal(run(refreshToken))
    expect(error).toMatchObject({code: 'MELI_GRANT_REJECTED', exitCode: 4})
    expect(error.suggestions.join()).toContain('MELI_CLIENT_ID')
    expect(printed(error)).not.toContain(refreshToken)
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
    expect(held(kit)).toBe(0)
  })

  it('of another account than expected spends nothing', async () => {
    const {kit, refreshToken, record, run, spent} = await elsewhere()
    for (const text of [refreshToken, JSON.stringify(record)])
      expect(await refusal(run(text, '42'))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(await refusal(run(JSON.stringify(record), 'CASA_DEL_SUR'))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    expect(spent()).toBe(0)
    expect(held(kit)).toBe(0)
    expect(await run(JSON.stringify(record), 'tienda_andina')).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('of another account than the nickname that is expected, where it is known, spends nothing', async () => {
    const {kit, refreshToken, run, spent} = await elsewhere()
    const {user_id, nickname} = await kit.connect('CASA_DEL_SUR')
    const before = spent()
    expect(await refusal(run(refreshToken, nickname.toLowerCase()))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    expect(spent()).toBe(before)
    expect(await kit.record(user_id)).toMatchObject({nickname})
  })

  it('of another account than expected, seen too late, keeps what the spend brought', async () => {
    const {kit, grant, refreshToken, run, spent} = await elsewhere()
    const error = await refusal(run(refreshToken, 'TIENDA_ANDNA'))
    expect(error).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(error.message).toContain(`TIENDA_ANDINA (${grant.userId})`)
    expect(error.suggestions.join()).toContain(`--expect ${grant.userId}`)
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
    expect(held(kit)).toBe(1)
    expect(await refusal(run(refreshToken, '42'))).toMatchObject({code: 'MELI_WRONG_ACCOUNT'})
    expect(await run(refreshToken, String(grant.userId))).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(spent()).toBe(1)
    expect(held(kit)).toBe(0)
  })

  it('a record of another application is refused while it is worth something', async () => {
    const {kit, grant, record, spent} = await elsewhere()
    const other = kit.another({MELI_CLIENT_ID: '1111111111111111'})
    const importToken = await other.accounts.importToken()
    for (const expires_at of [record.expires_at, 0]) {
      const error = await refusal(importToken.run(JSON.stringify({...record, expires_at}), null))
      expect(error).toMatchObject({code: 'MELI_CLIENT_MISMATCH', exitCode: 3})
      expect(error.suggestions[0]).toContain(`MELI_CLIENT_ID=${kit.emulator.clientId}`)
      expect(printed(error)).not.toContain(grant.accessToken)
    }
    expect(spent()).toBe(0)
    expect(kit.sql('SELECT * FROM mercadolibre_token')).toEqual([])
  })

  it('reads times in milliseconds, and does not believe one that no token has', async () => {
    const {kit, grant, record, run, spent} = await elsewhere()
    const soon = grant.expiresAt.getTime()
    expect(parseTokenRecord(JSON.stringify({...record, expires_at: soon})).expiresAt).toEqual(new Date(soon))
    expect(parseTokenRecord(JSON.stringify({...record, expires_at: soon / 1000})).expiresAt).toEqual(new Date(soon))
    await run(JSON.stringify({...record, expires_at: '2099-01-01T00:00:00Z'}))
    expect(spent()).toBe(1)
    expect((await kit.record(grant.userId)).expiresAt.getTime()).toBeLessThan(kit.clock.now().getTime() + 7 * hourMs)
  })

  it('that never left this machine is not what a token died of', async () => {
    const {kit, refreshToken, run} = await elsewhere()
    const nowhere = kit.another({MELI_API_URL: 'http://127.0.0.1:1'})
    const error = await refusal((await nowhere.accounts.importToken()).run(refreshToken, null))
    expect(error).toMatchObject({code: 'MELI_UNREACHABLE', details: {sent: false}})
    expect(kit.sql('SELECT outcome, error_code FROM token_refresh')).toEqual([{outcome: 'failed', error_code: null}])
    expect(await run(refreshToken)).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('of a token that this database sent, and whose answer it has, is refused without sending', async () => {
    const {kit, grant, refreshToken, record, run, spent} = await elsewhere()
    await run(refreshToken)
    for (const text of [refreshToken, JSON.stringify(record)]) {
      const error = await refusal(run(text))
      expect(error).toMatchObject({code: 'MELI_TOKEN_SPENT', exitCode: 4, retryable: false})
      expect(error.message).toMatch(
        /process \d+ on \S+ sent the refresh token to import it at \S+ and stored the answer/,
      )
      expect(error.message).toContain('TIENDA_ANDINA has a newer pair')
      expect(printed(error)).not.toContain(refreshToken)
    }
    const {refreshToken: own} = await kit.record(grant.userId)
    await (await kit.app.accounts.auth()).getValidToken(undefined, {refresh: 'always'})
    expect((await refusal(run(own))).message).toMatch(/sent the refresh token at/)
    expect(spent()).toBe(2)
  })

  it('of a token that an answer left in use is sent', async () => {
    const {kit, grant, refreshToken, run} = await elsewhere()
    await run(refreshToken)
    const {refreshToken: own, accessToken} = await kit.record(grant.userId)
    const body = {access_token: accessToken, token_type: 'bearer', expires_in: 21_600, user_id: grant.userId}
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 200, body}})
    await (await kit.app.accounts.auth()).getValidToken(undefined, {refresh: 'always'})
    expect(await kit.record(grant.userId)).toMatchObject({refreshToken: own})
    expect(await run(own)).toMatchObject({user_id: grant.userId})
    expect((await kit.record(grant.userId)).refreshToken).not.toBe(own)
  })

  it('of a token that its answer leaves in use connects with it, and may be repeated', async () => {
    const {kit, grant, refreshToken, run} = await elsewhere()
    const body = {access_token: grant.accessToken, token_type: 'bearer', expires_in: 21_600, user_id: grant.userId}
    kit.emulator.world.faults.add({path: '/oauth/token', fault: {type: 'status', status: 200, body}})
    expect(await run(refreshToken)).toMatchObject({user_id: grant.userId})
    expect(await kit.record(grant.userId)).toMatchObject({refreshToken})
    expect(await run(refreshToken)).toMatchObject({user_id: grant.userId})
    expect((await kit.record(grant.userId)).refreshToken).not.toBe(refreshToken)
  })

  it('of a token whose answer came after other tokens were stored is refused without sending', async () => {
    const {kit, grant, refreshToken, record, run, spent} = await elsewhere()
    await run(JSON.stringify(record))
    const {accounts} = await kit.app.store()
    const rotate = accounts.rotate.bind(accounts)
    accounts.rotate = async (rotation) => {
      kit.clock.skip(minuteMs)
      await kit.connect()
      return rotate(rotation)
    }
    const auth = await kit.app.accounts.auth()
    expect(await auth.getValidToken(undefined, {refresh: 'always'})).toMatchObject({refreshed: false})
    const [before, {refreshToken: stored}] = [spent(), await kit.record(grant.userId)]
    for (const text of [refreshToken, JSON.stringify(record)]) {
      const error = await refusal(run(text))
      expect(error).toMatchObject({code: 'MELI_TOKEN_SPENT'})
      expect(error.message).toContain('the answer came when other tokens had been stored here')
    }
    expect(spent()).toBe(before)
    expect(await kit.record(grant.userId)).toMatchObject({refreshToken: stored})
  })

  it('of a token that a killed process sent says so, and sends it again once nobody can be at it', async () => {
    for (const carriedOut of [false, true]) {
      const {kit, grant, refreshToken, record, run, spent} = await elsewhere()
      const {journal} = await kit.app.store()
      const tokenFingerprint = fingerprint(refreshToken)
      const sent = {kind: 'import', userId: grant.userId, fingerprint: tokenFingerprint, reason: 'import'} as const
      await journal.begin({...sent, processId: 4211, host: 'ci-3', sentAt: kit.clock.now()})
      if (carriedOut) await (await kit.app.oauth()).refresh(refreshToken)
      const before = spent()
      expect(await refusal(run(refreshToken))).toMatchObject({code: 'MELI_REFRESH_BUSY', retryable: true})
      expect(spent()).toBe(before)
      kit.clock.skip(minuteMs)
      // An access token that lives does not show that the refresh token does.
      const outcome = run(JSON.stringify(record))
      if (!carriedOut) expect(await outcome).toMatchObject({nickname: 'TIENDA_ANDINA'})
      else {
        const error = await refusal(outcome)
        expect(error).toMatchObject({code: 'MELI_GRANT_REJECTED'})
        expect(error.message).toMatch(
          /process 4211 on ci-3 sent the refresh token to import it at \S+ and never stored/,
        )
        expect(error.message).not.toContain('nothing was stored')
      }
      expect(spent()).toBe(before + 1)
      expect(kit.terminal.heard.join()).toContain('process 4211 on ci-3')
    }
  })

  it('of a token whose request timed out sends it again only once the service cannot be at it', async () => {
    const {kit, refreshToken, run, spent} = await elsewhere()
    kit.emulator.world.faults.add({path: '/oauth/token', times: 1, fault: {type: 'delay', ms: 2000}})
    const impatient = await kit.another({MELI_HTTP_TIMEOUT: '300ms'}).accounts.importToken()
    expect(await refusal(impatient.run(refreshToken, null))).toMatchObject({code: 'MELI_TIMED_OUT'})
    const before = spent()
    expect(await refusal(run(refreshToken))).toMatchObject({code: 'MELI_REFRESH_BUSY'})
    expect(spent()).toBe(before)
    kit.clock.skip(minuteMs)
    expect(await run(refreshToken)).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('of one token by two at once sends it once', async () => {
    const {kit, refreshToken, spent} = await elsewhere()
    const runs = [kit.app, kit.another()].map(async (app) => (await app.accounts.importToken()).run(refreshToken, null))
    const outcomes = await Promise.allSettled(runs)
    expect(outcomes.filter(({status}) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1)
    expect(spent()).toBe(1)
  })

  it('of a refresh token that does not name its user says how to name it', async () => {
    const {run} = await elsewhere()
    const error = await refusal(run('{"refresh_token":"TG-secret"}'))
    expect(error.suggestions.join()).toContain('"user_id"')
  })

  it('that breaks off after the spend is resumed with the same token', async () => {
    const {kit, refreshToken, run, spent} = await elsewhere()
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 4})
    expect(await refusal(run(refreshToken))).toMatchObject({code: 'MELI_SERVICE_FAILING'})
    expect(held(kit)).toBe(1)
    expect(await run(refreshToken)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(spent()).toBe(1)
    expect(held(kit)).toBe(0)
  })

  it('is resumed even when what was kept has expired meanwhile', async () => {
    const {kit, grant, refreshToken, run, spent} = await elsewhere()
    kit.emulator.world.faults.add({path: '/users/me', fault: {type: 'status', status: 500}, times: 4})
    await refusal(run(refreshToken))
    kit.clock.skip(7 * hourMs)
    expect(await run(refreshToken)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(spent()).toBe(2)
    expect(held(kit)).toBe(0)
    expect((await kit.record(grant.userId)).expiresAt.getTime()).toBeGreaterThan(kit.clock.now().getTime())
  })

  it('of what is no token says so, and repeats nothing of it', async () => {
    const {run} = await elsewhere()
    for (const text of [
      '',
      '{',
      '{}',
      'TG-secret',
      'TG-secret-0',
      '{"refresh_token":"TG-secret","user_id":""}',
      '["TG-secret"]',
    ]) {
      const error = await refusal(run(text))
      expect(error).toMatchObject({code: 'MELI_INPUT_UNREADABLE', exitCode: 2})
      expect(printed(error)).not.toContain('TG-secret')
    }
  })

  it('of anything at all either reads a token with a valid owner and time, or says that it cannot', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant('TG-abc-77'), fc.double(), fc.constant('2026-03-01T12:00:00Z'))
    const record = fc.record(
      {refresh_token: value, user_id: value, expires_at: value, access_token: value, scope: value},
      {requiredKeys: []},
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          record.map((r) => JSON.stringify(r)),
        ),
        (text) => {
          try {
            const {userId, expiresAt} = parseTokenRecord(text)
            expect(userId).toBeGreaterThan(0)
            expect(expiresAt?.getTime()).not.toBeNaN()
          } catch (error) {
            expect(isMeliError(error, 'MELI_INPUT_UNREADABLE')).toBe(true)
          }
        },
      ),
    )
  })
})
