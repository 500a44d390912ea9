import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {dayMs, EmulatorClient, type Tokens} from './emulator-client.js'

let client: EmulatorClient
let seller: Tokens
beforeEach(async () => {
  client = await EmulatorClient.start()
  seller = await client.connect()
})
afterEach(() => client.close())

function createTestUser(token = seller.access_token, siteId = 'MEC') {
  return client.json('POST', '/users/test_user', {site_id: siteId}, token)
}

async function logInAsTestUser({nickname, password}: {nickname: string; password: string}): Promise<Tokens> {
  const first = await client.get(client.authorizationUrl().slice(client.emulator.url.length))
  const transaction = /name="transaction" value="(\w+)"/.exec(first.body)![1]!
  await client.form('/authorization/login', {transaction, nickname, password})
  const answer = await client.form('/authorization/decision', {transaction, decision: 'allow'})
  const {body} = await client.exchange(new URL(answer.headers.get('location')!).searchParams.get('code')!)
  return body
}

describe('users', () => {
  it('show themselves in full and others in outline', async () => {
    const other = client.emulator.world.users.find('CASA_DEL_SUR')!
    const own = await client.get(`/users/${seller.user_id}`, seller.access_token)
    expect(own.body).toEqual((await client.get('/users/me', seller.access_token)).body)
    expect(own.body).toMatchObject({email: 'tienda.andina@example.com', tags: ['normal', 'user_info_verified']})
    expect(own.body.registration_date).toBe(
      new Date(Date.parse(own.body.registration_date) - 5 * 3_600_000).toISOString().replace('Z', '-05:00'),
    )
    const {body} = await client.get(`/users/${other.id}`, seller.access_token)
    expect(body).toMatchObject({
      id: other.id,
      nickname: 'CASA_DEL_SUR',
      country_id: 'EC',
      status: {site_status: 'active'},
    })
    expect(body).not.toHaveProperty('email')
    for (const {seller_reputation} of [own.body, body])
      expect(Object.keys(seller_reputation.metrics)).toEqual([
        'sales',
        'claims',
        'delayed_handling_time',
        'cancellations',
      ])
  })

  it('are not found under an unknown id', async () => {
    const {status, body} = await client.get('/users/5', seller.access_token)
    expect([status, body.error, body.cause]).toEqual([404, 'not_found', []])
  })

  describe('in bulk', () => {
    const ids = () => `ids=${seller.user_id},5`
    const bulk = async (query = '') =>
      (await client.get(`/users/bulk?${ids()}${query}`, seller.access_token)).body as Record<string, unknown>[]
    const element = (id: number) => ({id: String(id), status_code: id === 5 ? 404 : 200})

    it('are found with a body and refused with an error', async () => {
      const body = (await client.get('/users/me', seller.access_token)).body
      const elements = await bulk()
      expect(elements).toHaveLength(2)
      expect(elements).toContainEqual({...element(seller.user_id), body})
      expect(elements).toContainEqual({...element(5), error: {message: 'User with id 5 not found'}})
    })

    it.each<[string, (id: number) => object, object]>([
      ['body.id,body.seller_reputation.level_id', (id) => ({body: {id, seller_reputation: {level_id: null}}}), {}],
      ['id', (id) => ({id: String(id)}), {id: '5'}],
      [
        'id,status_code,error,body.id',
        (id) => ({...element(id), body: {id}}),
        {id: '5', status_code: 404, error: {message: 'User with id 5 not found'}},
      ],
    ])('are selected from by element: %s', async (names, found, refused) => {
      const elements = await bulk(`&attributes=${names}`)
      expect(elements).toHaveLength(2)
      expect(elements).toEqual(expect.arrayContaining([found(seller.user_id), refused]))
    })

    it('come in an order of the service’s own, unless told otherwise', async () => {
      const many = Array.from({length: 20}, (_, n) => String(n + 1))
      const answered = async () => {
        const {body} = await client.get(`/users/bulk?ids=${many}&attributes=id`, seller.access_token)
        return (body as {id: string}[]).map(({id}) => id)
      }
      const own = await answered()
      expect(own).not.toEqual(many)
      expect([...own].sort()).toEqual([...many].sort())
      await client.json('POST', '/_emulator/settings', {multiget_order: 'request'})
      expect(await answered()).toEqual(many)
    })

    it('keep their members where the pages are followed', async () => {
      await client.json('POST', '/_emulator/settings', {profile: 'documented'})
      expect(await bulk('&attributes=body.id')).toEqual([
        {...element(seller.user_id), body: {id: seller.user_id}},
        {...element(5), body: expect.objectContaining({error: 'not_found'})},
      ])
    })

    it('come by the old route too, each route as long as it exists', async () => {
      const old = async () => client.get(`/users?${ids()}&attributes=nickname`, seller.access_token)
      expect((await old()).body).toEqual([
        {code: 200, body: {nickname: 'TIENDA_ANDINA'}},
        {code: 404, body: expect.objectContaining({error: 'not_found'})},
      ])
      await client.json('POST', '/_emulator/settings', {bulk: 'only-new'})
      expect((await old()).status).toBe(404)
      await client.json('POST', '/_emulator/settings', {bulk: 'only-old'})
      expect((await client.get(`/users/bulk?${ids()}`, seller.access_token)).status).toBe(404)
      expect(client.emulator.notEmulated).toEqual([])
    })
  })
})

