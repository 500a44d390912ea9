import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {dayMs, EmulatorClient, hourMs, pkcePair} from './emulator-client.js'

const spent = {
  message: 'Error validating grant. Your authorization code or refresh token may be expired or it was already used',
  error: 'invalid_grant',
  status: 400,
  cause: [],
}

const absent = (name: string) => ({
  message: `${name} is a required parameter`,
  error: 'invalid_request',
  status: 400,
  cause: [],
})

const urns = [
  'urn:ml:mktp:publish-sync:/read-write',
  'urn:ml:mktp:comunication:/read-write',
  'urn:ml:mktp:orders-shipments:/read-write',
].join(' ')

let client: EmulatorClient
beforeEach(async () => {
  client = await EmulatorClient.start()
})
afterEach(() => client.close())

describe('the token endpoint, for a code', () => {
  it('answers with tokens in the real pattern, and the token works', async () => {
    const code = await client.code()
    const {status, body} = await client.exchange(code)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(
        new RegExp(`^APP_USR-${client.emulator.clientId}-030112-[0-9a-f]{32}-${body.user_id}$`),
      ),
      token_type: 'Bearer',
      expires_in: 21_600,
      scope: `offline_access read write ${urns}`,
      user_id: expect.any(Number),
      refresh_token: expect.stringMatching(new RegExp(`^TG-[0-9a-f]{24}-${body.user_id}$`)),
    })
    expect(code).toMatch(new RegExp(`^TG-[0-9a-f]{24}-${body.user_id}$`))
    const me = await client.get('/users/me', body.access_token)
    expect(me.body).toMatchObject({id: body.user_id, nickname: 'TIENDA_ANDINA', site_id: 'MEC'})
  })

  it('takes a JSON body too', async () => {
    const {clientId, clientSecret, redirectUri} = client.emulator
    const {status} = await client.json('POST', '/oauth/token', {
      grant_type: 'authorization_code',
      client_id: Number(clientId),
      client_secret: clientSecret,
      code: await client.code(),
      redirect_uri: redirectUri,
    })
    expect(status).toBe(200)
  })

  it('exchanges a code once', async () => {
    const code = await client.code()
    await client.exchange(code)
    expect(await client.exchange(code)).toMatchObject({status: 400, body: spent})
  })

  it('lets a code live for ten minutes', async () => {
    const [early, late] = [await client.code(), await client.code()]
    client.emulator.advance(9 * 60_000)
    expect(await client.exchange(early)).toMatchObject({status: 200})
    client.emulator.advance(60_000)
    expect(await client.exchange(late)).toMatchObject({status: 400, body: spent})
  })

  it('binds the code to the redirect address, to the character', async () => {
    const code = await client.code()
    const redirectUri = `${client.emulator.redirectUri}/`
    expect(await client.exchange(code, {redirect_uri: redirectUri})).toMatchObject({status: 400, body: spent})
  })

  it('finds no parameters in the query string, unless told otherwise', async () => {
    const {refresh_token} = await client.connect()
    const {clientId, clientSecret} = client.emulator
    const query = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token,
    })
    const send = () => client.send('POST', `/oauth/token?${query}`, {headers: {'content-type': 'application/json'}})
    expect(await send()).toMatchObject({status: 400, body: absent('grant_type')})
    await client.json('POST', '/_emulator/settings', {token_query: 'accepted'})
    expect(await send()).toMatchObject({status: 200, body: {access_token: expect.any(String)}})
  })

  it('finds no parameters in a form that is labelled as JSON, unless told otherwise', async () => {
    const {refresh_token} = await client.connect()
    const {clientId, clientSecret} = client.emulator
    const form = {grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret, refresh_token}
    const send = () =>
      client.send('POST', '/oauth/token', {
        headers: {'content-type': 'application/json'},
        body: new URLSearchParams(form).toString(),
      })
    expect(await send()).toMatchObject({status: 400, body: absent('grant_type')})
    await client.json('POST', '/_emulator/settings', {mislabelled_form: 'accepted'})
    expect(await send()).toMatchObject({status: 200, body: {access_token: expect.any(String)}})
  })

  it('takes the parameters of the body, whatever the query says', async () => {
    const {refresh_token} = await client.connect()
    const {clientId, clientSecret} = client.emulator
    const form = {grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret, refresh_token}
    expect(await client.form('/oauth/token?grant_type=password', form)).toMatchObject({status: 200})
    const {refresh_token: _, ...incomplete} = form
    const answer = await client.form(`/oauth/token?refresh_token=${refresh_token}`, incomplete)
    expect(answer).toMatchObject({status: 400, body: absent('refresh_token')})
  })

  it('finds no parameters in half a document, and in no body at all', async () => {
    for (const body of ['{"grant_type":', '']) {
      const answer = await client.send('POST', '/oauth/token', {headers: {'content-type': 'application/json'}, body})
      expect([answer.status, answer.body.message]).toEqual([400, 'grant_type is a required parameter'])
    }
  })

  it('refuses the credentials of the client alone, unless told otherwise', async () => {
    const own = {grant_type: 'client_credentials'}
    expect(await client.token(own)).toMatchObject({status: 400, body: {error: 'unsupported_grant_type', cause: []}})
    await client.json('POST', '/_emulator/settings', {client_credentials: 'accepted'})
    const owner = client.emulator.world.users.find('TIENDA_ANDINA')!
    const {status, body} = await client.token(own)
    expect(status).toBe(200)
    expect(body).toMatchObject({user_id: owner.id, scope: `read write ${urns}`})
    expect(body).not.toHaveProperty('refresh_token')
    expect((await client.get('/users/me', body.access_token)).body.id).toBe(owner.id)
    const app = await client.get(`/applications/${client.emulator.clientId}`, body.access_token)
    expect(app.body.allow_flow).toEqual(['authorization_code', 'client_credentials', 'refresh_token'])
    expect(await client.token({...own, client_secret: 'wrong'})).toMatchObject({body: {error: 'invalid_client'}})
  })

  it.each([
    ['a wrong secret', {client_secret: 'wrong'}, 'invalid_client'],
    ['an unknown client', {client_id: '1'}, 'invalid_client'],
    ['an empty code', {code: ''}, 'invalid_request'],
    ['another grant type', {grant_type: 'password'}, 'unsupported_grant_type'],
  ])('refuses %s', async (_what, wrong, error) => {
    const answer = await client.exchange(await client.code(), wrong as unknown as Record<string, string>)
    expect([answer.status, answer.body.error]).toEqual([400, error])
  })

  it.each(['application/x-www-form-urlencoded', 'application/json'])(
    'refuses a parameter that is given twice, in a form labelled as %s',
    async (type) => {
      await client.json('POST', '/_emulator/settings', {mislabelled_form: 'accepted'})
      const {status, body} = await client.send('POST', '/oauth/token', {
        headers: {'content-type': type},
        body: 'grant_type=refresh_token&grant_type=refresh_token',
      })
      expect([status, body.error, body.message]).toEqual([
        400,
        'invalid_request',
        'grant_type must be given once, as text',
      ])
    },
  )
})

