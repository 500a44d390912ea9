import {createHash} from 'node:crypto'
import {afterEach, describe, expect, it} from '@jest/globals'
import {type Emulator, type EmulatorOptions, startEmulator} from '../../../src/emulator/index.js'
import type {Fault} from '../../../src/emulator/model/faults.js'
import {createOAuth} from '../../../src/meli/api/oauth.js'
import type {OAuth} from '../../../src/services/ports/index.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {printed, quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const clock = () => new Date('2026-03-01T12:00:00Z')

async function emulate(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({start: clock(), ...options})
  const http = quickHttp(emulator.url)
  open.push(emulator, http)
  const settings = {http, clientId: emulator.clientId, clientSecret: emulator.clientSecret, clock}
  const oauth = createOAuth({...settings, authUrl: new URL(emulator.url)})
  return {emulator, oauth, http, settings}
}

async function consent(emulator: Emulator, oauth: OAuth, {pkce = true, user}: {pkce?: boolean; user?: string} = {}) {
  const {redirectUri} = emulator
  const {state, verifier, challenge} = await oauth.newHandshake({pkce})
  const request = {siteId: 'MEC', redirectUri, state, ...(challenge === undefined ? {} : {challenge})}
  const url = oauth.authorizationUrl(request)
  const back = new URL(await emulator.consent(url.href, user === undefined ? {} : {user}))
  expect(back.searchParams.get('state')).toBe(state)
  const code = back.searchParams.get('code') ?? ''
  return {code, redirectUri, ...(verifier === undefined ? {} : {verifier})}
}

