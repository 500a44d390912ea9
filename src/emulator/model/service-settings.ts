import {type RateLimitShape, rateLimitShapes} from './rate-limiter.js'
import {changerOf, isCount, isCountOrNull, type Profile, profiles} from './settings.js'

/** What befalls every request, and what belongs to no resource. */
export interface ServiceSettings {
  profile: Profile
  /** Real milliseconds before each answer of the service. */
  latencyMs: number
  /** Requests per client id and minute of virtual time; null: no limit. */
  rateLimitPerMinute: number | null
  rateLimitShape: RateLimitShape
  /** The status of a created test user; unconfirmed at the source (docs/mercadolibre.md, section 4). */
  testUserStatus: 200 | 201
  /** Unconfirmed at the source (section 2.4) whether a refresh ends the earlier access token. */
  refreshKillsAccessTokens: boolean
  /** Parameters of the token endpoint in the query; whether the service takes them is unconfirmed (section 2.3). */
  tokenQuery: 'refused' | 'accepted'
  /** A form body that is labelled as JSON, at the token endpoint; unconfirmed as well. */
  mislabelledForm: 'refused' | 'accepted'
  /** The grant type `client_credentials`, which no page names and some clients report to work (section 2.3). */
  clientCredentials: 'refused' | 'accepted'
  /** Whether the scope of a token names the functional permissions of its grant. */
  tokenScope: 'permissions' | 'plain'
  tokenType: 'Bearer' | 'bearer'
}

export function defaultSettings(): ServiceSettings {
  return {
    profile: 'observed',
    latencyMs: 0,
    rateLimitPerMinute: null,
    rateLimitShape: 'over_quota',
    testUserStatus: 201,
    refreshKillsAccessTokens: false,
    tokenQuery: 'refused',
    mislabelledForm: 'refused',
    clientCredentials: 'refused',
    tokenScope: 'permissions',
    tokenType: 'Bearer',
  }
}

export const documented: Partial<ServiceSettings> = {
  profile: 'documented',
  tokenScope: 'plain',
  tokenType: 'bearer',
}

export const changeSettings = changerOf<ServiceSettings>({
  profile: profiles,
  latencyMs: isCount,
  rateLimitPerMinute: isCountOrNull,
  rateLimitShape: rateLimitShapes,
  testUserStatus: [200, 201],
  refreshKillsAccessTokens: [true, false],
  tokenQuery: ['refused', 'accepted'],
  mislabelledForm: ['refused', 'accepted'],
  clientCredentials: ['refused', 'accepted'],
  tokenScope: ['permissions', 'plain'],
  tokenType: ['Bearer', 'bearer'],
})
