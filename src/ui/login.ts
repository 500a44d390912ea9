import type {LinkResult} from '../services/accounts/login/linker.js'
import type {StartedLogin} from '../services/accounts/login/login-service.js'
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
        ['Scope', scopeInShort(result.scope)],
        ['Token', `expires ${relative(result.expires_at, now)}, then refreshed by itself`],
      ],
      paper,
    ),
    '',
    `Next: ${style.bold(`meli verify-handshake${flag}`)}`,
  ].join('\n')
}

/** The scopes themselves, and how many functional permissions follow them; --json has all of it. */
function scopeInShort(scope: string): string {
  const words = scope.split(/\s+/).filter((word) => word !== '')
  const scopes = words.filter((word) => !word.startsWith('urn:'))
  const permissions = words.length - scopes.length
  if (permissions === 0) return scopes.join(' ')
  return `${scopes.join(' ')} and ${permissions} ${permissions === 1 ? 'permission' : 'permissions'}`
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
