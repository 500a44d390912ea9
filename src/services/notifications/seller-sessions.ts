import {disconnected} from '../accounts/auth/account-errors.js'
import type {
  Account,
  AccountStore,
  Clock,
  ConnectMercadoLibre,
  ItemSource,
  MercadoLibre,
  TokenSource,
} from '../ports/index.js'

export interface SellerSession {
  api: MercadoLibre
  userId: number
  items: ItemSource
}

export interface SellerSessionsDeps {
  accounts: Pick<AccountStore, 'list'>
  auth: {tokenSource(account: Account): TokenSource}
  connect: ConnectMercadoLibre
  clock: Pick<Clock, 'now'>
}

/** What a source has learned of the service, and a token that it keeps for seconds, are good for a while. */
const keptForMs = 60_000

/** Connections as the sellers of whom notifications tell. */
export class SellerSessions {
  private readonly sessions = new Map<number, {session: SellerSession; until: number}>()

  constructor(private readonly deps: SellerSessionsDeps) {}

  /** MELI_ACCOUNT_UNKNOWN when the seller was disconnected meanwhile. */
  async of(userId: number): Promise<SellerSession> {
    const now = this.deps.clock.now().getTime()
    const account = (await this.deps.accounts.list()).find((each) => each.userId === userId)
    if (account === undefined) throw disconnected(String(userId))
    const kept = this.sessions.get(userId)
    if (kept !== undefined && now < kept.until) return kept.session
    const api = this.deps.connect(this.deps.auth.tokenSource(account))
    const session = {api, userId, items: api.items(userId)}
    this.sessions.set(userId, {session, until: now + keptForMs})
    return session
  }
}
