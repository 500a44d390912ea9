import {createHash, randomBytes} from 'node:crypto'
import {type Emulator, type EmulatorOptions, startEmulator} from '../../src/emulator/index.js'

/** JSON of an answer. Tests look into answers of every shape, and an assertion on a missing field fails by itself. */
// biome-ignore lint/suspicious/noExplicitAny: casts at hundreds of places would say nothing more
export type WireJson = any

export interface Answer {
  status: number
  headers: Headers
  body: WireJson
}

export interface Tokens {
  access_token: string
  refresh_token: string
  user_id: number
  scope: string
  expires_in: number
}

export const hourMs = 60 * 60 * 1000
export const dayMs = 24 * hourMs

/** A client of the emulator, as an integrator would write one by hand. */
export class EmulatorClient {
  private constructor(readonly emulator: Emulator) {}

  static async start(options: EmulatorOptions = {}): Promise<EmulatorClient> {
    return new EmulatorClient(await startEmulator({start: new Date('2026-03-01T12:00:00Z'), ...options}))
  }

  authorizationUrl(extra: Record<string, string> = {}): string {
    const {url, clientId, redirectUri} = this.emulator
    const query = {response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state: 's-1', ...extra}
    return `${url}/authorization?${new URLSearchParams(query)}`
  }

  async code(user?: string | number, extra: Record<string, string> = {}): Promise<string> {
    const redirect = await this.emulator.consent(this.authorizationUrl(extra), user === undefined ? {} : {user})
    return new URL(redirect).searchParams.get('code')!
  }

  token(body: Record<string, string>): Promise<Answer> {
    const {clientId, clientSecret} = this.emulator
    return this.form('/oauth/token', {client_id: clientId, client_secret: clientSecret, ...body})
  }

  exchange(code: string, extra: Record<string, string> = {}): Promise<Answer> {
    return this.token({grant_type: 'authorization_code', code, redirect_uri: this.emulator.redirectUri, ...extra})
  }

  refresh(refreshToken: string): Promise<Answer> {
    return this.token({grant_type: 'refresh_token', refresh_token: refreshToken})
  }

  async connect(user?: string | number): Promise<Tokens> {
    const {status, body} = await this.exchange(await this.code(user))
    if (status !== 200) throw new Error(`not connected: ${JSON.stringify(body)}`)
    return body
  }

  get(path: string, token?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, {headers: {...bearer(token), ...headers}})
  }

  json(method: string, path: string, body: unknown, token?: string): Promise<Answer> {
    const headers = {'content-type': 'application/json', ...bearer(token)}
    return this.send(method, path, {headers, body: JSON.stringify(body)})
  }

  form(path: string, body: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, {headers, body: new URLSearchParams(body)})
  }

  async send(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.emulator.url}${path}`, {...init, method, redirect: 'manual'})
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('application/json') === true
    return {status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text}
  }

  close(): Promise<void> {
    return this.emulator.close()
  }
}

export function pkcePair(): {verifier: string; challenge: string} {
  const verifier = randomBytes(32).toString('base64url')
  return {verifier, challenge: createHash('sha256').update(verifier).digest('base64url')}
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : {authorization: `Bearer ${token}`}
}
