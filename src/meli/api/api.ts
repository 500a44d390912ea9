import {MeliError} from '../../core/errors.js'
import {rememberSecret} from '../../core/redact.js'
import type {
  ConnectMercadoLibre,
  CreatedTestUser,
  ItemSource,
  ItemSourceOptions,
  MercadoLibre,
  TokenSource,
} from '../../services/ports/index.js'
import {apiError, errorDetails, namesReason, sentence, unusableAnswer} from '../http/api-errors.js'
import {MercadoLibreClient} from '../http/client.js'
import type {ApiResponse} from '../http/client-types.js'
import type {Http} from '../http/http-types.js'
import {keepToken} from '../http/kept-token.js'
import {readServiceError} from '../http/wire-error.js'
import {readTestUser, readUser} from '../wire/wire.js'
import type {ApiParts} from './api-parts.js'
import {createItemSource} from './item-source.js'
import {missedFeeds} from './missed-feeds.js'
import {orderApi} from './order-source.js'
import {questionApi} from './question-source.js'
import {rawApi} from './raw-api.js'
import {sellingApi} from './selling.js'
import {shipmentApi} from './shipment-source.js'
import {writeApi} from './writing.js'

export function createMercadoLibre(http: Http): ConnectMercadoLibre {
  return (token) => {
    const parts = partsFor(http, token)
    // Each part of the API in a file of its own, over the same connection and the same token.
    return Object.assign(
      new WiredMercadoLibre(parts),
      questionApi(parts),
      orderApi(parts),
      sellingApi(parts),
      writeApi(parts),
      shipmentApi(parts),
      rawApi(parts),
    )
  }
}

function partsFor(http: Http, token: TokenSource): ApiParts {
  const now = () => http.now()
  return {
    client: new MercadoLibreClient({token, http}),
    bulkClient: () => new MercadoLibreClient({token: keepToken(token, now), http}),
    now,
    backOff: (tryNumber, patience) => http.backOff(tryNumber, patience),
  }
}

class WiredMercadoLibre {
  readonly #client: MercadoLibreClient

  constructor(private readonly parts: ApiParts) {
    this.#client = parts.client
  }

  get requests(): number {
    return this.#client.requests
  }

  async me(until: Parameters<MercadoLibre['me']>[0] = {}): ReturnType<MercadoLibre['me']> {
    const answer = await this.#client.request('GET', '/users/me', until)
    const identity = readUser(answer.json())
    if (!identity) throw unusableAnswer(answer, 'the user')
    return {identity, serverTime: readHttpDate(answer.headers.date)}
  }

  async createTestUser(siteId: string): Promise<CreatedTestUser> {
    const answer = await this.#client.request('POST', '/users/test_user', {body: {site_id: siteId}, anyStatus: true})
    if (answer.status >= 400) throw testUserError(answer)
    const user = readTestUser(answer.json())
    if (!user) throw unusableAnswer(answer, 'the id, nickname and password of the test user')
    rememberSecret(user.password)
    return {userId: user.id, nickname: user.nickname, password: user.password, siteStatus: user.site_status}
  }

  async revoke(userId: number, clientId: string): Promise<void> {
    await this.#client.request('DELETE', `/users/${userId}/applications/${encodeURIComponent(clientId)}`)
  }

  missedFeeds(...[request, signal]: Parameters<MercadoLibre['missedFeeds']>): ReturnType<MercadoLibre['missedFeeds']> {
    return missedFeeds(this.#client, request, signal)
  }

  items(userId: number, options: ItemSourceOptions = {}): ItemSource {
    const {bulkClient, now, backOff} = this.parts
    return createItemSource(bulkClient(), {...options, userId, now, backOff})
  }
}

/** The answer at the limit is not documented beyond its 403: any that gives no other reason is taken for it. */
function testUserError(answer: ApiResponse): MeliError {
  const said = readServiceError(answer)
  if (answer.status !== 403 || namesReason(said)) return apiError(answer)
  return new MeliError('MELI_TEST_USER_LIMIT', sentence(answer.status, said), {
    try: [
      'an account may have 10 test users, removed after 60 days without activity; use one with meli test-users list',
      'create it with the token of a real account that owns the application',
    ],
    details: errorDetails(answer, said),
  })
}

function readHttpDate(header: string | undefined): Date | null {
  const date = new Date(header ?? '')
  return Number.isNaN(date.getTime()) ? null : date
}
