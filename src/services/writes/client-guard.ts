import type {MercadoLibre} from '../ports/index.js'
import {type Actor, type ModeNames, WriteGuard} from './guard.js'
import {assertAllowed} from './raw/allowed.js'
import {assertHeader} from './raw/headers.js'
import {isRead} from './raw/request.js'

/** One request of the library, before it is sent. */
export interface ClientRequest {
  method: Parameters<typeof isRead>[0]
  /** With its query. */
  url: URL
  /** Names. */
  headers: readonly string[]
}

export interface ClientMode {
  /** Only a test user may be changed. */
  sandbox: boolean
  /** The nickname of the real account that may be changed. */
  live: string | undefined
}

const options: ModeNames = {
  sandbox: 'sandbox: true',
  live: 'live',
  liveFor: (nickname) => `live: '${nickname}'`,
}

/**
 * The guard of the commands, for a client of the library: whose token it is, is asked before the first request that may
 * change something, once. Nobody is asked for a confirmation, whether there is a terminal or not.
 */
export class ClientGuard {
  readonly #guard: WriteGuard
  #actor: Promise<Actor> | undefined

  constructor(
    api: MercadoLibre,
    private readonly mode: ClientMode,
  ) {
    const open = async () => {
      const {identity} = await api.me()
      return {api, userId: identity.userId, nickname: identity.nickname, identity}
    }
    this.#guard = new WriteGuard({
      sessions: {open},
      people: async () => ({interactive: false, say: () => undefined, ask: async () => ''}),
      accounts: async () => ({list: async () => []}),
      names: options,
    })
  }

  /** Comes back when the request may be sent. MELI_USAGE, MELI_LIVE_NEEDED, MELI_WRONG_KIND or MELI_WRONG_ACCOUNT. */
  async pass({method: given, url, headers}: ClientRequest): Promise<void> {
    // Without types it may come in small letters.
    const method = given.toUpperCase() as ClientRequest['method']
    for (const name of headers) assertHeader(name)
    assertAllowed(method, url, [])
    if (isRead(method)) return
    const actor = await this.#open()
    await actor.confirm({title: `${method} ${url.pathname}`, lines: []})
  }

  /** Requests that come meanwhile wait for the same answer; after a failure the next one asks again. */
  #open(): Promise<Actor> {
    this.#actor ??= this.#guard.open(this.mode).catch((error: unknown) => {
      this.#actor = undefined
      throw error
    })
    return this.#actor
  }
}
