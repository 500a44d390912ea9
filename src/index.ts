import {createApp} from './app/create-app.js'
import {systemClock} from './app/system-clock.js'
import {httpOptions, storeOptions} from './app/world.js'
import {Interrupts} from './cli/interrupts.js'
import {type Config, loadConfig} from './config/config.js'
import {createMercadoLibre} from './meli/api/api.js'
import {
  type ApiResponse,
  absolutePath,
  type ClientRequest,
  parseApiUrl,
  type RequestOptions,
  MercadoLibreClient as WireClient,
  type MercadoLibreClientOptions as WireOptions,
} from './meli/http/client.js'
import {createHttp, type Method} from './meli/http/http.js'
import {addressOf} from './meli/http/request-parts.js'
import {AuthService as CoreAuthService, type TokenOptions} from './services/accounts/auth/auth-service.js'
import type {Store} from './services/ports/index.js'
import {ClientGuard, type GuardedRequest} from './services/writes/client-guard.js'
import {openStore as openStoreAt, type StoreOptions} from './store/open.js'

export {type Config, loadConfig} from './config/config.js'
export {type ErrorCode, exitCodes, type Family, isMeliError, MeliError} from './core/errors.js'
export type {ApiResponse, OwnUser, PaginateOptions, RequestOptions} from './meli/http/client.js'
export type {TokenOptions, ValidToken} from './services/accounts/auth/auth-service.js'
export type {Account, AccountStatus, Store, TokenSource} from './services/ports/index.js'
export type {StoreOptions} from './store/open.js'

/**
 * Opens the database that the command line uses (MELI_HOME, MELI_DATABASE_URL, MELI_ENCRYPTION_KEY), made or migrated first
 * where needed. Options win over the environment. Close it when done.
 */
export async function openStore(options: Partial<StoreOptions> = {}): Promise<Store> {
  const {file, ...rest} = storeOptions(loadConfig())
  // Another home has a database of its own.
  return openStoreAt({...rest, ...(options.home === undefined && {file}), ...options})
}

export interface AuthServiceOptions {
  store: Store
  /** Default: read from the environment, as the command line does. */
  config?: Config
}

/**
 * Hands out access tokens that work: picks the account, refreshes when fewer than five minutes are left, and spends a
 * refresh token once, whatever the number of processes on one database.
 *
 * @example
 * const token = await new AuthService({store}).getValidToken('NICKNAME')
 */
export class AuthService extends CoreAuthService {
  readonly #preferred: string | undefined

  constructor({store, config = loadConfig()}: AuthServiceOptions) {
    super(createApp(config, new Interrupts()).accounts.authServiceDeps(store))
    this.#preferred = config.account
  }

  /** Without an account, the one that MELI_ACCOUNT names, as on the command line. */
  override account(account?: string | number, options: Omit<TokenOptions, 'minTtlMs' | 'refresh'> = {}) {
    return super.account(account ?? this.#preferred, options)
  }
}

export type MercadoLibreClientOptions = WireOptions & {
  /** Where the API address, the time-out and the proxy come from. Default: the environment. */
  config?: Config
  /** Changes are made as a test user only, as `--sandbox` does; without it, as a real account only. */
  sandbox?: boolean
  /** The nickname of the real account that may be changed, as `--live=NICKNAME` names it. Keep it in the code. */
  live?: string
}

/**
 * Calls to Mercado Libre's API for one account: `get`, `post`, `put`, `delete`, `paginate`. With
 * `token: auth.tokenSource(account)` it refreshes by itself, with `accessToken` it acts with just that token.
 *
 * Before a request that may change something (any but GET, HEAD and OPTIONS) the client asks the service whose token it is
 * about to send, once for each token. A real account is changed only when `live` names it (MELI_LIVE_NEEDED, or MELI_WRONG_ACCOUNT for another
 * name), a test user only with `sandbox: true` (MELI_WRONG_KIND otherwise); nothing is sent where it refuses.
 *
 * @example
 * const client = new MercadoLibreClient({token: auth.tokenSource(account), live: 'TIENDA_ANDINA'})
 * await client.put('/items/MEC1400000001', {available_quantity: 3})
 */
export class MercadoLibreClient extends WireClient {
  readonly #guard: ClientGuard
  readonly #origin: URL

  constructor({config = loadConfig(), sandbox = false, live, ...options}: MercadoLibreClientOptions) {
    const {apiUrl = config.apiUrl, timeoutMs = config.httpTimeoutMs} = options
    const origin = parseApiUrl(apiUrl)
    const http = options.http ?? createHttp({...httpOptions(config, systemClock), origin, timeoutMs})
    super({...options, http})
    this.#origin = http.origin
    const token = 'token' in options ? options.token : {current: async () => options.accessToken}
    this.#guard = new ClientGuard({connect: createMercadoLibre(http), token, traffic: this.traffic}, {sandbox, live})
  }

  override async request(method: Method, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    this.#guard.assertAllowed(this.#guarded({method, path, options}))
    return super.request(method, path, options)
  }

  protected override tokenFor(request: ClientRequest, given: string): Promise<string> {
    return this.#guard.pass(this.#guarded(request), given)
  }

  #guarded({method, path, options}: ClientRequest): GuardedRequest {
    const {query, headers = {}, signal, deadline} = options
    const url = addressOf(this.#origin, {path: absolutePath(path), query})
    const until = {...(signal && {signal}), ...(deadline && {deadline})}
    return {method, url, headers: Object.keys(headers), until}
  }
}
