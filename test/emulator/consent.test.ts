import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {type Answer, EmulatorClient} from './emulator-client.js'

let client: EmulatorClient
beforeEach(async () => {
  client = await EmulatorClient.start()
})
afterEach(() => client.close())

function page(extra: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
  return client.get(client.authorizationUrl(extra).slice(client.emulator.url.length), undefined, headers)
}

function transactionIn({body}: Answer): string {
  return /name="transaction" value="([0-9a-f]{32})"/.exec(body)![1]!
}

async function logIn(fields: Record<string, string>, extra: Record<string, string> = {}): Promise<Answer> {
  const transaction = transactionIn(await page(extra))
  return client.form('/authorization/login', {transaction, ...fields})
}

function decide(form: Answer, decision: string, headers: Record<string, string> = {}): Promise<Answer> {
  return client.form('/authorization/decision', {transaction: transactionIn(form), decision}, headers)
}

function idOf(nickname: string): string {
  return String(client.emulator.world.users.find(nickname)!.id)
}

describe('the consent page', () => {
  it('lets a seller be picked, and sends the browser back with a code that buys tokens', async () => {
    const answer = await decide(await logIn({user: idOf('CASA_DEL_SUR')}), 'allow')
    expect(answer.status).toBe(303)
    const target = new URL(answer.headers.get('location')!)
    expect(`${target.origin}${target.pathname}`).toBe(client.emulator.redirectUri)
    expect(target.searchParams.get('state')).toBe('s-1')
    const {body} = await client.exchange(target.searchParams.get('code')!)
    expect(String(body.user_id)).toBe(idOf('CASA_DEL_SUR'))
    expect(body.user_id).toBeGreaterThan(2 ** 31)
  })

  it('logs a test user in with nickname and password, and never offers it in the list', async () => {
    const {access_token} = await client.connect()
    const {body: created} = await client.json('POST', '/users/test_user', {site_id: 'MEC'}, access_token)
    expect((await page()).body).not.toContain(created.nickname)
    expect((await logIn({user: String(created.id)})).status).toBe(401)
    const answer = await decide(await logIn({nickname: created.nickname, password: created.password}), 'allow')
    expect(new URL(answer.headers.get('location')!).searchParams.get('code')).toMatch(new RegExp(`-${created.id}$`))
  })

  it('shows the form again after a wrong password', async () => {
    const answer = await logIn({nickname: 'TIENDA_ANDINA', password: 'wrong'})
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('El usuario o la contraseña no son correctos.')
    expect(
      (await client.form('/authorization/login', {transaction: transactionIn(answer), user: idOf('CASA_DEL_SUR')}))
        .status,
    ).toBe(200)
  })

  it('tells the application when the user declines', async () => {
    const answer = await decide(await logIn({user: idOf('TIENDA_ANDINA')}), 'deny')
    expect(answer.headers.get('location')).toBe(`${client.emulator.redirectUri}?error=access_denied&state=s-1`)
  })

  it('turns a collaborator away', async () => {
    const answer = await logIn({user: idOf('OPERADOR_ANDINA')})
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('invalid_operator_user_id')
  })

  it.each(['https://example.com/callback/', 'https://example.com/callback?a=1', 'http://localhost:53683/callback'])(
    'shows an error instead of redirecting to %s',
    async (redirect_uri) => {
      const answer = await page({redirect_uri})
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
      expect(answer.body).toContain('The client callback has to match the redirect_uri param.')
    },
  )

  it('refuses an unknown application and another response type', async () => {
    expect((await page({client_id: '1'})).body).toContain('unknown_client')
    expect((await page({response_type: 'token'})).body).toContain('unsupported_response_type')
  })

  it('escapes whatever the address brings along', async () => {
    const nasty = '"><script>alert(1)</script>'
    for (const answer of [await page({state: nasty}), await page({redirect_uri: nasty}), await page({lang: nasty})])
      expect(answer.body).not.toContain('<script')
  })

  it('says that it is an emulator, loads nothing, runs nothing and cannot be framed', async () => {
    const {body, headers} = await page()
    expect(body).toContain('Esto es un emulador, no es Mercado Libre.')
    expect(body).not.toMatch(/<script|src=|@import|url\(/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  it('speaks the language of the site, or the one that was asked for', async () => {
    expect((await page({}, {'accept-language': 'en'})).body).toContain('<html lang="es">')
    expect((await page({lang: 'en'})).body).toContain('This is an emulator, not Mercado Libre.')
    const brazil = await EmulatorClient.start({site: 'MLB'})
    const {body} = await brazil.get(brazil.authorizationUrl().slice(brazil.emulator.url.length))
    await brazil.close()
    expect(body).toContain('Isto é um emulador, não é o Mercado Livre.')
  })

  it('takes no decision sent from another site, and none without a log-in', async () => {
    const form = await logIn({user: idOf('TIENDA_ANDINA')})
    expect((await decide(form, 'allow', {origin: 'https://evil.example'})).status).toBe(403)
    expect((await decide(await page(), 'allow')).status).toBe(400)
    expect(
      (await client.form('/authorization/decision', {transaction: 'f'.repeat(32), decision: 'allow'})).status,
    ).toBe(400)
    expect((await decide(form, 'allow', {origin: client.emulator.url})).status).toBe(303)
  })

  it('takes a decision once', async () => {
    const form = await logIn({user: idOf('TIENDA_ANDINA')})
    await decide(form, 'allow')
    expect((await decide(form, 'allow')).status).toBe(400)
  })
})

describe('the headless consent', () => {
  it('gives the address the browser would end on', async () => {
    const {body} = await client.json('POST', '/_emulator/consent', {
      authorization_url: client.authorizationUrl(),
      user: 'CASA_DEL_SUR',
    })
    expect(body.redirect_to).toMatch(/^https:\/\/example\.com\/callback\?code=TG-[0-9a-f]{24}-\d+&state=s-1$/)
  })

  it('refuses what the page refuses', async () => {
    await expect(client.emulator.consent(client.authorizationUrl(), {user: 'OPERADOR_ANDINA'})).rejects.toMatchObject({
      fault: 'invalid_operator_user_id',
    })
    const {status, body} = await client.json('POST', '/_emulator/consent', {
      authorization_url: client.authorizationUrl({redirect_uri: 'https://other.example/'}),
    })
    expect([status, body.error]).toEqual([400, 'redirect_mismatch'])
  })

  it('can decline', async () => {
    const redirect = await client.emulator.consent(client.authorizationUrl(), {deny: true})
    expect(new URL(redirect).searchParams.get('error')).toBe('access_denied')
  })
})
