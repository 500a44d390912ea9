import type {SyncProgress} from '../services/sync/product-sync.js'
import {count, counted, span} from './times.js'

/** What the live line says of a sync. */
export function progressOf(step: SyncProgress): {done: number; total: number; detail: string} {
  const {fetched: done, total, requests, rateLimited, perSecond} = step
  const left = perSecond > 0 && total > done ? ((total - done) / perSecond) * 1000 : undefined
  const detail = [
    `${count(Math.round(perSecond))}/s`,
    counted(requests, 'request'),
    ...(rateLimited > 0 ? [`${count(rateLimited)} limited`] : []),
    ...(left === undefined ? [] : [`${span(left)} left`]),
  ]
  return {done, total, detail: detail.join(', ')}
}

/** @param holder `host:pid:...` of the process that is at it */
export function waitingFor(holder: string): string {
  const [host, pid] = holder.split(':')
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return `Waiting for ${who}, which is syncing this account (--no-wait fails instead)`
}
