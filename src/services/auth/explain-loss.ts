import {type ErrorCode, MeliError} from '../../errors.js'
import type {Account, RefreshAttempt} from '../ports.js'
import {loginCommand} from './login-command.js'

/** Turns an `invalid_grant` into what the journal knows about the refresh token that died. */
export function authorizationLost(
  account: Account,
  attempts: readonly RefreshAttempt[],
  tokenFingerprint: string,
): MeliError {
  const spends = attempts.filter((a) => a.tokenFingerprint === tokenFingerprint)
  const culprit = spends.find((a) => a.outcome === 'sent') ?? spends.find(mayHaveSpent)
  return new MeliError(
    'MELI_AUTHORIZATION_LOST',
    `the authorization of ${account.nickname} no longer works: ${reason(culprit)}`,
    {
      try: [
        loginCommand(account),
        'if two machines use this application and account, give each its own, or share one database',
      ],
      details: {
        user_id: account.userId,
        nickname: account.nickname,
        refresh_attempts: spends.map((a) => ({
          process_id: a.processId,
          host: a.host,
          sent_at: a.sentAt.toISOString(),
          outcome: a.outcome,
          error_code: a.errorCode,
        })),
      },
    },
  )
}

function reason(culprit: RefreshAttempt | undefined): string {
  if (culprit === undefined) {
    return (
      'Mercado Libre refuses the refresh token, and nothing here has spent it before. ' +
      'Somebody authorized this account again elsewhere, changed its password, revoked the application or renewed its secret, or it was unused for months'
    )
  }
  const who = `process ${culprit.processId} on ${culprit.host} sent the refresh token at ${culprit.sentAt.toISOString()}`
  if (culprit.outcome === 'sent') return `${who} and never stored the answer`
  return `${who} and the answer was lost (${culprit.errorCode ?? 'no code'}), but Mercado Libre had spent it`
}

/** Answers that say no: the token was not spent by these. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>([
  'MELI_GRANT_REJECTED',
  'MELI_CLIENT_REJECTED',
  'MELI_OPERATOR_ACCOUNT',
  'MELI_FORBIDDEN',
  'MELI_API_REJECTED',
  'MELI_RATE_LIMITED',
])

/** The answer did not arrive, or could not be kept: the service may have carried the request out all the same. */
function mayHaveSpent({outcome, errorCode}: RefreshAttempt): boolean {
  return outcome === 'failed' && errorCode !== null && !refusals.has(errorCode)
}
