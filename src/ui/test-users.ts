import type {ConnectedTestUsers} from '../services/accounts/test-users/connect.js'
import type {CreatedTestUserView, CreateTestUserResult} from '../services/accounts/test-users/create.js'
import type {TestUserList, TestUserSecrets, TestUserView} from '../services/accounts/test-users/keep.js'
import type {Quota} from '../services/accounts/test-users/ledger.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields, table} from './table.js'
import {relative} from './times.js'

export function renderCreated(result: CreateTestUserResult | ConnectedTestUsers, paper: Paper): string {
  const logins = 'logins' in result ? result.logins : []
  const connected = new Set(logins.map((login) => login.user_id))
  const users = result.test_users.map((user) => createdUser(user, connected.has(user.id), paper))
  return [...users, `${quota(result.quota, paper)}\n\n${next(result.test_users, connected, paper)}`].join('\n\n')
}

export function renderTestUsers({test_users, quotas}: TestUserList, paper: Paper): string {
  const ledger = quotas.map((each) => `${quota(each, paper)} of account ${each.owner_user_id}`)
  if (test_users.length === 0) {
    const next = `No test users are stored here. Next: ${paper.style.bold('meli create-test-user --site MEC')}`
    return [next, ...ledger].join('\n')
  }
  const rows = test_users.map((user) => [
    user.nickname ?? '(no answer)',
    user.id === null ? '-' : String(user.id),
    user.site_id,
    user.role,
    stateCell(user, paper),
    relative(user.created_at, paper.now),
  ])
  const open = test_users.find((user) => user.state === 'intended')
  const note =
    open === undefined
      ? []
      : [
          paper.style.dim(
            `A slot may be used up where no answer came. To strike one out: meli test-users forget ${open.intent_id}`,
          ),
        ]
  return [table(['NICKNAME', 'ID', 'SITE', 'ROLE', 'STATE', 'CREATED'], rows, paper), '', ...ledger, ...note].join('\n')
}

export function renderTestUser(user: TestUserSecrets, paper: Paper): string {
  const login = `meli auth login --test-user ${printable(user.nickname ?? '')} --site ${user.site_id}`
  const command = user.connected ? `meli verify-handshake --sandbox --account ${printable(user.nickname ?? '')}` : login
  return [
    secrets({...user, id: user.id ?? 0, nickname: user.nickname ?? ''}, paper),
    '',
    `Next: ${paper.style.bold(command)}`,
  ].join('\n')
}

export function renderForgotten({forgotten}: {forgotten: string}, {style}: Paper): string {
  return `${style.symbols.ok} ${printable(forgotten)} is forgotten here; Mercado Libre keeps it until it was idle for 60 days, and counts it`
}

function createdUser(user: CreatedTestUserView, connected: boolean, paper: Paper): string {
  const done = connected ? 'Test user created and connected' : 'Test user created'
  return `${paper.style.symbols.ok} ${done}: ${paper.style.bold(printable(user.nickname))}\n${secrets(user, paper)}`
}

type Secrets = Pick<CreatedTestUserView, 'id' | 'nickname' | 'password' | 'site_id' | 'role' | 'verification_code'>

function secrets(user: Secrets, paper: Paper): string {
  return fields(
    [
      ['Nickname', user.nickname],
      ['Password', user.password],
      ['User id', String(user.id)],
      ['Site, role', `${user.site_id}, ${user.role}`],
      ['E-mail code', `${user.verification_code} (when the site asks for a code it sent)`],
    ],
    paper,
  )
}

function quota({used, limit}: Quota, {style}: Paper): string {
  const text = `Quota: ${used}/${limit} test users`
  return used >= limit ? style.warn(text) : text
}

function next(users: readonly CreatedTestUserView[], connected: ReadonlySet<number>, {style}: Paper): string {
  const commands = users
    .filter((user) => !connected.has(user.id))
    .map((user) => `meli auth login --test-user ${printable(user.nickname)} --site ${user.site_id}`)
  if (commands.length === 0) return `Next: ${style.bold('meli verify-handshake --sandbox')}`
  return commands.map((command, at) => `${at === 0 ? 'Next: ' : '      '}${style.bold(command)}`).join('\n')
}

function stateCell({state, connected}: TestUserView, {style}: Paper): Cell {
  if (state === 'intended') return {text: 'answer lost', paint: style.warn}
  return connected ? {text: 'connected', paint: style.ok} : 'not connected'
}
