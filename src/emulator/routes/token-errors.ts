import type {TokenErrorShape} from '../model/applications.js'
import {WireError} from '../model/wire-error.js'

export type TokenErrorCode = 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type'

export const spentGrantMessage =
  'Error validating grant. Your authorization code or refresh token may be expired or it was already used'

/** An error of the token endpoint, in either of the two shapes seen in the wild (docs/mercadolibre.md, section 2.6). */
export function tokenError(shape: TokenErrorShape, error: TokenErrorCode, message: string): WireError {
  return new WireError(
    400,
    shape === 'message'
      ? {message, error, status: 400, cause: []}
      : {error_description: message, error, status: 400, cause: []},
  )
}
