import type {OperatorView, SignInLinkResult} from '../services/operators/operators.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {table} from './table.js'
import {relative} from './times.js'

export function renderSignInLink(link: SignInLinkResult, {style, now}: Paper): string {
  const who = style.bold(printable(link.operator))
  const done = link.created ? `${who} may sign in` : `A new link for ${who}`
  return [
    `${style.symbols.ok} ${done}. Open this address in the browser to sign in with:`,
    '',
    `  ${link.sign_in_url}`,
    '',
    style.dim(`It works once, and expires ${relative(link.expires_at, now)}.`),
  ].join('\n')
}

export function renderOperators(operators: readonly OperatorView[], paper: Paper): string {
  if (operators.length === 0) {
    return `Nobody may sign in yet. Next: ${paper.style.bold('meli operators add ana@example.com')}`
  }
  const rows = operators.map(({operator, created_at, sessions}) => [
    printable(operator),
    sessions === 0 ? '-' : String(sessions),
    relative(created_at, paper.now),
  ])
  return table(['OPERATOR', 'SIGNED IN', 'SINCE'], rows, paper)
}

export function renderOperatorRemoved({operator}: {operator: string}, {style}: Paper): string {
  return `${style.symbols.ok} ${printable(operator)} is signed out everywhere, and can sign in no more`
}
