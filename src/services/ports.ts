/**
 * All that the services may do to the world. Stores are dialect-neutral: one method is one atomic step, because SQLite
 * transactions are synchronous and Postgres ones are not. Times are `Date`, ids of users are safe integers.
 */

export interface Clock {
  now(): Date
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Runs work that an interrupt must not cut in half: something was spent and is not stored yet. */
export type Protect = <T>(work: () => Promise<T>) => Promise<T>

// --- Accounts and tokens -------------------------------------------------------------------------------------------

/** The outcome of the token endpoint. The only type, with TokenRecord, that holds live secrets. */
export interface Grant {
  userId: number
  accessToken: string
  /** Absent when the application has no `offline_access`. */
  refreshToken?: string
  scope: string
  expiresAt: Date
}

export type AccountStatus = 'active' | 'invalid'

/** A connected account without its secrets; readable without the encryption key. */
export interface Account {
  userId: number
  nickname: string
  email: string | null
  siteId: string
  isTestUser: boolean
  isDefault: boolean
  status: AccountStatus
  scope: string
  expiresAt: Date
  /** Internal UUID of the store; never the seller's id. */
  storeId: string
  /** The application that the tokens are bound to. */
  clientId: string
  createdAt: Date
  updatedAt: Date
}

export interface TokenRecord extends Account {
  accessToken: string
  refreshToken: string
}

/** What `/users/me` says of an account. */
export interface Identity {
  userId: number
  nickname: string
  email: string | null
  siteId: string
  tags: string[]
  isTestUser: boolean
}

export interface Link {
  identity: Identity
  grant: Grant & {refreshToken: string}
  clientId: string
  /** Who owns the membership: `MELI_OPERATOR` or the OS user. */
  operator: string
  at: Date
  /** The held grant that this link replaces; removed in the same transaction. */
  heldId?: string
}

export interface Linked {
  storeId: string
  /** False when the same seller was linked before and was updated. */
  created: boolean
}

export type Lease = {held: true} | {held: false; holder: string; until: Date}

export interface Rotation {
  userId: number
  /** The refresh token that was sent: the row changes only while it still holds this one. */
  spent: string
  next: Grant & {refreshToken: string}
  /** The journal entry that becomes `stored` in the same transaction. */
  attemptId: string
  at: Date
}

export interface AccountStore {
  /** All accounts, oldest first. Opens no seal. */
  list(): Promise<Account[]>
  /** Fails with MELI_SEAL_BROKEN when the key is wrong or the row was changed. */
  load(userId: number): Promise<TokenRecord | undefined>
  /** Store, membership and token in one transaction; linking a seller again updates all three and revives the row. */
  link(link: Link): Promise<Linked>
  /** Compare and set; false when the row no longer holds `spent`, and then nothing is changed. */
  rotate(rotation: Rotation): Promise<boolean>
  /** Marks the row `invalid` if it still holds `spent`. */
  invalidate(userId: number, spent: string, at: Date): Promise<boolean>
  /** Makes one account the default of its kind (real, or test user) and the others of the kind not. */
  setDefault(userId: number): Promise<void>
  /** Wipes the row with its secrets, its journal and its membership; false when there was none. */
  remove(userId: number): Promise<boolean>
  /** Takes the refresh lease when it is free, expired or already this holder's. */
  acquireLease(userId: number, holder: string, now: Date, until: Date): Promise<Lease>
  releaseLease(userId: number, holder: string): Promise<void>
}

/** A grant that was received but cannot be linked yet (identity unknown), sealed; nothing received is ever lost. */
export interface HeldGrant {
  id: string
  /** Where it came from and how to find it again: `state:<hash>` or `import:<fingerprint>`. */
  origin: string
  grant: Grant
  clientId: string
  createdAt: Date
}

/** Table `installation`. */
export interface HeldGrantStore {
  hold(origin: string, grant: Grant, clientId: string, at: Date): Promise<string>
  find(origin: string): Promise<HeldGrant | undefined>
  drop(id: string): Promise<void>
}

export type RefreshOutcome = 'sent' | 'stored' | 'failed'

/** One spend of a refresh token, written before the request leaves. */
export interface RefreshAttempt {
  id: string
  userId: number
  /** First 16 hex digits of the token's SHA-256: tells tokens apart without holding one. */
  tokenFingerprint: string
  processId: number
  host: string
  reason: string
  sentAt: Date
  finishedAt: Date | null
  outcome: RefreshOutcome
  /** Our error code when it failed; null when the request never left this machine. */
  errorCode: string | null
}

/** Table `token_refresh`. */
export interface RefreshJournal {
  begin(attempt: Omit<RefreshAttempt, 'id' | 'finishedAt' | 'outcome' | 'errorCode'>): Promise<string>
  finish(id: string, outcome: 'stored' | 'failed', errorCode: string | null, at: Date): Promise<void>
  /** Newest first. */
  recent(userId: number, limit: number): Promise<RefreshAttempt[]>
}

// --- Login ---------------------------------------------------------------------------------------------------------

/** A login under way. `codeVerifier` is sealed; the state itself is stored as its SHA-256 only. */
export interface LoginAttempt {
  stateHash: string
  codeVerifier: string | null
  redirectUri: string
  siteId: string
  clientId: string
  /** User id or nickname that must come back. */
  expect: string | null
  createdAt: Date
  expiresAt: Date
}

export type Consumed =
  | {outcome: 'consumed'; attempt: LoginAttempt}
  | {outcome: 'used'; attempt: LoginAttempt}
  | {outcome: 'expired'}
  | {outcome: 'unknown'}

/** Table `oauth_state`. */
export interface LoginStore {
  /** Also sweeps rows that expired more than a day ago. */
  begin(attempt: LoginAttempt): Promise<void>
  /** Single use: of any number of concurrent calls exactly one is told `consumed`. */
  consume(stateHash: string, now: Date): Promise<Consumed>
}

// --- Test users ----------------------------------------------------------------------------------------------------

export type TestUserRole = 'seller' | 'buyer'
/** `intended`: asked for, answer never stored, so a slot may be used up. `failed`: refused, no slot used. */
export type TestUserState = 'intended' | 'created' | 'failed'

export interface TestUser {
  /** Of the intent row, a UUID. */
  intentId: string
  /** The real account whose quota it counts against; null for an adopted one whose owner is unknown. */
  ownerUserId: number | null
  userId: number | null
  nickname: string | null
  siteId: string
  role: TestUserRole
  siteStatus: string | null
  state: TestUserState
  createdAt: Date
}

export interface TestUserCredentials {
  userId: number
  nickname: string
  password: string
  siteStatus: string | null
}

/** Table `test_user`. Passwords are sealed. */
export interface TestUserStore {
  intend(intent: {ownerUserId: number; siteId: string; role: TestUserRole; at: Date}): Promise<string>
  complete(intentId: string, credentials: TestUserCredentials, at: Date): Promise<void>
  fail(intentId: string, at: Date): Promise<void>
  /** For users made elsewhere. Replaces what is stored under the same user id. */
  adopt(
    user: TestUserCredentials & {ownerUserId: number | null; siteId: string; role: TestUserRole; at: Date},
  ): Promise<void>
  /** Oldest first, intents included. */
  list(): Promise<TestUser[]>
  /** By nickname (case-insensitive) or user id. Opens the seal. */
  reveal(nicknameOrId: string): Promise<(TestUser & TestUserCredentials) | undefined>
  /** By nickname, user id or intent id; false when there is none. */
  forget(nicknameOrId: string): Promise<boolean>
}

// --- Catalogue -----------------------------------------------------------------------------------------------------

/** A listing in columns named as the service names its fields; `price` keeps its exact decimal text. */
export interface Product {
  id: string
  userId: number
  siteId: string | null
  title: string | null
  price: string | null
  currencyId: string | null
  availableQuantity: number | null
  soldQuantity: number | null
  status: string | null
  sellerSku: string | null
  categoryId: string | null
  listingTypeId: string | null
  condition: string | null
  permalink: string | null
  thumbnail: string | null
  userProductId: string | null
  lastUpdated: Date | null
  /** The service answered 206: some parts are missing. */
  partial: boolean
  /** The whole answer as the service sent it. */
  json: string
}

export interface ProductCounts {
  created: number
  updated: number
  unchanged: number
}

/** Table `product`. */
export interface ProductStore {
  /** Upserts one batch in one transaction and marks it as seen by the run. A removed product that is back counts as updated. */
  save(batch: readonly Product[], seen: {runId: string; at: Date}): Promise<ProductCounts>
  /** What `save` would do, writing nothing. */
  compare(batch: readonly Product[]): Promise<ProductCounts>
  /** Marks listed products that could not be fetched as seen, so that they are not taken for removed. */
  touch(userId: number, ids: readonly string[], runId: string): Promise<void>
  /** Sets `removed_at` on what the run did not see; returns how many. */
  removeUnseen(userId: number, seen: {runId: string; at: Date}): Promise<number>
  /** How many products of the user, not yet removed, are not among these ids: what `removeUnseen` would remove. */
  countUnlisted(userId: number, listed: ReadonlySet<string>): Promise<number>
}

export interface SyncRun {
  id: string
  resource: 'products'
  userId: number
  startedAt: Date
}

export type SyncOutcome = 'complete' | 'incomplete' | 'failed' | 'interrupted'

/** Table `sync_run`. */
export interface SyncRunStore {
  start(run: SyncRun): Promise<void>
  finish(id: string, outcome: SyncOutcome, counts: Readonly<Record<string, number>>, at: Date): Promise<void>
}

/** One open database. Opening is lazy outside; everything behind it is ready to use. */
export interface Store {
  readonly path: string
  /** Sentences about what is not as it should be, such as file modes that let others read. */
  readonly warnings: readonly string[]
  readonly accounts: AccountStore
  readonly heldGrants: HeldGrantStore
  readonly journal: RefreshJournal
  readonly logins: LoginStore
  readonly testUsers: TestUserStore
  readonly products: ProductStore
  readonly syncRuns: SyncRunStore
  /** An online copy of the whole database, 0600; refuses an existing file (MELI_FILE_EXISTS). Bytes written. */
  backup(file: string): Promise<number>
  close(): Promise<void>
}

// --- Mercado Libre over the wire -----------------------------------------------------------------------------------

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
  refresh(refreshToken: string): Promise<Grant>
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

export interface ItemPage {
  ids: string[]
  /** `paging.total` as of this page. */
  total: number
}

export type ItemAnswer = {ok: true; product: Product} | {ok: false; id: string; status: number; message: string}

/** The parts of the API that the services use, for one account. Reads are retried; writes are not. */
export interface MercadoLibre {
  /** `serverTime` is the Date header, when there was one. */
  me(): Promise<{identity: Identity; serverTime: Date | null}>
  /** POST /users/test_user. MELI_TEST_USER_LIMIT on 403. */
  createTestUser(siteId: string): Promise<CreatedTestUser>
  /** DELETE /users/{user}/applications/{app}: access and refresh tokens die. */
  revoke(userId: number, clientId: string): Promise<void>
  /** Scan of all listings, 100 ids a page. */
  scanItems(userId: number, options: {status?: string; signal?: AbortSignal}): AsyncIterable<ItemPage>
  /** Up to 20 ids in one request; one answer for each id, in the order asked. */
  getItems(ids: readonly string[], options: {userId: number; signal?: AbortSignal}): Promise<ItemAnswer[]>
  /** HTTP requests sent so far, retries included. */
  readonly requests: number
}

export type ConnectMercadoLibre = (token: TokenSource) => MercadoLibre

// --- People --------------------------------------------------------------------------------------------------------

export interface Browser {
  /** False when no browser could be started; never throws. */
  open(url: URL, options: {private: boolean}): Promise<boolean>
}

export interface ListeningCallback {
  /** Resolves with the full callback address of the first request to the redirect path. */
  next(signal: AbortSignal): Promise<URL>
  /** Answers the browser that is waiting: connected, or what went wrong. */
  answer(outcome: {ok: true; nickname: string} | {ok: false; code: string; message: string}): Promise<void>
  close(): Promise<void>
}

export interface CallbackListener {
  /**
   * Binds before it returns (MELI_CALLBACK_PORT_TAKEN). `siteId` chooses the page's language. Undefined when the
   * redirect URI leads elsewhere than to this machine, so that nobody can listen on it.
   */
  listen(redirectUri: URL, options: {siteId: string}): Promise<ListeningCallback | undefined>
}

export interface People {
  /** Whether there is somebody to ask. */
  readonly interactive: boolean
  /** A line for the person, on stderr, also under --json. */
  say(line: string): void
  /** MELI_TERMINAL_NEEDED where there is no terminal. */
  ask(question: string, signal?: AbortSignal): Promise<string>
}

export interface CommandRunner {
  /** Runs a shell command with this standard input; its own output goes to stderr. Resolves with its exit status. */
  run(command: string, stdin: string): Promise<number>
}
