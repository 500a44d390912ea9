import {MeliError} from '../../../core/errors.js'
import type {AccountStore, Clock, ConnectMercadoLibre, Grant, HeldGrantStore, Identity} from '../../ports/index.js'
import {offlineAccessMissing} from '../auth/account-errors.js'

/** What a login, or an import, ends with. */
export interface LinkResult {
  user_id: number
  nickname: string
  email: string | null
  site_id: string
  is_test_user: boolean
  store_id: string
  scope: string
  expires_at: string
}

/** A grant of which it is not known yet whose it is. */
export interface PendingLink {
  /** Of the held grant in the store; absent when nothing was spent for it, so that nothing needs holding. */
  id?: string
  grant: Grant
  clientId: string
  grantedAt: Date
  /** User id or nickname that the account must have. */
  expect: string | null
  /** It was bought with a refresh token, which is dead now: a grant of another account than expected is kept. */
  imported?: boolean
  /** The account must be a test user by its own tags. */
  testUser?: boolean
  /** Who gets the membership, when it is not whoever runs the program. */
  operator?: string
  /** As in `Link`. */
  signedIn?: boolean
}

/** A grant of which it is known whose it is. */
export interface Identified {
  identity: Identity
  grant: Grant & {refreshToken: string}
}

export interface LinkerDeps {
  accounts: Pick<AccountStore, 'link'>
  heldGrants: Pick<HeldGrantStore, 'drop'>
  connect: ConnectMercadoLibre
  clock: Clock
  operator: string
}

/** Asks the service whose grant it is, and makes store, membership and token of it in one transaction. */
export class Linker {
  constructor(private readonly deps: LinkerDeps) {}

  async link(pending: PendingLink): Promise<LinkResult> {
    const {clientId, grantedAt, operator = this.deps.operator, signedIn = false} = pending
    const {identity, grant} = await this.identify(pending)
    const {storeId} = await this.deps.accounts.link({identity, grant, clientId, operator, signedIn, grantedAt})
    return {
      user_id: identity.userId,
      nickname: identity.nickname,
      email: identity.email,
      site_id: identity.siteId,
      is_test_user: identity.isTestUser,
      store_id: storeId,
      scope: grant.scope,
      expires_at: grant.expiresAt.toISOString(),
    }
  }

  /** Refuses, and lets go of, what must not be linked: no refresh token, or another account than the expected one. */
  async identify({id, grant, expect, testUser, imported}: PendingLink): Promise<Identified> {
    const {refreshToken} = grant
    if (refreshToken === undefined) {
      await this.drop(id)
      throw offlineAccessMissing('nothing was stored')
    }
    const {identity} = await this.deps.connect({current: async () => grant.accessToken}).me()
    if (testUser === true && !identity.isTestUser) {
      await this.drop(id)
      throw new MeliError(
        'MELI_WRONG_KIND',
        `${identity.nickname} is a real account, but a test user was expected; nothing was stored`,
        {
          try: ['omit --test-user to connect a real account'],
        },
      )
    }
    if (identity.userId !== grant.userId || !isExpected(identity, expect)) {
      if (imported === true) throw wrongImport(identity, expect ?? String(grant.userId))
      await this.drop(id)
      throw wrongAccount(identity, expect ?? String(grant.userId))
    }
    return {identity, grant: {...grant, refreshToken}}
  }

  private async drop(id: string | undefined): Promise<void> {
    if (id !== undefined) await this.deps.heldGrants.drop(id)
  }
}

function isExpected(identity: Identity, expect: string | null): boolean {
  return (
    expect === null || expect === String(identity.userId) || expect.toLowerCase() === identity.nickname.toLowerCase()
  )
}

function wrongAccount(identity: Identity, expected: string): MeliError {
  return new MeliError(
    'MELI_WRONG_ACCOUNT',
    `${identity.nickname} (${identity.userId}) authorized, but ${expected} was expected; nothing was stored`,
    {
      try: [
        `log out of Mercado Libre in the browser, then meli auth login --site ${identity.siteId} --expect ${expected}`,
      ],
    },
  )
}

function wrongImport({nickname, userId}: Identity, expected: string): MeliError {
  return new MeliError(
    'MELI_WRONG_ACCOUNT',
    `this token belongs to ${nickname} (${userId}), and ${expected} was expected; it is kept, and not connected`,
    {try: [`the same token again, with meli auth import --expect ${userId}`]},
  )
}
