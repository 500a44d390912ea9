import type {ConnectMercadoLibre, MercadoLibre, TokenSource, Traffic} from '../ports/index.js'
import {type Actor, type ModeNames, WriteGuard} from './guard.js'
import {assertAllowed, assertHeader} from './raw/forbidden.js'
import {isRead} from './raw/request.js'

type Until = NonNullable<Parameters<MercadoLibre['me']>[0]>

/** One request of the library, before it is sent. */
export interface GuardedRequest {
  method: Parameters<typeof isRead>[0]
  /** With its query. */
  url: URL
  /** Names. */
  headers: readonly string[]
  /** Ends the question to the service too. */
  until: Until
}

export interface ClientMode {
  /** Only a test user may be changed. */
  sandbox: boolean
  /** The nickname of the real account that may be changed. */
  live: string | undefined
}

/** The client that is guarded. */
export interface GuardedClient {
  connect: ConnectMercadoLibre
  token: TokenSource
  /** The requests of the guard are counted here. */
  traffic: Traffic
}

/** A token, and the account that the service named for it. */
interface Checked {
  token: string
  actor: Actor
}

const options: ModeNames = {
  sandbox: 'sandbox: true',
  live: 'live',
  liveFor: (nickname) => `live: '${nickname}'`,
}

/**
 * The guard of the commands, for a client of the library: before a token is sent with a request that may change something,
 * the service is asked whose it is, once for each token. Nobody is asked for a confirmation, whether there is a terminal or
 * not.
 */
export class ClientGuard {
  #checked: Checked | undefined
  /** Checks in progress by token, which other requests may wait for. */
  readonly #underWay = new Map<string, Promise<Checked>>()

  constructor(
    private readonly client: GuardedClient,
    private readonly mode: ClientMode,
  ) {}

  /** MELI_USAGE for a request that is sent for no account. */
  assertAllowed({method, url, headers}: GuardedRequest): void {
    for (const name of headers) assertHeader(name)
    assertAllowed(upperCase(method), url, [])
  }

  /**
   * The token to send the request with: this one or, if the service no longer takes it, a renewed one that was checked in
   * its place. MELI_USAGE, MELI_LIVE_NEEDED, MELI_WRONG_KIND or MELI_WRONG_ACCOUNT when the request may not be sent.
   */
  async pass({method: given, url, until}: GuardedRequest, token: string): Promise<string> {
    const method = upperCase(given)
    if (isRead(method)) return token
    const checked = await this.#check(token, until)
    await checked.actor.confirm({title: `${method} ${url.pathname}`, lines: []})
    return checked.token
  }

  async #check(token: string, until: Until): Promise<Checked> {
    if (this.#checked?.token === token) return this.#checked
    // An answer that others wait for must not end with the signal of one of them.
    if (until.signal !== undefined || until.deadline !== undefined) return this.#ask(token, until)
    const asked = this.#underWay.get(token) ?? this.#ask(token, {}).finally(() => this.#underWay.delete(token))
    this.#underWay.set(token, asked)
    return asked
  }

  /** Kept when it succeeds; after a failure the next request asks again. */
  async #ask(given: string, until: Until): Promise<Checked> {
    const {connect, token: source, traffic} = this.client
    let token = given
    const api = connect({
      current: async () => given,
      ...(source.renew && {renew: async (rejected) => (token = (await source.renew?.(rejected)) ?? rejected)}),
    })
    const open = async () => {
      const {identity} = await api.me(until)
      return {api, userId: identity.userId, nickname: identity.nickname, identity}
    }
    const guard = new WriteGuard({
      sessions: {open},
      terminal: async () => ({interactive: false, say: () => undefined, ask: async () => ''}),
      accounts: async () => ({list: async () => []}),
      names: options,
    })
    try {
      const actor = await guard.open(this.mode)
      this.#checked = {token, actor}
      return this.#checked
    } finally {
      traffic.requests += api.requests
    }
  }
}

/** Callers without types may pass the method in lower case. */
function upperCase(method: GuardedRequest['method']): GuardedRequest['method'] {
  return method.toUpperCase() as GuardedRequest['method']
}
