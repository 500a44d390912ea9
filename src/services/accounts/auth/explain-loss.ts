import {MeliError} from '../../../core/errors.js'
import type {Account, Exchange} from '../../ports/index.js'
import {answerUnknown, cameOf, sentBy} from './exchanges.js'
import {loginCommand} from './login-command.js'

/** More say nothing more, and an offline machine makes many. */
const mostTold = 20

type Holder = Pick<Account, 'userId' | 'nickname' | 'siteId' | 'isTestUser'>

/**
 * Turns an `invalid_grant` into what the journal knows about the refresh token that died.
 * @param exchanges all of the account since this token was received, newest first
 * @param keptAs the installation that holds newer tokens of this account, which came in answer to another one's
 */
export function authorizationLost(
  account: Holder,
  exchanges: readonly Exchange[],
  tokenFingerprint: string,
  keptAs?: string,
): MeliError {
  const causes = possibleCauses(exchanges, tokenFingerprint)
  const [cause] = causes
  const why = keptAs === undefined ? reason(cause) : replaced(keptAs)
  return new MeliError('MELI_AUTHORIZATION_LOST', `the authorization of ${account.nickname} no longer works: ${why}`, {
    try: [
      ...(keptAs === undefined ? [] : [`to connect it with those tokens: meli installs complete ${keptAs}`]),
      ...(cause?.outcome === 'stored'
        ? ['if the answer was stored, give the same address or token again to continue from there']
        : []),
      ...(cause?.errorCode === 'MELI_GRANT_MISMATCH' ? ['meli installs list shows where those tokens are kept'] : []),
      loginCommand(account),
      'if two machines use this application and account, give each its own, or share one database',
    ],
    details: {
      user_id: account.userId,
      nickname: account.nickname,
      refresh_attempts: exchanges.slice(0, mostTold).map((each) => ({
        kind: each.kind,
        process_id: each.processId,
        host: each.host,
        sent_at: each.sentAt.toISOString(),
        outcome: each.outcome,
        error_code: each.errorCode,
      })),
    },
  })
}

/**
 * The likeliest first: an exchange that was never finished, then an answer that was lost, then one that was stored elsewhere;
 * of each, first those that sent this very token. Any of them can have ended it, because only the last one issued works.
 */
function possibleCauses(exchanges: readonly Exchange[], tokenFingerprint: string): Exchange[] {
  const ranks = [
    (each: Exchange) => each.outcome === 'sent',
    (each: Exchange) => each.outcome === 'failed' && answerUnknown(each),
    (each: Exchange) => each.outcome === 'stored',
  ]
  return ranks.flatMap((fits) => {
    const fitting = exchanges.filter(fits)
    const isOwn = (each: Exchange) => each.fingerprint === tokenFingerprint
    return [...fitting.filter(isOwn), ...fitting.filter((each) => !isOwn(each))]
  })
}

/** Known for sure, where an exchange that may have ended the token is a guess. */
function replaced(keptAs: string): string {
  return `Mercado Libre gave newer tokens of this account in answer to another account's; they are kept, sealed, as installation ${keptAs}`
}

function reason(cause: Exchange | undefined): string {
  if (cause !== undefined) return `${sentBy(cause)} ${cameOf(cause)}`
  return (
    'Mercado Libre refuses the refresh token, and nothing here has spent it before. ' +
    'Somebody authorized this account again elsewhere, changed its password, revoked the application or renewed its secret, or it was unused for months'
  )
}
