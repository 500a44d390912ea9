import {afterEach, describe, expect, it} from '@jest/globals'
import {freePort} from '../server/free-port.js'
import {rawRequest} from '../server/raw-request.js'
import {type ServingCli, startServing} from '../support/serving.js'
import {openWorld, type World} from '../support/world.js'

let serving: ServingCli | undefined
afterEach(() => void serving?.child.kill('SIGKILL'))

/** A browser that keeps cookies, and remembers every secret that passed through its hands. */
class Browser {
  readonly secrets = new Set<string>()
  private readonly jar = new Map<string, string>()

  async send(address: string, form?: Record<string, string>) {
    const body = form === undefined ? '' : new URLSearchParams(form).toString()
    const headers = {
      ...{accept: 'text/html', cookie: [...this.jar].map((pair) => pair.join('=')).join('; ')},
      ...(form !== undefined && {'content-type': 'application/x-www-form-urlencoded'}),
    }
    const answer = await fetch(address, {
      ...{method: form === undefined ? 'GET' : 'POST', headers, redirect: 'manual'},
      ...(form !== undefined && {body}),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.jar.set(name, value)
      // A path to go to is no secret.
      if (value.length >= 40) this.secrets.add(value)
    }
    const text = await answer.text()
    const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1]
    if (csrf !== undefined) this.secrets.add(csrf)
    return {status: answer.status, location: answer.headers.get('location') ?? '', csrf: csrf ?? ''}
  }
}

/** Signs in, connects a seller, and comes back twice with the same callback. */
async function connectSeller(world: World, {url, signInUrl}: ServingCli): Promise<Browser> {
  const browser = new Browser()
  const link = signInUrl()
  browser.secrets.add(link.split('/').at(-1) ?? '')
  const {csrf} = await browser.send(link)
  expect((await browser.send(link, {csrf})).status).toBe(303)
  const started = await browser.send(`${url}/api/auth/meli/start`)
  browser.secrets.add(new URL(started.location).searchParams.get('state') ?? '')
  const callback = await world.emulator.consent(started.location)
  browser.secrets.add(new URL(callback).searchParams.get('code') ?? '')
  const linked = await browser.send(callback)
  expect(linked.location).toMatch(/\/stores\//)
  await browser.send(callback)
  await browser.send(`${url}/api/auth/meli/callback?code=TG-forged-1&state=forged-state-of-somebody`)
  return browser
}

describe('the log of a whole session', () => {
  it('has every step under an id, and no secret, at its most talkative', async () => {
    const port = await freePort()
    const world = await openWorld({items: 3, redirectUris: [`http://127.0.0.1:${port}/api/auth/meli/callback`]})
    serving = await startServing(world, ['--port', String(port)], {MELI_LOG_LEVEL: 'debug'})
    const {logged, url} = serving
    const browser = await connectSeller(world, serving)
    await logged(({job, msg}) => String(job).startsWith('sync:') && msg === 'job done')
    // As if six hours had passed: the next job has to refresh.
    world.expireTokens()
    world.sql("UPDATE job SET due_at = 0 WHERE name LIKE 'token:%'")
    await logged(({job, msg}) => String(job).startsWith('token:') && msg === 'job done')
    const [row] = world.sql<{id: string; user: number}>('SELECT id, user_id AS user FROM product')
    const told = {_id: 'n-1', topic: 'items', resource: `/items/${row?.id}`, user_id: row?.user}
    const body = JSON.stringify({
      ...told,
      application_id: Number(world.emulator.clientId),
      secret: 'APP_USR-1-sent-by-them',
    })
    await fetch(`${url}/notifications`, {method: 'POST', body, headers: {'content-type': 'application/json'}})
    await fetch(`${url}/notifications`, {
      method: 'POST',
      body: `${body}}`,
      headers: {authorization: 'Bearer APP_USR-1-x'},
    })
    await rawRequest(`${url}/nothing?access_token=APP_USR-1-in-a-query&code=TG-in-a-query`)
    const {status, stdout, stderr} = await serving.stop()

    expect(status).toBe(0)
    const lines = serving.log()
    expect(lines.some(({msg}) => msg === 'http')).toBe(true)
    for (const line of lines.filter(({route, job}) => route !== undefined || job !== undefined))
      expect(line.correlation_id).toEqual(expect.any(String))
    // The link is shown to whoever started it, on a line of its own, and nowhere else.
    const all = (stdout + stderr).replace(/^Sign in .*$/m, '')
    const known = [...browser.secrets, world.emulator.env.MELI_CLIENT_SECRET ?? ''].filter((secret) => secret !== '')
    expect(known.length).toBeGreaterThanOrEqual(6)
    expect(known.filter((secret) => all.includes(secret))).toEqual([])
    expect(all).not.toMatch(/(?:APP_USR|TG)-/)
    // The schedule looks at a changed row within fifteen seconds, besides all that a busy machine does.
  }, 240_000)
})
