import {MeliError} from '../../../core/errors.js'
import {sha256} from '../../../core/fingerprint.js'
import type {AccountStore, InstallStore} from '../../ports/index.js'
import {parseCallback, unprovenRefusal} from './callback.js'
import type {Linker} from './linker.js'
import type {LoginService, Received} from './login-service.js'
import {believe} from './state.js'

/** How long an installation waits for an operator. */
const pendingLifeMs = 7 * 24 * 60 * 60_000

export interface WebLoginDeps {
  login: Pick<LoginService, 'start' | 'receive'>
  linker: Pick<Linker, 'identify' | 'link'>
  installs: Pick<InstallStore, 'pend' | 'find' | 'ownerOf'>
  accounts: Pick<AccountStore, 'list'>
  /** Whoever runs the server: a connected store of which no member is left is theirs. */
  owner: string
  redirectUri: string
  pkce: boolean
  /** The site when none is asked for. */
  siteId: string
}

export interface WebLoginStart {
  siteId: string | undefined
  /** A local path, judged by the caller. */
  next: string | undefined
  /** What the browser's cookie holds; it has to come back with the callback. */
  binding: string
}

export type WebLoginEnd =
  | {outcome: 'linked'; storeId: string; next: string | null}
  /** Nobody was signed in when it came first: it waits for an operator. */
  | {outcome: 'pending'; installationId: string; next: string | null}
  /** Nobody was signed in, and the seller was connected before: the new tokens serve the same store. */
  | {outcome: 'renewed'; nickname: string}

/** The login of `meli auth login`, in the browsers of others: they bring a cookie, and perhaps no operator. */
export class WebLogin {
  constructor(private readonly deps: WebLoginDeps) {}

  /** Where to send the browser. MELI_SITE_UNKNOWN, MELI_REDIRECT_MISMATCH and configuration errors. */
  async start({siteId, next, binding}: WebLoginStart, publicUrl: URL): Promise<URL> {
    const {login, redirectUri, pkce} = this.deps
    if (new URL(redirectUri).origin !== publicUrl.origin) throw elsewhere(redirectUri, publicUrl)
    const started = await login.start({
      siteId: siteId ?? this.deps.siteId,
      redirectUri,
      pkce,
      binding: {hash: sha256(binding), next: next ?? null},
    })
    return new URL(started.authorization_url)
  }

  /**
   * @param callback the address that the browser came back to
   * @param binding what its cookie holds; without it no state is used up
   * @param operator who is signed in there
   */
  async finish(callback: string, binding: string | undefined, operator: string | undefined): Promise<WebLoginEnd> {
    const parsed = parseCallback(callback)
    // Nothing is at stake in saying what an error means, and some come without a state; but anybody may have written it.
    if (parsed.state === undefined && parsed.error !== undefined) throw unprovenRefusal(parsed, this.deps.siteId)
    const state = believe(parsed, undefined)
    if (binding === undefined) throw foreignBrowser()
    const received = await this.deps.login.receive(parsed, state, sha256(binding))
    const {attempt, held} = received
    const {next} = attempt
    // The same callback again: it waits already, and its token may be on its way to be refreshed.
    const known = await this.deps.installs.find(held.id)
    if (known.state === 'pending') return {outcome: 'pending', installationId: held.id, next}
    if (operator === undefined) return this.withoutOperator(received)
    const {store_id: storeId} = await this.deps.linker.link({...held, expect: null, operator, signedIn: true})
    return {outcome: 'linked', storeId, next}
  }

  private async withoutOperator({attempt: {next}, held}: Received): Promise<WebLoginEnd> {
    const {installs, accounts, linker} = this.deps
    const pending = {...held, expect: null}
    const {identity} = await linker.identify(pending)
    if ((await accounts.list()).some(({userId}) => userId === identity.userId)) {
      // A new authorization ends the tokens of the one before: to let it wait would be to lose the connection.
      const operator = (await installs.ownerOf(identity.userId)) ?? this.deps.owner
      await linker.link({...pending, operator})
      return {outcome: 'renewed', nickname: identity.nickname}
    }
    const until = new Date(held.grantedAt.getTime() + pendingLifeMs)
    const installationId = await installs.pend(held.id, identity, until)
    if (installationId === undefined) throw new MeliError('MELI_STATE_USED', 'this callback was used before')
    return {outcome: 'pending', installationId, next}
  }
}

function foreignBrowser(): MeliError {
  return new MeliError('MELI_STATE_UNKNOWN', 'this login was not started in this browser, or its cookie is gone', {
    try: ['start again, and finish in the same browser'],
  })
}

function elsewhere(redirectUri: string, publicUrl: URL): MeliError {
  const wanted = new URL('/api/auth/meli/callback', publicUrl).href
  return new MeliError('MELI_REDIRECT_MISMATCH', `${redirectUri} does not lead back to this server`, {
    try: [`register ${wanted} in the DevCenter, and set MELI_REDIRECT_URI to it`, 'check --public-url'],
  })
}
