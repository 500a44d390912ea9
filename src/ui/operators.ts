import {counted} from '../core/format-number.js'
import type {
  OperatorView,
  RemovedOperator,
  SharedStores,
  SignInLinkResult,
} from '../services/dashboard/operators/operators.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {table} from './table.js'
import {relative} from './times.js'

export function renderSignInLink(link: SignInLinkResult, {style, now}: Paper): string {
  const who = style.bold(printable(link.operator))
  const done = link.created ? `${who} may sign in` : `A new link for ${who}`
  return [
    `${style.symbols.ok} ${done}. Open this address in the browser that will be signed in:`,
    '',
    `  ${link.sign_in_url}`,
    '',
    style.dim(`It works once, and expires ${relative(link.expires_at, now)}.`),
  ].join('\n')
}

export function renderOperators(operators: readonly OperatorView[], paper: Paper): string {
  if (operators.length === 0) {
    return `No operators yet. Next: ${paper.style.bold('meli operators add ana@example.com')}`
  }
  const rows = operators.map(({operator, created_at, sessions, stores}) => [
    printable(operator),
    sessions === 0 ? '-' : String(sessions),
    stores === 0 ? '-' : String(stores),
    relative(created_at, paper.now),
  ])
  const shown = table(['OPERATOR', 'SIGNED IN', 'STORES', 'SINCE'], rows, paper)
  return `${shown}\n\n${paper.style.dim('The user who runs meli serve (MELI_OPERATOR) sees every store.')}`
}

export function renderShared({operator, stores}: SharedStores, {style}: Paper): string {
  const who = style.bold(printable(operator))
  if (stores.length === 0)
    return `${style.symbols.warn} No store is connected yet, so there is nothing to share with ${who}`
  const added = stores.filter((store) => store.added)
  if (added.length === 0) return `${style.symbols.ok} ${who} sees ${counted(stores.length, 'store')} already`
  const names = added.slice(0, 10).map(({nickname}) => printable(nickname))
  const more = added.length > names.length ? `, and ${added.length - names.length} more` : ''
  return `${style.symbols.ok} ${who} sees ${counted(added.length, 'more store')} now: ${names.join(', ')}${more}`
}

export function renderOperatorRemoved({operator, unseen_stores, serves}: RemovedOperator, {style}: Paper): string {
  const name = printable(operator)
  const again = `${style.symbols.warn} meli serve runs as ${name}: its next start lets ${name} in again. Set MELI_OPERATOR to somebody else first`
  const unseen = `${style.symbols.warn} Nobody but whoever runs meli serve sees ${counted(unseen_stores, 'store')} now: meli operators share EMAIL`
  return [
    `${style.symbols.ok} ${name} is signed out everywhere, and can sign in no more`,
    ...(unseen_stores === 0 ? [] : [unseen]),
    ...(serves ? [again] : []),
  ].join('\n')
}