async function serve(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {server, oauth: createOAuth({http, clientId: '42', clientSecret: 'hush-hush', clock})}
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('oauth', () => {
  it('sends the seller to the consent page of the site', async () => {
    const {settings} = await emulate()
    const request = {siteId: 'MLB', redirectUri: 'https://x.example/cb?a=1', state: 's', challenge: 'c'}
    expect(createOAuth(settings).authorizationUrl(request).href).toBe(
      `https://auth.mercadolivre.com.br/authorization?response_type=code&client_id=${settings.clientId}` +
        '&redirect_uri=https%3A%2F%2Fx.example%2Fcb%3Fa%3D1&state=s&code_challenge=c&code_challenge_method=S256',
    )
  })

  it('makes a state of 256 bits and a challenge that belongs to the verifier', async () => {
    const {oauth} = await emulate()
    const {state, verifier, challenge} = await oauth.newHandshake({pkce: true})
    expect(Buffer.from(state, 'base64url')).toHaveLength(32)
    expect(challenge).toBe(createHash('sha256').update(verifier!).digest('base64url'))
    expect(await oauth.newHandshake({pkce: false})).toEqual({state: expect.not.stringContaining(state)})
  })

  it.each([true, false])('exchanges a code, with PKCE %s, and refreshes', async (pkce) => {
    const {emulator, oauth} = await emulate()
    const grant = await oauth.exchangeCode(await consent(emulator, oauth, {pkce}))
    expect(grant).toMatchObject({
      userId: expect.any(Number),
      accessToken: expect.stringMatching(/^APP_USR-/),
      refreshToken: expect.stringMatching(/^TG-/),
      scope: expect.stringMatching(/^offline_access read write urn:/),
      expiresAt: new Date('2026-03-01T18:00:00Z'),
    })
    const next = await oauth.refresh(grant.refreshToken!)
    expect(next.userId).toBe(grant.userId)
    expect(next.refreshToken).not.toBe(grant.refreshToken)
  })

  it('grants without a refresh token to an application without offline access', async () => {
    const {emulator, oauth} = await emulate({offlineAccess: false})
    const grant = await oauth.exchangeCode(await consent(emulator, oauth))
    expect(grant).not.toHaveProperty('refreshToken')
  })

  it.each(['message', 'error_description'] as const)('explains a spent code and refresh token: %s', async (shape) => {
    const {emulator, oauth} = await emulate()
    emulator.world.applications.first().errorShape = shape
    const exchange = await consent(emulator, oauth)
    const {refreshToken} = await oauth.exchangeCode(exchange)
    const again = await failure(oauth.exchangeCode(exchange))
    expect(again).toMatchObject({
      code: 'MELI_GRANT_REJECTED',
      message: expect.stringContaining('already used'),
      details: {status: 400, error: 'invalid_grant'},
    })
    await oauth.refresh(refreshToken!)
    const reused = await failure(oauth.refresh(refreshToken!))
    expect(reused).toMatchObject({code: 'MELI_GRANT_REJECTED', exitCode: 4})
    for (const error of [again, reused])
      expect(printed(error)).not.toMatch(new RegExp([exchange.code, refreshToken, emulator.clientSecret].join('|')))
  })

  it('explains a code that is too old', async () => {
    const {emulator, oauth} = await emulate()
    const exchange = await consent(emulator, oauth)
    emulator.advance(11 * 60_000)
    expect(await failure(oauth.exchangeCode(exchange))).toMatchObject({code: 'MELI_GRANT_REJECTED'})
  })

  it('says when the application demands PKCE', async () => {
    const {emulator, oauth} = await emulate({pkce: 'required'})
    const exchange = await consent(emulator, oauth, {pkce: false})
    expect(await failure(oauth.exchangeCode(exchange))).toMatchObject({code: 'MELI_PKCE_REQUIRED', exitCode: 4})
  })

  it('says when the secret is wrong, without saying the secret', async () => {
    const {settings} = await emulate()
    const error = await failure(createOAuth({...settings, clientSecret: 'wrong-secret'}).refresh('TG-1'))
    expect(error).toMatchObject({code: 'MELI_CLIENT_REJECTED', exitCode: 3})
    expect(printed(error)).not.toContain('wrong-secret')
  })

  it.each<[Fault, string]>([
    [{type: 'rate-limit', shape: 'over_quota'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'too_many_requests'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'empty'}, 'MELI_RATE_LIMITED'],
    [{type: 'rate-limit', shape: 'local_rate_limited'}, 'MELI_RATE_LIMITED'],
    [{type: 'status', status: 503}, 'MELI_SERVICE_FAILING'],
    [{type: 'drop-before'}, 'MELI_UNREACHABLE'],
    [{type: 'drop-after-commit'}, 'MELI_UNREACHABLE'],
    [{type: 'truncate'}, 'MELI_UNREACHABLE'],
    [{type: 'garbage'}, 'MELI_ANSWER_UNUSABLE'],
  ])('sends a refresh once, whatever happens: %j', async (fault, code) => {
    const {emulator, oauth, http} = await emulate()
    const {refreshToken} = await oauth.exchangeCode(await consent(emulator, oauth))
    emulator.world.faults.add({path: '/oauth/token', fault, times: 9})
    const before = http.sent
    const error = await failure(oauth.refresh(refreshToken!))
    expect(error).toMatchObject({code, exitCode: 6, retryable: true})
    expect(http.sent - before).toBe(1)
    expect(printed(error)).not.toContain(refreshToken)
  })

  it('sends all it has in the body', async () => {
    const {server, oauth} = await serve(json({access_token: 'APP_USR-1-2-3-77'}))
    await oauth.exchangeCode({code: 'TG-c', redirectUri: 'https://x/cb', verifier: 'v'.repeat(43)})
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/oauth/token',
      headers: {accept: 'application/json'},
    })
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      client_id: '42',
      client_secret: 'hush-hush',
      code: 'TG-c',
      redirect_uri: 'https://x/cb',
      code_verifier: 'v'.repeat(43),
    })
  })

  it.each([
    ['user_id from the token', {}, {userId: 77}],
    ['user_id as text', {user_id: '2200000001'}, {userId: 2200000001}],
    ['Bearer', {token_type: 'Bearer'}, {userId: 77}],
    ['an odd type', {token_type: 7}, {userId: 77}],
    ['expires_in as text', {expires_in: '10800'}, {expiresAt: new Date('2026-03-01T15:00:00Z')}],
    ['no expires_in', {expires_in: null}, {expiresAt: new Date('2026-03-01T18:00:00Z')}],
    ['an odd scope', {scope: null}, {scope: ''}],
  ])('takes a grant with %s', async (_name, body, expected) => {
    const {oauth} = await serve(json({access_token: 'APP_USR-1-2-3-77', ...body}))
    expect(await oauth.refresh('TG-1')).toMatchObject(expected)
  })

  it.each([undefined, null, ''])('takes refresh_token %j for none', async (refresh_token) => {
    const {oauth} = await serve(json({access_token: 'APP_USR-1-2-3-77', refresh_token}))
    expect(await oauth.refresh('TG-1')).not.toHaveProperty('refreshToken')
  })

  it.each([
    ['HTML', text('<html>APP_USR-1-2-3-secret</html>')],
    ['nothing', text('')],
    ['no token', json({token_type: 'bearer'})],
    ['no user', json({access_token: 'opaque-secret'})],
    ['another type of token', json({access_token: 'APP_USR-1-2-3-77-secret', token_type: 'mac', user_id: 1})],
    ['a redirect', text('', 302, {location: 'https://x.example/?code=secret'})],
  ])('cannot use an answer with %s, and repeats none of it', async (_name, reply) => {
    const {oauth} = await serve(reply)
    const error = await failure(oauth.refresh('TG-1'))
    expect(error).toMatchObject({code: 'MELI_ANSWER_UNUSABLE', retryable: true})
    expect(printed(error)).not.toContain('secret')
  })

  it.each([
    [200, {error: 'invalid_grant', message: 'x'}, 'MELI_GRANT_REJECTED'],
    [400, {error: 'unauthorized_application'}, 'MELI_CLIENT_REJECTED'],
    [400, {error: 'invalid_operator_user_id'}, 'MELI_OPERATOR_ACCOUNT'],
    [400, {error: 'invalid_request', error_description: 'code_verifier is a required parameter'}, 'MELI_PKCE_REQUIRED'],
    [400, {error: 'invalid_request', message: 'duplicate parameter'}, 'MELI_API_REJECTED'],
    [400, {error: 'constructor'}, 'MELI_API_REJECTED'],
    [403, {error: 'forbidden'}, 'MELI_FORBIDDEN'],
    [403, null, 'MELI_FORBIDDEN'],
    [400, {error: 'internal_error', message: 'error_role_idp'}, 'MELI_API_REJECTED'],
    [502, 'x', 'MELI_SERVICE_FAILING'],
  ])('tells %s %j apart as %3$s', async (status, body, code) => {
    const {oauth} = await serve(json(body, status))
    expect(await failure(oauth.refresh('TG-1'))).toMatchObject({code})
  })

  it('hides an echo of what it sent', async () => {
    const {oauth} = await serve((response, {body}) =>
      response.writeHead(400).end(JSON.stringify({message: body, error: body})),
    )
    const error = await failure(
      oauth.exchangeCode({code: 'odd code/+', redirectUri: 'https://x', verifier: 'v'.repeat(43)}),
    )
    expect(printed(error)).not.toMatch(/hush-hush|odd.code|vvvv/)
  })
})