describe('test users', () => {
  it('are made with a password, a tag and an id above 2^31', async () => {
    const {status, body} = await createTestUser()
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.any(Number),
      nickname: expect.stringMatching(/^TEST[0-9A-F]{8}$/),
      password: expect.stringMatching(/^qatest\d{4}$/),
      site_status: 'active',
    })
    expect(body.id).toBeGreaterThan(2 ** 31)
    const me = await client.get('/users/me', (await logInAsTestUser(body)).access_token)
    expect(me.body).toMatchObject({id: body.id, email: `test_user_${body.id}@testuser.com`})
    expect(me.body.tags).toContain('test_user')
  })

  it('can be answered with 200 instead', async () => {
    await client.json('POST', '/_emulator/settings', {test_user_status: 200})
    expect((await createTestUser()).status).toBe(200)
  })

  it('are ten per owner', async () => {
    for (let n = 0; n < 10; n++) expect((await createTestUser()).status).toBe(201)
    expect(await createTestUser()).toMatchObject({status: 403, body: {error: 'forbidden', status: 403, cause: []}})
    const other = await client.connect('CASA_DEL_SUR')
    expect((await createTestUser(other.access_token)).status).toBe(201)
  })

  it('cannot make test users themselves', async () => {
    const tokens = await logInAsTestUser((await createTestUser()).body)
    expect(await createTestUser(tokens.access_token)).toMatchObject({status: 403, body: {error: 'access_denied'}})
  })

  it('are refused for a site that does not exist', async () => {
    expect((await createTestUser(seller.access_token, 'XXX')).status).toBe(400)
  })

  it('vanish after 60 days without activity, and free some space', async () => {
    const {body: idle} = await createTestUser()
    const {body: active} = await createTestUser()
    client.emulator.advance(40 * dayMs)
    const tokens = await logInAsTestUser(active)
    client.emulator.advance(21 * dayMs)
    const again = await client.refresh(tokens.refresh_token)
    expect((await client.get(`/users/${idle.id}`, again.body.access_token)).status).toBe(404)
    expect((await client.get('/users/me', again.body.access_token)).body.id).toBe(active.id)
    expect(client.emulator.world.users.testUsersOf(seller.user_id)).toHaveLength(1)
  })
})

describe('applications', () => {
  it('show more to their owner', async () => {
    const path = `/applications/${client.emulator.clientId}`
    const other = await client.connect('CASA_DEL_SUR')
    expect((await client.get(path, seller.access_token)).body).toMatchObject({
      owner_id: seller.user_id,
      callback_url: client.emulator.redirectUri,
      callback_urls: expect.arrayContaining([client.emulator.redirectUri]),
      max_requests_per_hour: 18_000,
      blocked: false,
      disabled: false,
      partial_blocked: {blocked: false},
      use_pkce: false,
      allow_flow: ['authorization_code', 'refresh_token'],
      roles: [],
    })
    await client.json('POST', '/_emulator/app', {pkce: 'required', offline_access: false})
    expect((await client.get(path, seller.access_token)).body).toMatchObject({
      use_pkce: true,
      allow_flow: ['authorization_code'],
    })
    expect((await client.get(path, other.access_token)).body).not.toHaveProperty('owner_id')
    expect((await client.get(`${path}/grants`, other.access_token)).status).toBe(403)
    expect((await client.get(`${path}/grants`, seller.access_token)).body).toMatchObject({
      paging: {total: 2, limit: 50, offset: 0},
      grants: [{user_id: String(seller.user_id)}, {user_id: String(other.user_id)}],
    })
  })

  it('lose their tokens when the user revokes them', async () => {
    const path = `/users/${seller.user_id}/applications`
    const app_id = client.emulator.clientId
    expect((await client.get(path, seller.access_token)).body).toEqual([
      expect.objectContaining({user_id: String(seller.user_id), app_id, scopes: ['offline_access', 'read', 'write']}),
    ])
    const {status, body} = await client.send('DELETE', `${path}/${app_id}`, {
      headers: {authorization: `Bearer ${seller.access_token}`},
    })
    expect(status).toBe(200)
    expect(body).toEqual({user_id: String(seller.user_id), app_id, msg: 'Autorización eliminada'})
    expect((await client.get('/users/me', seller.access_token)).status).toBe(401)
    expect((await client.refresh(seller.refresh_token)).body.error).toBe('invalid_grant')
  })
})

describe('sites', () => {
  it('are listed with their currencies', async () => {
    const {body} = await client.get('/sites', seller.access_token)
    expect(body).toContainEqual({id: 'MEC', name: 'Ecuador', default_currency_id: 'USD'})
  })
})
