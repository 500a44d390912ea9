import {type ErrorCode, isMeliError} from '../../../core/errors.js'
import {fingerprint} from '../../../core/fingerprint.js'
import type {Answered, Clock, Exchange, ExchangeJournal, ExchangeKind, NewExchange} from '../../ports/index.js'

const sentWhat: Readonly<Record<ExchangeKind, string>> = {
  login: 'sent a login code for this account',
  refresh: 'sent the refresh token',
  import: 'sent the refresh token to import it',
  pending_refresh: 'sent the refresh token of a pending installation',
  revocation: 'began a logout of this account',
}

export interface Sender {
  clock: Pick<Clock, 'now'>
  process: {pid: number; host: string}
}

/** The journal entry of an exchange that this process is about to begin. `sent` is the code or refresh token. */
export function newExchange(
  {clock, process}: Sender,
  {kind, userId, sent, reason}: {kind: ExchangeKind; userId: number | null; sent: string | null; reason: string},
): NewExchange {
  return {
    kind,
    userId,
    fingerprint: sent === null ? null : fingerprint(sent),
    processId: process.pid,
    host: process.host,
    reason,
    sentAt: clock.now(),
  }
}

/** Beyond the HTTP time-out: what a process needs to store the answer. */
const storingMs = 5_000

/**
 * The service may still be at this request: its answer is unknown, or was not waited for, and it was sent within the HTTP
 * time-out and five seconds. The difference counts in both directions, so that a clock that is set ends it sooner or later.
 */
export function mayBeUnderWay(
  {outcome, errorCode, sentAt}: Exchange,
  {clock, httpTimeoutMs}: {clock: Pick<Clock, 'now'>; httpTimeoutMs: number},
): boolean {
  const isOpen = outcome === 'sent' || (outcome === 'failed' && errorCode === 'MELI_TIMED_OUT')
  return isOpen && Math.abs(clock.now().getTime() - sentAt.getTime()) < httpTimeoutMs + storingMs
}

export interface BeginDeps {
  journal: Pick<ExchangeJournal, 'ofToken' | 'beginUnlessSent'>
  clock: Pick<Clock, 'now'>
  httpTimeoutMs: number
}

/**
 * The journal entry of a refresh, for a caller who holds the lease on its token. Undefined, and nothing is written, while an
 * earlier request with this token may be under way. Only an import takes no lease: whoever left another entry `sent` is known to
 * be dead, or its lease ran out (docs/adr/0004-lost-answers.md).
 */
export async function beginUnderLease(deps: BeginDeps, exchange: NewExchange): Promise<string | undefined> {
  const sent = await deps.journal.ofToken(exchange.fingerprint ?? '')
  const isLeft = ({kind, outcome}: Exchange) => outcome === 'sent' && kind !== 'import'
  if (sent.some((each) => !isLeft(each) && mayBeUnderWay(each, deps))) return undefined
  return deps.journal.beginUnlessSent(exchange, sent[0]?.id)
}

/** Closes the entry together with what came back. */
export function answeredBy(exchangeId: string, refreshToken: string | undefined): Answered {
  return {exchangeId, received: refreshToken === undefined ? null : fingerprint(refreshToken)}
}

/** The beginning of a sentence: who sent what, and when. */
export function sentBy({kind, processId, host, sentAt}: Exchange): string {
  return `process ${processId} on ${host} ${sentWhat[kind]} at ${sentAt.toISOString()}`
}

/** The end of that sentence: what came of it. */
export function cameOf({kind, outcome, errorCode}: Exchange): string {
  const isRevocation = kind === 'revocation'
  if (outcome === 'sent') return isRevocation ? 'and it was not finished' : 'and never stored the answer'
  if (outcome === 'stored') return isRevocation ? 'and it was carried out' : 'and what came back was not connected'
  if (errorCode === 'MELI_GRANT_MISMATCH') return 'and Mercado Libre answered with the tokens of another account'
  if (errorCode === 'MELI_ANSWER_SUPERSEDED')
    return 'and the answer came when other tokens had been stored here, so that it was dropped'
  const code = errorCode ?? 'no code'
  if (isRefusal(errorCode)) return `and Mercado Libre refused it (${code})`
  return `and the answer was lost (${code}), but Mercado Libre may have processed it`
}

/** Answers that say no: nothing was spent, or ended, by these. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'MELI_GRANT_REJECTED',
  'MELI_CLIENT_REJECTED',
  'MELI_OPERATOR_ACCOUNT',
  'MELI_PKCE_REQUIRED',
  'MELI_TOKEN_REJECTED',
  'MELI_FORBIDDEN',
  'MELI_NOT_FOUND',
  'MELI_API_REJECTED',
  'MELI_RATE_LIMITED',
])

function isRefusal(errorCode: string | null): boolean {
  return errorCode !== null && refusals.has(errorCode)
}

/** The answer did not arrive, or could not be kept: the service may have carried the request out all the same. */
export function answerUnknown({outcome, errorCode}: Exchange): boolean {
  return outcome === 'sent' || (outcome === 'failed' && errorCode !== null && !refusals.has(errorCode))
}

/** The error code for the journal. Null when the request was never sent, because it cannot have spent anything. */
export function journalCode(error: unknown): ErrorCode | null {
  if (!isMeliError(error)) return 'MELI_UNEXPECTED'
  return neverSent(error) ? null : error.code
}

/** The request never left this machine. */
export function neverSent(error: unknown): boolean {
  return isMeliError(error) && error.details?.sent === false
}