describe('the scope of a token', () => {
  it('names the permissions that the application had when it was granted, until it is granted anew', async () => {
    await client.json('POST', '/_emulator/app', {permissions: ['users', 'communication']})
    const {scope, refresh_token} = await client.connect()
    expect(scope).toBe('offline_access read write urn:ml:mktp:comunication:/read-write')
    await client.json('POST', '/_emulator/app', {permissions: ['users', 'communication', 'sales_shipping']})
    const again = await client.refresh(refresh_token)
    expect(again.body.scope).toBe(scope)
    expect((await client.connect()).scope).toBe(`${scope} urn:ml:mktp:orders-shipments:/read-write`)
  })

  it('is three plain words where the pages are followed', async () => {
    await client.json('POST', '/_emulator/settings', {profile: 'documented'})
    const {body} = await client.exchange(await client.code())
    expect(body).toMatchObject({scope: 'offline_access read write', token_type: 'bearer'})
  })
})

describe('the setting token_scope', () => {
  it('takes the permissions out of the scope, and changes nothing else', async () => {
    await client.json('POST', '/_emulator/settings', {token_scope: 'plain'})
    const {body} = await client.exchange(await client.code())
    expect(body).toMatchObject({scope: 'offline_access read write', token_type: 'Bearer'})
  })
})

describe('the token endpoint, with PKCE', () => {
  it('accepts the verifier of the challenge and no other', async () => {
    const {verifier, challenge} = pkcePair()
    const code = await client.code(undefined, {code_challenge: challenge, code_challenge_method: 'S256'})
    const other = await client.exchange(code, {code_verifier: pkcePair().verifier})
    expect(other.body).toEqual(spent)
    expect(await client.exchange(code, {code_verifier: verifier})).toMatchObject({status: 200})
  })

  it('compares a plain challenge as it is', async () => {
    const {verifier} = pkcePair()
    const code = await client.code(undefined, {code_challenge: verifier, code_challenge_method: 'plain'})
    expect(await client.exchange(code, {code_verifier: verifier})).toMatchObject({status: 200})
  })

  it('consents without a challenge where PKCE is compulsory, and fails only at the token call', async () => {
    await client.json('POST', '/_emulator/app', {pkce: 'required'})
    const answer = await client.exchange(await client.code())
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({error: 'invalid_request', message: 'code_verifier is a required parameter'})
  })
})

