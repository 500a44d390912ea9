import type {SyncProgress} from '../services/sync/product-sync.js'
import type {ProgressStep} from './progress.js'
import {count, counted, span} from './times.js'

/** What the live line says of a sync. */
export function progressOf(step: SyncProgress): ProgressStep {
  const {fetched: done, total, requests, rateLimited, perSecond, accounts} = step
  const rate = `${count(Math.round(perSecond))}/s`
  const sent = counted(requests, 'request')
  const limited = rateLimited > 0 ? [`${count(rateLimited)} limited`] : []
  const stores = accounts === undefined ? [] : [`${accounts.done} of ${counted(accounts.of, 'account')}`]
  const left = timeLeft(step)
  const forms = [
    [...stores, rate, sent, ...limited, ...left],
    [...stores, rate, sent.replace(/requests?/, 'req'), ...limited, ...left],
    [rate, ...limited, ...left],
    left,
  ]
  return {done, total, details: forms.filter((form) => form.length > 0).map((form) => form.join(', '))}
}

/** Nothing while there are stores whose size is not known. */
function timeLeft({fetched, total, perSecond, accounts}: SyncProgress): string[] {
  if (perSecond <= 0 || total <= fetched) return []
  if (accounts !== undefined && accounts.begun < accounts.of) return []
  return [`${span(((total - fetched) / perSecond) * 1000)} left`]
}

/** @param holder `host:pid:...` of the process that is at it */
export function waitingFor(holder: string): string {
  const [host, pid] = holder.split(':')
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return `Waiting for ${who}, which is syncing this account (--no-wait fails instead)`
}
