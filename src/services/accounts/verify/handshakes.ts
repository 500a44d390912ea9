import type {Account, AccountStore, Clock} from '../../ports/index.js'
import {type AccountView, accountView} from '../account-view.js'
import type {Handshake, HandshakeOptions} from './handshake.js'
import type {HandshakeResult} from './result.js'

/** Each account of the mode, one after the other; one that fails does not stop the rest. */
export interface HandshakesResult {
  ok: boolean
  mode: 'production' | 'sandbox'
  handshakes: HandshakeResult[]
  /** Of the first that failed. */
  exit_code: number
}

export interface HandshakeCandidates {
  mode: 'production' | 'sandbox'
  accounts: AccountView[]
}

type Many = Pick<HandshakeOptions, 'sandbox' | 'site'>

export class Handshakes {
  constructor(
    private readonly deps: {
      handshake: Handshake
      accounts: () => Promise<Pick<AccountStore, 'list'>>
      clock: Clock
      /** MELI_ACCESS_TOKEN stands for the one account that there is then. */
      accessToken: string | undefined
    },
  ) {}

  one(options: HandshakeOptions): Promise<HandshakeResult> {
    return this.deps.handshake.verify(options)
  }

  async all(options: HandshakeOptions): Promise<HandshakesResult> {
    const handshakes: HandshakeResult[] = []
    const accounts = this.deps.accessToken === undefined ? await this.candidates(options) : []
    // With no account at all, the single handshake says what to do.
    if (accounts.length === 0) handshakes.push(await this.one({...options, account: undefined}))
    for (const account of accounts) handshakes.push(await this.one({...options, account: String(account.userId)}))
    const failed = handshakes.find((h) => !h.ok)
    return {ok: failed === undefined, mode: mode(options), handshakes, exit_code: failed?.exit_code ?? 0}
  }

  /** Offline. */
  async list(options: Many): Promise<HandshakeCandidates> {
    const now = this.deps.clock.now()
    return {mode: mode(options), accounts: (await this.candidates(options)).map((a) => accountView(a, now))}
  }

  private async candidates({sandbox, site}: Many): Promise<Account[]> {
    const accounts = await (await this.deps.accounts()).list()
    return accounts.filter((a) => a.isTestUser === sandbox && (site === undefined || a.siteId === site))
  }
}

function mode({sandbox}: Many): 'production' | 'sandbox' {
  return sandbox ? 'sandbox' : 'production'
}
