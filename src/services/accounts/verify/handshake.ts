import {isMeliError, MeliError} from '../../../core/errors.js'
import type {Account, AccountStore, Clock, ConnectMercadoLibre, MercadoLibre} from '../../ports/index.js'
import type {AuthService, ValidToken} from '../auth/auth-service.js'
import {assertAccount} from '../sessions.js'
import {Checklist} from './checks.js'
import {judgeIdentity, judgeRefresh, judgeSkew, judgeTimeLeft} from './judgements.js'
import {type HandshakeResult, handshakeResult as result} from './result.js'

type Who = Awaited<ReturnType<MercadoLibre['me']>>

export interface HandshakeOptions {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  /** Fail when less time than this is left, after a refresh where one is allowed. Milliseconds. */
  minTtlMs: number
  /** False never spends the refresh token. */
  refresh: boolean
}

export interface HandshakeDeps {
  /** Opened only when a stored account is checked. */
  auth: () => Promise<AuthService>
  accounts: () => Promise<Pick<AccountStore, 'load'>>
  connect: ConnectMercadoLibre
  clock: Clock
  /** Fails with a MeliError of the configuration family when the application is not configured. */
  checkConfiguration: () => string
  clientId: string | undefined
  accessToken: string | undefined
}

/** Checks, step by step, that the stored credentials work. Each step says what it saw. */
export class Handshake {
  constructor(private readonly deps: HandshakeDeps) {}

  async verify(options: HandshakeOptions): Promise<HandshakeResult> {
    const list = new Checklist()
    const fixedToken = this.deps.accessToken
    if (fixedToken !== undefined) return this.verifyFixedToken(fixedToken, options, list)

    await list.attempt('configuration', async () => list.pass('configuration', this.deps.checkConfiguration()))
    const auth = await list.attempt('token_found', this.deps.auth)
    const account = auth && (await list.attempt('token_found', () => auth.account(options.account, options)))
    if (auth === undefined || account === undefined) return result(options, list)
    list.pass('token_found', `${account.nickname} (${account.userId}, ${account.siteId})`)
    await this.checkSeal(account, list)
    const token = await this.checkToken(auth, account, options, list)
    if (token === undefined) return result(options, list)

    const {api, renewed} = this.connectReporting(auth, token, options)
    const me = await this.askWho(api, list)
    if (me !== undefined) judgeIdentity(list, me.identity, options.sandbox, account)
    if (renewed() !== undefined) list.pass('token_valid', 'Mercado Libre had ended it early; it has been refreshed')
    const used = renewed() ?? token
    judgeTimeLeft(list, used.expiresAt, this.deps.clock.now(), {...options, account: used.account})
    judgeRefresh(list, used.account, this.deps.clientId)
    return result(options, list, {identity: me?.identity, token: used})
  }

  /** MELI_ACCESS_TOKEN: the token is checked, no store is opened. */
  private async verifyFixedToken(
    accessToken: string,
    options: HandshakeOptions,
    list: Checklist,
  ): Promise<HandshakeResult> {
    list.pass('configuration', 'MELI_ACCESS_TOKEN is set: acting with this token')
    list.skip('token_found', 'MELI_ACCESS_TOKEN: no stored account is used')
    list.skip('seal_opens', 'MELI_ACCESS_TOKEN: nothing stored is opened')
    const me = await this.askWho(this.deps.connect({current: async () => accessToken}), list, [
      'replace MELI_ACCESS_TOKEN with a valid token, or unset it to use a connected account',
    ])
    if (me !== undefined) {
      list.pass('token_valid', 'Mercado Libre accepts it')
      judgeIdentity(list, me.identity, options.sandbox)
      await list.attempt('identity', async () => assertAccount(me.identity, options.account))
    }
    list.skip('refresh_possible', 'MELI_ACCESS_TOKEN: nothing is refreshed')
    const unknown = 'MELI_ACCESS_TOKEN: its expiry is not known'
    if (options.minTtlMs > 0) list.warn('time_left', `${unknown}, so --min-ttl cannot be checked`)
    else list.skip('time_left', unknown)
    return result(options, list, {identity: me?.identity})
  }

  private async askWho(api: MercadoLibre, list: Checklist, cures?: string[]): Promise<Who | undefined> {
    try {
      const me = await api.me()
      list.pass('api_answers', 'GET /users/me answers 200')
      judgeSkew(list, me.serverTime, this.deps.clock.now())
      return me
    } catch (error) {
      if (!isMeliError(error)) throw error
      // A refusal is an answer too: it is the token then that is not good.
      if (error.family === 'auth') list.pass('api_answers', 'Mercado Libre answers')
      if (error.family !== 'auth') list.fail('api_answers', error)
      else
        list.fail('token_valid', cures === undefined ? error : new MeliError(error.code, error.message, {try: cures}))
      return undefined
    }
  }

  private async checkSeal(account: Account, list: Checklist): Promise<void> {
    const record = await list.attempt('seal_opens', async () => (await this.deps.accounts()).load(account.userId))
    if (record !== undefined) list.pass('seal_opens', 'the stored tokens can be decrypted')
  }

  private async checkToken(
    auth: AuthService,
    account: Account,
    options: HandshakeOptions,
    list: Checklist,
  ): Promise<ValidToken | undefined> {
    if (!list.ok && list.cause?.code === 'MELI_SEAL_BROKEN') return undefined
    const token = await list.attempt('token_valid', () =>
      auth.getValidToken(account.userId, {
        sandbox: options.sandbox,
        minTtlMs: options.minTtlMs,
        refresh: options.refresh ? 'if-needed' : 'never',
      }),
    )
    if (token !== undefined)
      list.pass('token_valid', token.refreshed ? 'it was expiring and has been refreshed' : 'it has not expired')
    return token
  }

  /** A 401 on a token believed valid leads to one refresh, which the result must report too. */
  private connectReporting(auth: AuthService, token: ValidToken, options: HandshakeOptions) {
    const source = auth.tokenSource(token.account)
    let renewed: ValidToken | undefined
    const api = this.deps.connect({
      current: async () => token.accessToken,
      ...(options.refresh && {
        renew: async (rejected: string) => {
          await source.renew?.(rejected)
          renewed = {
            ...(await auth.getValidToken(token.account.userId, {sandbox: options.sandbox})),
            refreshed: true,
          }
          return renewed.accessToken
        },
      }),
    })
    return {api, renewed: () => renewed}
  }
}
