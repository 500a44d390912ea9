import {MeliError} from '../../core/errors.js'
import {errorDetails, operatorAccount, rateLimited, sentence, serviceFailing, type Verdict} from '../http/api-errors.js'
import type {HttpAnswer} from '../http/http-types.js'
import {readServiceError, type ServiceError} from '../http/wire-error.js'

const rejectedGrant = [
  'run meli auth login again',
  'a code lives for 10 minutes, and a code or refresh token works only once',
  'the redirect URI must match the registered one to the character, and the client id must be the one the authorization was given to',
  'the grant may have been revoked, or the seller may have data or documents to complete with Mercado Libre',
]

const rejectedClient = [
  'check MELI_CLIENT_ID and MELI_CLIENT_SECRET against the DevCenter',
  'the secret may have been renewed, or the application blocked',
]

const forbidden: Verdict = {
  code: 'MELI_FORBIDDEN',
  hints: ['check in the DevCenter that the application is active and allows the IP address of this machine'],
}

/** Verdicts by the service's `error`. docs/mercadolibre.md, section 2.6. */
const verdicts = new Map<string, Verdict>([
  ['invalid_client', {code: 'MELI_CLIENT_REJECTED', hints: rejectedClient}],
  ['unauthorized_application', {code: 'MELI_CLIENT_REJECTED', hints: rejectedClient}],
  ['invalid_grant', {code: 'MELI_GRANT_REJECTED', hints: rejectedGrant}],
  ['unauthorized_client', {code: 'MELI_GRANT_REJECTED', hints: rejectedGrant}],
  ['invalid_operator_user_id', operatorAccount],
  ['local_rate_limited', rateLimited],
  ['too_many_requests', rateLimited],
  ['forbidden', forbidden],
])

/** An answer of the token endpoint that is not a grant, as our error. Both shapes of body, and none at all. */
export function oauthError(answer: HttpAnswer): MeliError {
  const said = readServiceError(answer)
  const {code, hints} = judge(answer.status, said)
  return new MeliError(code, sentence(answer.status, said), {try: hints, details: errorDetails(answer, said)})
}

function judge(status: number, said: ServiceError): Verdict {
  if (status === 429) return rateLimited
  if (status >= 500) return serviceFailing
  const verdict = verdicts.get(said.error)
  if (verdict) return verdict
  if (status === 403) return forbidden
  // The machine code is the one of any bad request: only the name of the parameter tells.
  if (said.error === 'invalid_request' && said.message.includes('code_verifier'))
    return {
      code: 'MELI_PKCE_REQUIRED',
      hints: ['unset MELI_USE_PKCE, or set it to true, and run meli auth login again'],
    }
  return {code: 'MELI_API_REJECTED', hints: ['check the settings of the application in the DevCenter']}
}
