import type {Check, CheckStatus} from '../services/accounts/verify/checks.js'
import type {HandshakeCandidates, HandshakesResult} from '../services/accounts/verify/handshakes.js'
import type {HandshakeResult} from '../services/accounts/verify/result.js'
import {renderAccounts} from './accounts.js'
import type {Paper} from './paper.js'
import {printable, type Style} from './style.js'
import {pad, width} from './table.js'
import {wrap} from './wrap.js'

/** A line for each check, and the verdict last, where eyes and `tail -1` look for it. */
export function renderHandshake(result: HandshakeResult, paper: Paper): string {
  return [...checks(result, paper), '', ...verdict(result, paper)].join('\n')
}

export function renderHandshakes(result: HandshakesResult, paper: Paper): string {
  const {handshakes} = result
  if (handshakes.length === 1) return handshakes.map((each) => renderHandshake(each, paper)).join('')
  const verified = handshakes.filter((each) => each.ok).length
  const sign = result.ok ? paper.style.symbols.ok : paper.style.symbols.fail
  const summary = `${sign} ${verified} of ${handshakes.length} handshakes verified`
  return [...handshakes.map((each) => renderHandshake(each, paper)), summary].join('\n\n')
}

export function renderCandidates({mode, accounts}: HandshakeCandidates, paper: Paper): string {
  if (accounts.length > 0) return renderAccounts(accounts, paper)
  const command = mode === 'sandbox' ? 'meli create-test-user --login' : 'meli auth login'
  const none = mode === 'sandbox' ? 'No test user is connected.' : 'No account is connected.'
  return `${none} Next: ${paper.style.bold(command)}`
}

function checks(result: HandshakeResult, paper: Paper): string[] {
  const widest = Math.max(...result.checks.map(({name}) => width(name)))
  return result.checks.map((check) => checkLine(check, widest, paper))
}

function checkLine({name, status, detail}: Check, widest: number, {style, columns}: Paper): string {
  const indent = widest + 6
  // The verdict below says why: ten times the same reason would hide it.
  const said = detail.startsWith('not reached') ? 'not reached' : printable(detail)
  const text = wrap(said, columns - indent).join(`\n${' '.repeat(indent)}`)
  const label = pad(name.replaceAll('_', ' '), widest)
  if (status === 'skip') return `  ${style.symbols.skip} ${style.dim(label)}  ${style.dim(text)}`
  return `  ${symbol(status, style)} ${label}  ${text}`
}

function symbol(status: Exclude<CheckStatus, 'skip'>, {symbols}: Style): string {
  return {pass: symbols.ok, fail: symbols.fail, warn: symbols.warn}[status]
}

function verdict(result: HandshakeResult, {style}: Paper): string[] {
  if (result.ok && result.user !== null) {
    const {nickname, email} = result.user
    const who = email === null ? printable(nickname) : `${printable(nickname)} (${printable(email)})`
    return [`${style.ok('Handshake verified!')} Connected as: ${who}`]
  }
  const cause = result.checks.find(({status}) => status === 'fail')
  const detail = cause === undefined ? 'no answer about the account' : printable(cause.detail)
  const code = result.error_code === null ? '' : ` (${result.error_code})`
  return [
    `${style.fail('Handshake failed:')} ${detail}${style.dim(code)}`,
    ...result.suggestions.map((suggestion) => `  Try: ${printable(suggestion)}`),
  ]
}
