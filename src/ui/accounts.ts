import type {AccountView} from '../services/accounts/account-view.js'
import type {LogoutResult} from '../services/accounts/logout.js'
import type {RefreshResult} from '../services/accounts/refresh.js'
import type {StatusAccount, StatusResult} from '../services/accounts/status.js'
import type {SwitchResult} from '../services/accounts/switch.js'
import {accountName} from './names.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, table} from './table.js'
import {relative, span} from './times.js'

export function renderStatus(result: StatusResult, paper: Paper): string {
  const troubles = result.accounts.flatMap((a) => (a.check_detail === undefined ? [] : [trouble(a, paper)]))
  return [renderAccounts(result.accounts, paper), ...troubles, advice(result.accounts, paper)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** One line each; `*` marks the default for real accounts and `s` the one for --sandbox. */
export function renderAccounts(accounts: readonly StatusAccount[], paper: Paper): string {
  const checked = accounts.some((a) => a.check !== undefined)
  const headers = ['  NICKNAME', 'ID', 'SITE', 'KIND', 'TOKEN', ...(checked ? ['SERVICE'] : [])]
  const rows = accounts.map((a) => [
    `${mark(a)} ${a.nickname}`,
    String(a.user_id),
    a.site_id,
    kind(a),
    tokenCell(a, paper),
    ...(checked ? [checkCell(a, paper)] : []),
  ])
  return table(headers, rows, paper)
}

function mark({is_default, is_test_user}: StatusAccount): string {
  if (!is_default) return ' '
  return is_test_user ? 's' : '*'
}

export function renderSwitch(result: SwitchResult, {style}: Paper): string {
  const when = result.is_test_user ? 'with --sandbox' : 'without --sandbox'
  return `${style.symbols.ok} ${printable(result.nickname)} (${result.user_id}, ${result.site_id}) is the default ${when} now`
}

export function renderRefresh(result: RefreshResult, {style, now}: Paper): string {
  const left = span(Date.parse(result.expires_at) - now.getTime())
  const done = result.refreshed
    ? `${style.symbols.ok} Token of ${printable(result.nickname)} refreshed; it lasts ${left}`
    : `${style.symbols.ok} Another process had just refreshed the token of ${printable(result.nickname)}; it lasts ${left}`
  return result.on_rotate === null
    ? done
    : `${done}\n${style.symbols.ok} The --on-rotate command took the new refresh token`
}

export function renderLogout(result: LogoutResult, {style}: Paper): string {
  const name = accountName(result)
  if (result.revoked) return `${style.symbols.ok} ${name} is disconnected: revoked at Mercado Libre and deleted here`
  const reason = result.revoke_error
  return [
    `${style.symbols.ok} ${name} is deleted here`,
    `${style.symbols.warn} Mercado Libre could not be told: ${printable(reason?.message ?? 'no reason given')} (${reason?.code ?? 'unknown'})`,
    '  The authorization may live on there. Revoke it in the account: My account > Security > Connected applications.',
  ].join('\n')
}

function kind(account: AccountView): string {
  return account.is_test_user ? 'test user' : 'real'
}

function tokenCell(account: AccountView, {style, now}: Paper): Cell {
  const leftMs = Date.parse(account.expires_at) - now.getTime()
  if (account.token === 'valid') return {text: `valid, ${span(leftMs)} left`, paint: style.ok}
  if (account.token === 'expired') return {text: `expired ${relative(account.expires_at, now)}`, paint: style.warn}
  return {text: 'invalid: log in again', paint: style.fail}
}

function checkCell({check}: StatusAccount, {style}: Paper): Cell {
  if (check === 'accepted') return {text: 'accepted', paint: style.ok}
  return check === 'refused' ? {text: 'refused', paint: style.fail} : {text: 'could not be asked', paint: style.warn}
}

function trouble(account: StatusAccount, {style}: Paper): string {
  const symbol = account.check === 'refused' ? style.symbols.fail : style.symbols.warn
  return `${symbol} ${printable(account.nickname)}: ${printable(account.check_detail ?? '')}`
}

function advice(accounts: readonly StatusAccount[], {style}: Paper): string {
  const lost = accounts.find((a) => a.token === 'invalid')
  if (lost !== undefined) {
    const flag = lost.is_test_user ? `--test-user ${printable(lost.nickname)}` : `--expect ${lost.user_id}`
    return `Next: ${style.bold(`meli auth login ${flag}`)}`
  }
  const expired = accounts.some((a) => a.token === 'expired')
  return expired ? style.dim('Expired tokens are refreshed by themselves when they are used.') : ''
}
