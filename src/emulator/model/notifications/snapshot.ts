import type {Notification} from './notification.js'
import {changeSettings, defaultSettings, type NotificationSettings} from './settings.js'
import {isCallback, type Subscription} from './subscriptions.js'

interface Contents {
  settings: NotificationSettings
  subscriptions: readonly Subscription[]
  unfinished: readonly Notification[]
  missed: readonly Notification[]
  count: number
}

/** As JSON. What is under way counts as not sent: better twice than never. */
export function packNotifications(contents: Contents & {random: number}): unknown {
  const {settings, subscriptions, unfinished, missed, count, random} = contents
  return {
    version: 1,
    settings: {...settings},
    subscriptions: [...subscriptions],
    unfinished: unfinished.map((one) => ({...one, state: one.attempts.length > 0 ? 'waiting' : 'queued'})),
    missed: [...missed],
    count,
    random,
  }
}

/** @throws TypeError when it is not what `packNotifications` made */
export function unpackNotifications(data: unknown): Contents & {random: number | undefined} {
  if (data === undefined)
    return {
      settings: defaultSettings(),
      subscriptions: [],
      unfinished: [],
      missed: [],
      count: 0,
      random: undefined,
    }
  if (!isPacked(data)) throw new TypeError('the notifications of this state cannot be used')
  const settings = defaultSettings()
  changeSettings(settings, data.settings ?? {})
  const copy = (one: Notification): Notification => ({...one, attempts: [...one.attempts]})
  return {
    ...data,
    settings,
    unfinished: data.unfinished.map(copy),
    missed: data.missed.map(copy),
  }
}

function isPacked(data: unknown): data is Contents & {random: number} {
  if (typeof data !== 'object' || data === null || !('version' in data) || data.version !== 1) return false
  const {subscriptions, unfinished, missed, count, random} = data as Partial<Contents & {random: number}>
  if (![count, random].every(Number.isSafeInteger) || !Array.isArray(subscriptions)) return false
  if (!subscriptions.every(({url}: Subscription) => url === null || isCallback(url))) return false
  return [unfinished, missed].every((rows) => Array.isArray(rows) && rows.every(isNotification))
}

function isNotification(row: unknown): boolean {
  const {n, attempts, topic} = (row ?? {}) as Partial<Notification>
  return Number.isSafeInteger(n) && Array.isArray(attempts) && typeof topic === 'string'
}
