import {type Emulator, type EmulatorOptions, startEmulator} from '../../src/emulator/index.js'
import {createOAuth} from '../../src/meli/api/oauth.js'
import type {Grant, OAuth} from '../../src/services/ports/index.js'
import {quickHttp} from './wire.js'

export interface Connected {
  emulator: Emulator
  http: ReturnType<typeof quickHttp>
  oauth: OAuth
  grant: Grant & {refreshToken: string}
  close(): Promise<void>
}

/** An emulator and a seller who has authorized its application. */
export async function connect(options: EmulatorOptions & {user?: string | number} = {}): Promise<Connected> {
  const {user, ...rest} = options
  const emulator = await startEmulator({start: new Date('2026-03-01T12:00:00Z'), ...rest})
  const http = quickHttp(emulator.url)
  const {clientId, clientSecret, redirectUri} = emulator
  const clock = () => emulator.clock.now()
  const oauth = createOAuth({http, clientId, clientSecret, authUrl: new URL(emulator.url), clock})
  const url = oauth.authorizationUrl({siteId: emulator.world.siteId, redirectUri, state: 'state'})
  const back = new URL(await emulator.consent(url.href, user === undefined ? {} : {user}))
  const grant = await oauth.exchangeCode({code: back.searchParams.get('code') ?? '', redirectUri})
  const close = async () => {
    http.close()
    await emulator.close()
  }
  return {emulator, http, oauth, grant: {...grant, refreshToken: grant.refreshToken ?? ''}, close}
}
