import {count, counted} from '../core/format-number.js'
import type {FollowedNotification} from '../services/notifications/follow.js'
import type {
  NotificationList,
  NotificationPage,
  NotificationView,
  ReplayResult,
} from '../services/notifications/inbox-log.js'
import type {RecoverResult} from '../services/notifications/recover.js'
import type {Paper} from './paper.js'
import {printable} from './style.js'
import {type Cell, fields, roomyTable, table} from './table.js'
import {dated, relative} from './times.js'

export function renderNotifications({notifications, waiting, working, parked}: NotificationList, paper: Paper): string {
  const {style} = paper
  const sums = `${count(waiting)} waiting, ${count(working)} in progress, ${count(parked)} parked`
  if (notifications.length === 0) return `No notifications. ${sums}.`
  const rows = notifications.map((each) => [
    String(each.id),
    relative(each.received_at, paper.now),
    nameOf(each),
    each.topic,
    each.resource,
    stateCell(each, paper),
    count(each.received),
    each.error_code ?? '',
  ])
  const heads = ['ID', 'RECEIVED', 'ACCOUNT', 'TOPIC', 'RESOURCE', 'STATE', 'TIMES', 'ERROR']
  // What can be done without goes first, so that the resource stays whole.
  const shown = roomyTable(heads, rows, ['TIMES', 'ERROR', 'ACCOUNT', 'RECEIVED', 'TOPIC'], paper)
  const hint = parked === 0 ? '' : `\nParked ones wait for ${style.bold('meli notifications replay --all')}.`
  return `${shown}\n\n${sums}.${hint}`
}

export function renderNotification(page: NotificationPage, paper: Paper): string {
  const error = page.error_code === null ? [] : ([['Error', `${page.error_code}: ${page.error_message}`]] as const)
  const due = page.due_at === null ? [] : ([['Due', dated(page.due_at, paper.now)]] as const)
  const end = page.finished_at === null ? [] : ([['Finished', dated(page.finished_at, paper.now)]] as const)
  const rows: Array<readonly [string, Cell]> = [
    ['State', stateCell(page, paper)],
    ['Topic', page.topic],
    ['Resource', page.resource],
    ...(page.actions === null ? [] : ([['Actions', page.actions.join(', ')]] as const)),
    ['Account', `${nameOf(page)} (${page.user_id})`],
    ['Application', page.application_id],
    ['Sent', page.sent_at === null ? 'not said' : dated(page.sent_at, paper.now)],
    ['Received', dated(page.received_at, paper.now)],
    ['Told of it', counted(page.received, 'notification')],
    ['Failures', count(page.failures)],
    ...due,
    ...end,
    ...error,
  ]
  return [`Notification ${page.id}`, fields(rows, paper)].join('\n')
}

export function renderReplayed({replayed, not_parked}: ReplayResult, {style}: Paper): string {
  const others = not_parked.length === 0 ? [] : [`Not parked, so left unchanged: ${not_parked.join(', ')}`]
  const done = `${style.symbols.ok} ${counted(replayed, 'notification')} will be retried by meli serve`
  return [replayed === 0 ? 'No parked notifications.' : done, ...others].join('\n')
}

export function renderRecovered({topics, accepted}: RecoverResult, paper: Paper): string {
  const {style} = paper
  const rows = topics.map(({topic, site_id, missed, accepted: fresh, duplicate, unknown, refused, error}) => [
    site_id ?? 'all',
    topic,
    ...[missed, fresh, duplicate, unknown + refused].map(count),
    error === null ? '' : `${error.code}: ${error.message}`,
  ])
  const sign = topics.some(({error}) => error !== null) ? style.symbols.fail : style.symbols.ok
  const shown = table(['SITE', 'TOPIC', 'MISSED', 'NEW', 'KNOWN', 'DROPPED', 'ERROR'], rows, paper)
  return `${sign} ${counted(accepted, 'notification')} recovered\n\n${shown}`
}

/** One line, as it comes. */
export function renderFollowed(followed: FollowedNotification, {style}: Paper): string {
  const {received_at, topic, resource, user_id, forward} = followed
  const time = received_at.slice(11, 23)
  const told = [time, topic, resource, String(user_id)].map((part) => printable(part))
  if (forward === null) return told.join('  ')
  const {status, error, ms} = forward
  const isGood = status !== null && status < 300
  const answer = `${status ?? error} in ${ms} ms`
  return [...told, isGood ? style.ok(answer) : style.fail(answer)].join('  ')
}

function nameOf({nickname, user_id}: NotificationView): string {
  return nickname ?? String(user_id)
}

function stateCell({state, failures, due_at}: NotificationView, {style, now}: Paper): Cell {
  if (state === 'parked') return {text: state, paint: style.fail}
  if (state === 'done') return {text: state, paint: style.ok}
  if (state === 'waiting' && failures > 0) {
    const isDue = due_at === null || new Date(due_at) <= now
    return {text: isDue ? 'to be retried' : `again ${relative(due_at, now)}`, paint: style.warn}
  }
  return state
}
