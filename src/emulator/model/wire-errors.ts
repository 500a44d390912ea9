import type {RateLimitShape} from './rate-limiter.js'

/** An error answer of the service. Handlers throw it, and the error handler sends it as it is. */
export class WireError extends Error {
  constructor(
    readonly status: number,
    /** Sent as JSON, or as plain text when it is a string, or with no body at all when undefined. */
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`answered ${status}`)
    this.name = 'WireError'
  }
}

/** The standard four fields (docs/mercadolibre.md, section 3). Some resources send `cause` as a text, mostly an empty one. */
export function standardBody(status: number, error: string, message: string, cause: readonly unknown[] | string = []) {
  return {message, error, status, cause}
}

export function standardError(...given: Parameters<typeof standardBody>): WireError {
  const [status] = given
  return new WireError(status, standardBody(...given))
}

export function badRequest(message: string): WireError {
  return standardError(400, 'bad_request', message)
}

export function notFound(message: string): WireError {
  return standardError(404, 'not_found', message)
}

/** A scroll id that is not the position of a row (section 6.1). */
export function invalidScrollId(): WireError {
  return standardError(400, 'invalid.scroll.id', 'Invalid Scroll Id: Error decode reading Scroll ID')
}

/** The gateway's shape, the most common one: no status, no cause (section 3, table 401). */
export function invalidToken(): WireError {
  return new WireError(401, {code: 'unauthorized', message: 'invalid access token'})
}

export function missingAuthorization(): WireError {
  return new WireError(401, {code: 'unauthorized', message: 'authorization value not present'})
}

/** Section 3, table 403: another user's resource. */
export function accessDenied(): WireError {
  return new WireError(403, {
    status: 403,
    error: 'access_denied',
    message: 'access to the requested resource is forbidden',
    code: 'FORBIDDEN',
  })
}

/** Section 3, table 403: the token's scopes do not allow it. */
export function invalidScopes(): WireError {
  return new WireError(403, {status: 403, error: 'Invalid scopes', code: 'FORBIDDEN'})
}

/** Section 3, table 403: the application lacks a functional permission. */
export function refusedByPolicy(): WireError {
  return new WireError(403, {
    code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES',
    blocked_by: 'PolicyAgent',
    message: 'At least one policy returned UNAUTHORIZED.',
    status: 403,
  })
}

/** Section 3, table 403: the old shape. */
export function forbidden(): WireError {
  return standardError(403, 'forbidden', 'forbidden')
}

export function rateLimited(shape: RateLimitShape): WireError {
  switch (shape) {
    case 'over_quota':
      return new WireError(429, {error: 'too_many_requests', message: 'client.id over quota', status: 429})
    case 'too_many_requests':
      return standardError(429, 'too_many_requests', 'Too Many Requests')
    case 'empty':
      return new WireError(429, undefined)
    case 'local_rate_limited':
      return new WireError(429, 'local_rate_limited')
  }
}
