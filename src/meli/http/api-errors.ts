import {type ErrorCode, MeliError} from '../../core/errors.js'
import type {HttpAnswer} from './http-types.js'
import {retryAfterMs} from './retry.js'
import {readServiceError, type ServiceError} from './wire-error.js'

/** An answer of 400 and above as our error. docs/mercadolibre.md, sections 3 and 11. */
export function apiError(answer: HttpAnswer): MeliError {
  const said = readServiceError(answer)
  const {code, hints} = judge(answer, said)
  return new MeliError(code, sentence(answer.status, said), {try: hints, details: errorDetails(answer, said)})
}

/** Whether the access token itself was refused, so that a new one may help. */
export function isTokenRefused(answer: HttpAnswer): boolean {
  return answer.status >= 400 && judge(answer, readServiceError(answer)).code === 'MELI_TOKEN_REJECTED'
}

/** Statuses that speak of the one record that was asked for, and not of the service or the token. */
const ofOneRecord: ReadonlySet<number> = new Set([400, 403, 404, 410])

/** Whether only the record that was asked for is refused, so that a run goes on without it. */
export function isRecordRefused(answer: HttpAnswer): boolean {
  return ofOneRecord.has(answer.status) && !isTokenRefused(answer)
}

/** A 2xx (or a redirect) that does not hold what the service documents. Its body, maybe with secrets, goes nowhere. */
export function unusableAnswer(answer: HttpAnswer, expected: string): MeliError {
  return new MeliError('MELI_ANSWER_UNUSABLE', `Mercado Libre answered ${answer.status} without ${expected}`, {
    try: ['try again in a minute'],
    details: {status: answer.status, content_type: answer.headers['content-type'] ?? null, ...requestId(answer)},
  })
}

export function sentence(status: number, said: ServiceError): string {
  const words = [said.message, ...said.causes].filter((part) => part !== '')
  const reason = words.length > 0 ? words.join('; ') : said.error
  return `Mercado Libre answered ${status}${reason === '' ? '' : `: ${reason}`}`
}

export function errorDetails(answer: HttpAnswer, said: ServiceError): Record<string, unknown> {
  return {status: answer.status, error: said.error === '' ? null : said.error, ...requestId(answer)}
}

export type Verdict = {code: ErrorCode; hints: readonly string[]}

function judge(answer: HttpAnswer, said: ServiceError): Verdict {
  const {status} = answer
  if (status === 401) return judgeUnauthorized(said)
  if (status === 403) return judgeForbidden(said)
  // The older services' way to refuse a token; they give no code for it.
  if (status === 400 && said.message.startsWith('Malformed access_token')) return tokenRejected
  if (status === 404) return {code: 'MELI_NOT_FOUND', hints: ['check the id and the path']}
  if (status === 429) return limitOf(answer)
  if (status >= 500) return serviceFailing
  return {code: 'MELI_API_REJECTED', hints: ['correct what the message names, and try again']}
}

const tokenRejected: Verdict = {
  code: 'MELI_TOKEN_REJECTED',
  hints: ['run meli verify-handshake to see what is wrong', 'run meli auth login to connect the account again'],
}

export const rateLimited: Verdict = {
  code: 'MELI_RATE_LIMITED',
  hints: ['wait a minute and try again', 'send fewer requests at a time'],
}

/** With the time that the service asks for, if it does. */
function limitOf({headers}: HttpAnswer): Verdict {
  const asked = retryAfterMs(headers['retry-after'], new Date())
  if (asked === undefined) return rateLimited
  const [, ...hints] = rateLimited.hints
  return {...rateLimited, hints: [`wait ${Math.ceil(asked / 1000)} s, as Mercado Libre asks, and try again`, ...hints]}
}

export const operatorAccount: Verdict = {
  code: 'MELI_OPERATOR_ACCOUNT',
  hints: ['run meli auth login as the administrator of the account, not as a collaborator'],
}

export const serviceFailing: Verdict = {code: 'MELI_SERVICE_FAILING', hints: ['try again in a few minutes']}

/** Some services answer 401 where the token is good and something else is not: a new token would change nothing. */
function judgeUnauthorized(said: ServiceError): Verdict {
  if (said.error === 'unauthorized_scopes')
    return {code: 'MELI_FORBIDDEN', hints: ['the application is blocked: see why in the DevCenter and in your mail']}
  if (/not the item's owner/i.test(said.message))
    return {code: 'MELI_FORBIDDEN', hints: ['use the account that owns the item']}
  if (said.error === 'unauthorized_request_error')
    return {code: 'MELI_FORBIDDEN', hints: ['use an account that takes part in the claim']}
  return tokenRejected
}

const forbidden: Verdict = {
  code: 'MELI_FORBIDDEN',
  hints: [
    'check that the account owns the resource and is active, with its data validated',
    'check in the DevCenter that the application is not blocked and allows the IP address of this machine',
  ],
}

/** Whether a 403 gives one of the documented reasons: permission, scope, somebody else's resource, a collaborator. */
export function namesReason(said: ServiceError): boolean {
  return judgeForbidden(said) !== forbidden || said.error === 'access_denied'
}

function judgeForbidden(said: ServiceError): Verdict {
  if ([said.error, said.message].some((words) => words.includes('invalid_operator_user_id'))) return operatorAccount
  if (said.blockedBy === 'PolicyAgent' || said.error.startsWith('PA_'))
    return {
      code: 'MELI_FORBIDDEN',
      hints: [
        'in the DevCenter, switch on the functional permission for this resource',
        'then connect the account again: permissions are fixed when the seller authorizes',
      ],
    }
  if (/scope/i.test(`${said.error} ${said.message}`))
    return {
      code: 'MELI_FORBIDDEN',
      hints: ['in the DevCenter, give the application the read or write scope', 'then connect the account again'],
    }
  return forbidden
}

function requestId(answer: HttpAnswer): {request_id?: string} {
  const id = answer.headers['x-request-id']
  return id === undefined ? {} : {request_id: answer.redact(id).slice(0, 100)}
}
