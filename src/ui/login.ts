import type {LinkResult} from '../services/login/linker.js'
import type {StartedLogin} from '../services/login/login-service.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {fields} from './table.js'
import {relative, span} from './times.js'

export function renderLinked(result: LinkResult, paper: Paper): string {
  const {style, now} = paper
  const flag = result.is_test_user ? ' --sandbox' : ''
  const kind = result.is_test_user ? 'test user' : 'real account'
  return [
    `${style.symbols.ok} Connected as ${style.bold(printable(result.nickname))}${result.email === null ? '' : ` (${printable(result.email)})`}`,
    fields(
      [
        ['User id', String(result.user_id)],
        ['Site', result.site_id],
        ['Kind', kind],
        ['Scope', result.scope],
        ['Token', `expires ${relative(result.expires_at, now)}, then refreshed by itself`],
      ],
      paper,
    ),
    '',
    `Next: ${style.bold(`meli verify-handshake${flag}`)}`,
  ].join('\n')
}

export function renderStarted(result: StartedLogin, {style, now}: Paper): string {
  return [
    'Open this address in a browser:',
    '',
    `  ${style.link(result.authorization_url)}`,
    '',
    `Then, within ${span(Date.parse(result.expires_at) - now.getTime())}, finish with the address the browser ended on:`,
    '',
    `  ${style.bold(`meli auth complete '${result.redirect_uri}?code=...&state=...'`)}`,
  ].join('\n')
}
