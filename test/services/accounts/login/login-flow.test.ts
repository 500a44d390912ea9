import {describe, expect, it} from '@jest/globals'
import {freePort} from '../../../server/free-port.js'
import {minuteMs, refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

/** With a redirect URI that leads to this machine. */
async function onLoopback() {
  const redirectUri = `http://127.0.0.1:${await freePort()}/callback`
  return toolkit({redirectUris: [redirectUri]})
}

async function run(kit: Toolkit, options: {expect?: string; browser?: boolean; signal?: AbortSignal} = {}) {
  const {browser = true, ...more} = options
  return (await kit.app.accounts.loginFlow()).run({...kit.loginRequest(more), browser, testUser: false, ...more})
}

/** Comes back with what the user decided, and shows what the page said. */
function browserThat(kit: Toolkit, deny = false): Promise<string> {
  return new Promise((resolve, reject) => {
    kit.browser.visit = (url) =>
      kit.emulator
        .consent(url.href, {deny})
        .then((back) => fetch(back, {headers: {connection: 'close'}}))
        .then((page) => page.text())
        .then(resolve, reject)
  })
}

describe('a login with a listener', () => {
  it('ends when the browser comes back, and answers it with a page', async () => {
    const kit = await onLoopback()
    const page = browserThat(kit)
    expect(await run(kit)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    expect(await page).toContain('TIENDA_ANDINA')
    expect(kit.terminal.heard.join()).toContain(kit.browser.opened[0]!.url)
  })

  it('tells the browser too when the seller refuses', async () => {
    const kit = await onLoopback()
    const page = browserThat(kit, true)
    expect(await refusal(run(kit))).toMatchObject({code: 'MELI_AUTHORIZATION_DENIED', exitCode: 4})
    expect(await page).not.toContain('TIENDA_ANDINA')
  })

  it('is not ended by forged callbacks: each is refused with a page, few with a notice, and the real one completes it', async () => {
    const kit = await onLoopback()
    const pages: {status: number; text: string}[] = []
    const visit = async (address: string) => {
      const answer = await fetch(address, {headers: {connection: 'close'}})
      pages.push({status: answer.status, text: await answer.text()})
    }
    const {redirectUri} = kit.emulator
    const forged = [
      `${redirectUri}?code=TG-forged-1&state=forged`,
      `${redirectUri}?code=TG-forged-1`,
      `${redirectUri}?error=access_denied&state=forged`,
      `${redirectUri}?error=access_denied`,
      `${redirectUri}?nonsense`,
      redirectUri,
    ]
    const visits = new Promise<void>((resolve, reject) => {
      kit.browser.visit = async (url) => {
        const state = url.searchParams.get('state')
        // The right state with nothing else says nothing, and a state that is given twice is none.
        const halves = [`${redirectUri}?state=${state}`, `${redirectUri}?code=1&state=${state}&state=x`]
        for (const address of [...forged, ...halves]) await visit(address)
        await visit(await kit.emulator.consent(url.href)).then(resolve, reject)
      }
    })
    expect(await run(kit)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    await visits
    expect(pages.map(({status}) => status)).toEqual([...Array<number>(8).fill(400), 200])
    for (const {text} of pages.slice(0, 8)) expect(text).toMatch(/MELI_STATE_UNKNOWN|MELI_CALLBACK_UNREADABLE/)
    expect(kit.terminal.heard.filter((line) => line.includes('A callback was refused'))).toHaveLength(3)
    expect(kit.tokenCalls).toBe(1)
  })

  it('ends by a paste too: the browser may run on another machine', async () => {
    const kit = await onLoopback()
    kit.terminal.answers.set('Paste the address', () => kit.emulator.consent(kit.browser.opened[0]!.url))
    expect(await run(kit)).toMatchObject({nickname: 'TIENDA_ANDINA'})
  })

  it('frees its port in the end', async () => {
    const kit = await onLoopback()
    for (let round = 0; round < 2; round += 1) {
      void browserThat(kit)
      expect(await run(kit)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    }
  })

  it('says so when no browser can be started, and still waits', async () => {
    const kit = await onLoopback()
    kit.browser.visit = undefined
    const flow = run(kit)
    kit.terminal.answers.set('Paste', async () => kit.emulator.consent(kit.browser.opened[0]!.url))
    await flow
    expect(kit.terminal.heard.join()).toContain('No browser could be started')
  })
})

describe('a login without a listener', () => {
  it('asks for the address the browser ended on, or for the bare code', async () => {
    for (const part of [(url: string) => url, (url: string) => new URL(url).searchParams.get('code')!]) {
      const kit = await toolkit()
      kit.terminal.answers.set('Paste the address', async () =>
        part(await kit.emulator.consent(kit.browser.opened[0]!.url)),
      )
      expect(await run(kit)).toMatchObject({nickname: 'TIENDA_ANDINA'})
    }
  })

  it('begins nothing where nobody can paste', async () => {
    const kit = await toolkit()
    kit.terminal.interactive = false
    expect(await refusal(run(kit))).toMatchObject({code: 'MELI_TERMINAL_NEEDED', exitCode: 2})
    expect(kit.browser.opened).toEqual([])
    expect(kit.sql('SELECT * FROM oauth_state')).toEqual([])
  })

  it('opens no browser when told not to, and names the expected account', async () => {
    const kit = await toolkit()
    kit.terminal.answers.set('Paste', () => 'nonsense')
    expect(await refusal(run(kit, {browser: false, expect: 'CASA_DEL_SUR'}))).toMatchObject({
      code: 'MELI_CALLBACK_UNREADABLE',
    })
    expect(kit.browser.opened).toEqual([])
    expect(kit.terminal.heard.join()).toContain('as CASA_DEL_SUR')
  })
})

describe('a login that nobody ends', () => {
  it('gives up after 15 minutes', async () => {
    const kit = await onLoopback()
    kit.browser.visit = () => setImmediate(() => kit.clock.skip(15 * minuteMs + 1000))
    expect(await refusal(run(kit))).toMatchObject({code: 'MELI_LOGIN_TIMED_OUT', exitCode: 4})
  })

  it('ends at once when interrupted, before or while it waits', async () => {
    const kit = await onLoopback()
    kit.browser.visit = () => setImmediate(() => void kit.interrupts.interrupt())
    const {signal} = kit.interrupts
    expect(await refusal(run(kit, {signal}))).toMatchObject({code: 'MELI_INTERRUPTED', exitCode: 130})
    kit.browser.visit = () => undefined
    expect(await refusal(run(kit, {signal}))).toMatchObject({code: 'MELI_INTERRUPTED', exitCode: 130})
    expect(kit.tokenCalls).toBe(0)
  })
})
