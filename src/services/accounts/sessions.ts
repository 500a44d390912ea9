import {MeliError} from '../../core/errors.js'
import type {Account, ConnectMercadoLibre, Identity, MercadoLibre} from '../ports/index.js'
import {wrongKind} from './auth/account-errors.js'
import type {AuthService} from './auth/auth-service.js'

/** A connection to the service as one account. `account` is absent when acting with MELI_ACCESS_TOKEN. */
export interface Session {
  api: MercadoLibre
  userId: number
  /** As stored, or as the service said just now. */
  nickname?: string
  account?: Account
  /** What the service has just said of it, when it had to be asked. */
  identity?: Identity
}

export interface SessionOptions {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
}

export interface SessionsDeps {
  /** Opened only when a stored account is used. */
  auth: () => Promise<AuthService>
  connect: ConnectMercadoLibre
  /** MELI_ACCESS_TOKEN: act with it, store nothing, refresh nothing. */
  accessToken: string | undefined
}

/** Opens sessions for commands that call the API. */
export class Sessions {
  constructor(private readonly deps: SessionsDeps) {}

  async open({account, sandbox, site}: SessionOptions): Promise<Session> {
    const {connect, accessToken} = this.deps
    if (accessToken !== undefined) {
      const api = connect({current: async () => accessToken})
      const {identity} = await api.me()
      assertKind(identity, sandbox)
      assertAccount(identity, account)
      return {api, userId: identity.userId, nickname: identity.nickname, identity}
    }
    const auth = await this.deps.auth()
    const chosen = await auth.account(account, {sandbox, site})
    const {userId, nickname} = chosen
    return {api: connect(auth.tokenSource(chosen)), userId, nickname, account: chosen}
  }
}

/** MELI_ACCESS_TOKEN speaks for one account; naming another one is a mistake that must not pass. */
export function assertAccount(identity: Identity, account: string | undefined): void {
  const names = [String(identity.userId), identity.nickname.toLowerCase()]
  if (account === undefined || names.includes(account.toLowerCase())) return
  const message = `MELI_ACCESS_TOKEN belongs to ${identity.nickname} (${identity.userId}), but ${account} was requested`
  throw new MeliError('MELI_WRONG_ACCOUNT', message, {
    try: [`unset MELI_ACCESS_TOKEN to act as a connected account`, `--account ${identity.nickname}`],
  })
}

/** The second layer of the guard: what the service says of the account must agree with the mode. */
export function assertKind(identity: Identity, sandbox: boolean, flag?: string): void {
  if (identity.isTestUser !== sandbox) throw wrongKind(identity.nickname, sandbox, flag)
}
