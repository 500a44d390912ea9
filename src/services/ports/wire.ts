import type {Grant, Identity} from './accounts.js'
import type {SyncedProduct} from './catalogue.js'
import type {MissedFeeds} from './notifications.js'
import type {OrderApi} from './orders.js'
import type {QuestionApi} from './questions.js'
import type {RawApi} from './raw-api.js'
import type {SellingApi} from './selling.js'
import type {ShipmentApi} from './shipments.js'
import type {SyncSource} from './sync-source.js'
import type {WriteApi} from './writes.js'

export interface AuthorizationRequest {
  siteId: string
  redirectUri: string
  state: string
  /** S256 challenge; absent when PKCE is off. */
  challenge?: string
}

/** The authorization server. No call is ever retried: codes and refresh tokens are single use. */
export interface OAuth {
  authorizationUrl(request: AuthorizationRequest): URL
  /** Random state of 256 bits and, with PKCE, verifier and S256 challenge. */
  newHandshake(options: {pkce: boolean}): Promise<{state: string; verifier?: string; challenge?: string}>
  /**
   * MELI_GRANT_REJECTED on `invalid_grant`, MELI_CLIENT_REJECTED on `invalid_client`, MELI_PKCE_REQUIRED,
   * MELI_ANSWER_UNUSABLE on a 200 without a usable body, else the network family.
   */
  exchangeCode(exchange: {code: string; redirectUri: string; verifier?: string}): Promise<Grant>
  /** `known` stands in for what an answer leaves out, so that a good pair is not lost for it. */
  refresh(refreshToken: string, known?: {userId: number; scope: string}): Promise<Grant>
}

/** Where a client takes its access token from. */
export interface TokenSource {
  current(): Promise<string>
  /** Called once after a 401 on a token believed valid; absent for tokens that cannot be renewed. */
  renew?(rejected: string): Promise<string>
}

export interface CreatedTestUser {
  userId: number
  nickname: string
  password: string
  siteStatus: string | null
}

export interface ItemSourceOptions {
  /** Only these statuses; all when empty or absent. */
  statuses?: readonly string[]
  /** No request begins after it. */
  deadline?: Date
}

export interface ItemSource extends SyncSource<SyncedProduct> {
  /** Whose items these are; without those that cannot be had. As many ids as in one `fetch`. */
  owners(ids: readonly string[], signal: AbortSignal): Promise<Map<string, number>>
}

/** The parts of the API that the services use, for one account. Reads are retried; writes are not. */
export interface MercadoLibre extends MissedFeeds, RawApi, QuestionApi, OrderApi, ShipmentApi, SellingApi, WriteApi {
  /** `serverTime` is the Date header, when there was one. */
  me(until?: {signal?: AbortSignal; deadline?: Date}): Promise<{identity: Identity; serverTime: Date | null}>
  /** POST /users/test_user. MELI_TEST_USER_LIMIT on 403. */
  createTestUser(siteId: string): Promise<CreatedTestUser>
  /** DELETE /users/{user}/applications/{app}: access and refresh tokens die. */
  revoke(userId: number, clientId: string): Promise<void>
  /** The listings of the account. Requests sent by it are in its own `traffic`, not in `requests`. */
  items(userId: number, options?: ItemSourceOptions): ItemSource
  /** HTTP requests sent so far, retries included. */
  readonly requests: number
}

export type ConnectMercadoLibre = (token: TokenSource) => MercadoLibre