describe('the token endpoint, for a refresh', () => {
  it('spends a refresh token once and hands out the next', async () => {
    const first = await client.connect()
    const second = await client.refresh(first.refresh_token)
    expect(second).toMatchObject({status: 200, body: {user_id: first.user_id}})
    expect(await client.refresh(first.refresh_token)).toMatchObject({status: 400, body: spent})
    expect(await client.refresh(second.body.refresh_token)).toMatchObject({status: 200})
  })

  it('leaves the earlier access token alive until it expires, six hours after it was made', async () => {
    const first = await client.connect()
    client.emulator.advance(5 * hourMs)
    await client.refresh(first.refresh_token)
    expect(await client.get('/users/me', first.access_token)).toMatchObject({status: 200})
    client.emulator.advance(hourMs)
    expect(await client.get('/users/me', first.access_token)).toMatchObject({
      status: 401,
      body: {code: 'unauthorized', message: 'invalid access token'},
    })
  })

  it('ends the earlier access token at once when told to', async () => {
    await client.json('POST', '/_emulator/settings', {refresh_kills_access_tokens: true})
    const first = await client.connect()
    await client.refresh(first.refresh_token)
    expect(await client.get('/users/me', first.access_token)).toMatchObject({status: 401})
  })

  it('kills the refresh token of an earlier authorization by the same user', async () => {
    const first = await client.connect()
    await client.connect()
    expect(await client.refresh(first.refresh_token)).toMatchObject({status: 400, body: spent})
  })

  it('forgets a grant that was not used for four months', async () => {
    const {refresh_token} = await client.connect()
    client.emulator.advance(121 * dayMs)
    expect(await client.refresh(refresh_token)).toMatchObject({status: 400, body: spent})
  })

  it('gives no refresh token to an application without offline access', async () => {
    await client.json('POST', '/_emulator/app', {offline_access: false})
    const {body} = await client.exchange(await client.code())
    expect(body).not.toHaveProperty('refresh_token')
    expect(body.scope).toBe(`read write ${urns}`)
  })
})

describe('what ends tokens early', () => {
  it.each([
    ['a change of password', '/_emulator/password', {user: 'TIENDA_ANDINA'}],
    ['the user, revoking', '/_emulator/revoke', {user: 'TIENDA_ANDINA'}],
    ['a new client secret', '/_emulator/app', {rotate_secret: true}],
  ])('dies by %s', async (_what, path, body) => {
    const tokens = await client.connect()
    await client.json('POST', path, body)
    expect(await client.get('/users/me', tokens.access_token)).toMatchObject({status: 401})
    expect(await client.refresh(tokens.refresh_token)).toMatchObject({status: 400, body: spent})
  })

  it('kills the old secret at once when it is renewed now', async () => {
    const {clientSecret} = client.emulator
    await client.json('POST', '/_emulator/app', {rotate_secret: true})
    const answer = await client.exchange(await client.code(), {client_secret: clientSecret})
    expect(answer.body.error).toBe('invalid_client')
  })

  it('lets both secrets work for the time of a scheduled renewal', async () => {
    const {clientSecret} = client.emulator
    await client.json('POST', '/_emulator/app', {rotate_secret: {grace_ms: 2 * dayMs}})
    expect(await client.exchange(await client.code(), {client_secret: clientSecret})).toMatchObject({status: 200})
    expect(await client.exchange(await client.code())).toMatchObject({status: 200})
    client.emulator.advance(3 * dayMs)
    const late = await client.exchange(await client.code(), {client_secret: clientSecret})
    expect(late.body.error).toBe('invalid_client')
  })
})

describe('errors of the token endpoint', () => {
  it('come with `error_description` when the application is set to the printed shape', async () => {
    await client.json('POST', '/_emulator/app', {error_shape: 'error_description'})
    const {body} = await client.refresh('TG-none-1')
    expect(body).toEqual({error_description: spent.message, error: 'invalid_grant', status: 400, cause: []})
  })

  it('are plain text when there were too many calls', async () => {
    await client.json('POST', '/_emulator/settings', {rate_limit_per_minute: 1})
    await client.refresh('TG-none-1')
    const {status, body} = await client.refresh('TG-none-1')
    expect([status, body]).toEqual([429, 'local_rate_limited'])
  })
})
