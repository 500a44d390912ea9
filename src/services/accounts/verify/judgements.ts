import {MeliError} from '../../../core/errors.js'
import type {Account, Identity} from '../../ports/index.js'
import {actAs, loginCommand} from '../auth/login-command.js'
import {assertKind} from '../sessions.js'
import type {Checklist} from './checks.js'

const tolerableSkewMs = 60_000

/** Is the token's owner who the store says, and of the kind that the mode demands? */
export function judgeIdentity(list: Checklist, identity: Identity, sandbox: boolean, stored?: Account): void {
  const is = `${identity.nickname} (${identity.userId}, ${identity.siteId})`
  if (stored !== undefined && stored.userId !== identity.userId) {
    const message = `the token belongs to ${is}, and ${stored.nickname} (${stored.userId}) is stored`
    list.fail('identity', new MeliError('MELI_WRONG_ACCOUNT', message, {try: [loginCommand(stored)]}))
  } else if (stored !== undefined && stored.nickname !== identity.nickname) {
    const now = `the account is called ${identity.nickname} now; ${stored.nickname} is stored`
    list.warn('identity', `${now} (${loginCommand(stored)} brings it up to date)`)
  } else {
    list.pass('identity', is)
  }
  try {
    assertKind(identity, sandbox)
    list.pass('kind', identity.isTestUser ? 'a test user, as --sandbox requires' : 'a real account')
  } catch (error) {
    if (!(error instanceof MeliError)) throw error
    list.fail('kind', error)
  }
}

export function judgeSkew(list: Checklist, serverTime: Date | null, now: Date): void {
  if (serverTime === null) {
    list.skip('clock_skew', 'the answer carries no Date')
    return
  }
  const skewMs = now.getTime() - serverTime.getTime()
  const detail = `this machine is ${span(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} Mercado Libre`
  if (Math.abs(skewMs) > tolerableSkewMs)
    list.warn('clock_skew', `${detail}; correct the clock, or expiry times will be wrong`)
  else list.pass('clock_skew', "this clock and Mercado Libre's agree")
}

export function judgeTimeLeft(
  list: Checklist,
  expiresAt: Date,
  now: Date,
  {minTtlMs, refresh, account}: {minTtlMs: number; refresh: boolean; account: Account},
): void {
  const leftMs = expiresAt.getTime() - now.getTime()
  const detail = `${span(leftMs)} left`
  if (leftMs >= minTtlMs) {
    list.pass('time_left', detail)
    return
  }
  const message = `${detail}: less than the required ${span(minTtlMs)}`
  list.fail(
    'time_left',
    new MeliError('MELI_CHECK_FAILED', message, {
      try: refresh ? [] : ['omit --no-refresh', `meli auth refresh ${actAs(account)}`],
    }),
  )
}

/** Without spending anything: has the grant what a refresh needs, and is the right application configured? */
export function judgeRefresh(list: Checklist, account: Account, clientId: string | undefined): void {
  if (clientId !== undefined && clientId !== account.clientId) {
    const message = `the account was connected with application ${account.clientId}, and ${clientId} is configured`
    list.fail(
      'refresh_possible',
      new MeliError('MELI_CLIENT_MISMATCH', message, {try: [`set MELI_CLIENT_ID=${account.clientId} with its secret`]}),
    )
  } else if (account.scope.split(/\s+/).includes('offline_access')) {
    list.pass('refresh_possible', 'the grant has offline_access')
  } else {
    list.warn('refresh_possible', 'the grant does not list offline_access, though a refresh token is stored')
  }
}

/** 5 h 58 min, 12 min, 40 s. */
function span(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000))
  const [h, min, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  if (h > 0) return `${h} h ${min} min`
  return min > 0 ? `${min} min` : `${s} s`
}
