import type {CompletedInstall, DiscardedInstall, InstallView} from '../services/accounts/installs/installs.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {fields, table} from './table.js'
import {relative} from './times.js'

export function renderInstalls(installs: readonly InstallView[], paper: Paper): string {
  if (installs.length === 0) return 'No seller waits for an operator.'
  const rows = installs.map((install) => [
    install.installation_id,
    install.nickname === null ? `account ${install.user_id}` : printable(install.nickname),
    install.site_id ?? '-',
    kindOf(install),
    relative(install.created_at, paper.now),
    relative(install.pending_until, paper.now),
  ])
  const next = `Next: ${paper.style.bold(`meli installs complete ${installs[0]?.installation_id ?? 'ID'}`)}`
  const setAside = installs.some(({nickname}) => nickname === null)
    ? [
        'Tokens of an account shown by its number came in answer to a request for another one: nothing was sent with them.',
      ]
    : []
  return [table(['ID', 'NICKNAME', 'SITE', 'KIND', 'AUTHORIZED', 'UNTIL'], rows, paper), '', ...setAside, next].join(
    '\n',
  )
}

function kindOf({is_test_user}: InstallView): string {
  if (is_test_user === null) return 'not known'
  return is_test_user ? 'test user' : 'real'
}

export function renderCompletedInstall(done: CompletedInstall, paper: Paper): string {
  const {style} = paper
  return [
    `${style.symbols.ok} ${style.bold(printable(done.nickname))} is connected`,
    fields(
      [
        ['Store', done.store_id],
        ['By', printable(done.operator)],
        ['At', relative(done.linked_at, paper.now)],
      ],
      paper,
    ),
    '',
    'A running meli serve syncs it for the first time within a minute;',
    `without one: ${style.bold('meli sync products')}`,
  ].join('\n')
}

export function renderDiscardedInstall(done: DiscardedInstall, {style}: Paper): string {
  if (done.nickname === null)
    return `${style.symbols.ok} The tokens of account ${done.user_id} are wiped here; nothing was sent with them`
  const who = style.bold(printable(done.nickname))
  if (done.revoked) return `${style.symbols.ok} The permission of ${who} is given back, and wiped here`
  const why =
    done.revoke_error === null
      ? 'the seller is connected besides, and stays so'
      : `Mercado Libre could not be told (${done.revoke_error.message}): the seller can revoke it there`
  return `${style.symbols.warn} The installation of ${who} is deleted here; ${why}`
}
