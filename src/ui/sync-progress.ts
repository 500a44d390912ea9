import {count, counted} from '../core/format-number.js'
import {holderInWords} from '../core/holder.js'
import type {SyncProgress} from '../services/sync/product-sync.js'
import type {ProgressStep} from './progress.js'
import {span} from './times.js'

/** The speed shown is that of the last so many milliseconds: a run that was slow at first is not slow for ever. */
const windowMs = 10_000
const sampleMs = 500
/** Less than this tells nothing yet, and the run's own average is shown. */
const leastMs = 2_000

type Sample = Pick<SyncProgress, 'fetched' | 'requests'> & {at: number}

/** What the live line says of a sync, step by step. */
export function syncProgress(now = () => performance.now()): (step: SyncProgress) => ProgressStep {
  const samples: Sample[] = []
  return (step) => {
    const at = now()
    if (at - (samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= sampleMs) samples.push({...step, at})
    while (samples.length > 1 && at - (samples[0]?.at ?? at) > windowMs) samples.shift()
    const [first = {...step, at}] = samples
    const seconds = (at - first.at) / 1000
    if (seconds * 1000 < leastMs) return lineOf(step, step.perSecond)
    const isListing = step.fetched === first.fetched && step.requests > first.requests
    return lineOf(step, isListing ? undefined : (step.fetched - first.fetched) / seconds)
  }
}

/** @param perSecond undefined while what is known is only listed again, and nothing had to be fetched */
function lineOf(step: SyncProgress, perSecond: number | undefined): ProgressStep {
  const {fetched: done, total, requests, rateLimited, accounts} = step
  const rate = perSecond === undefined ? 'listing' : `${count(Math.round(perSecond))}/s`
  const sent = counted(requests, 'request')
  const limited = rateLimited > 0 ? [`${count(rateLimited)} limited`] : []
  const stores = accounts === undefined ? [] : [`${accounts.done} of ${counted(accounts.of, 'account')}`]
  const left = timeLeft(step, perSecond)
  const forms = [
    [...stores, rate, sent, ...limited, ...left],
    [...stores, rate, sent.replace(/requests?/, 'req'), ...limited, ...left],
    [rate, ...limited, ...left],
    left,
  ]
  return {done, total, details: forms.filter((form) => form.length > 0).map((form) => form.join(', '))}
}

/** Nothing while there are stores whose size is not known. */
function timeLeft({fetched, total, accounts}: SyncProgress, perSecond = 0): string[] {
  if (perSecond <= 0 || total <= fetched) return []
  if (accounts !== undefined && accounts.begun < accounts.of) return []
  return [`${span(((total - fetched) / perSecond) * 1000)} left`]
}

/** @param holder of the lease that is waited for */
export function waitingFor(holder: string): string {
  return `Waiting for ${holderInWords(holder)}, which is syncing this account (use --no-wait to fail instead)`
}
