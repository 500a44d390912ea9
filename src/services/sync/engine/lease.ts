import {isMeliError, MeliError} from '../../../core/errors.js'
import {holderInWords} from '../../../core/holder.js'
import type {Clock, OpenedRun, SyncKind, SyncLedger} from '../../ports/index.js'
import {keepLease, leaseMs} from '../lease.js'
import {OutOfTime} from './time-limit.js'

const pollMs = 1_000

type Opened = Extract<OpenedRun, {opened: true}>

interface LeaseParts {
  ledger: Pick<SyncLedger, 'open' | 'prolong'>
  clock: Clock
}

export interface RunOpening {
  scope: {resource: string; userId: number}
  kind: SyncKind
  restart: boolean
  holder: string
  signal: AbortSignal
}

/** Opens a run under a lease of its own. MELI_SYNC_BUSY when another process is at the same. */
export async function openRun({ledger, clock}: LeaseParts, request: RunOpening): Promise<Opened> {
  const {scope, kind, restart, holder, signal} = request
  signal.throwIfAborted()
  const now = clock.now()
  const until = new Date(now.getTime() + leaseMs)
  const {resource, userId} = scope
  const opened = await ledger.open({resource, userId, kind, restart, holder, now, until})
  if (opened.opened) return opened
  throw busy(opened.holder, opened.runId)
}

/** Does the work, once whoever else is at it has ended. What there is to do may be less by then, so `work` looks anew. */
export async function inTurn<R>(
  {clock, signal, onWaiting}: {clock: Clock; signal: AbortSignal; onWaiting?: ((holder: string) => void) | undefined},
  work: () => Promise<R>,
): Promise<R> {
  let told = ''
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const holder = isMeliError(error, 'MELI_SYNC_BUSY') ? error.details?.holder : undefined
      if (typeof holder !== 'string') throw error
      if (told !== holder) onWaiting?.(holder)
      told = holder
      // Out of time: then it is the other one that the caller has to know of.
      await clock.sleep(pollMs, signal).catch((reason: unknown) => {
        throw signal.reason instanceof OutOfTime ? error : reason
      })
    }
  }
}

/** Renews the lease until `end` is called; when it went to somebody else, the work is stopped. */
export function keepRunLease(
  {ledger, clock}: LeaseParts,
  {id, holder}: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const prolong = (until: Date) => ledger.prolong(id, holder, until)
  return keepLease({clock, leaseMs, times: 2, prolong, lost: () => busy(undefined, id)}, stop)
}

function busy(holder: string | undefined, runId: string): MeliError {
  return new MeliError('MELI_SYNC_BUSY', `${holderInWords(holder)} is syncing this account`, {
    try: ['wait for it, or see how far it is: meli sync status'],
    details: {run_id: runId, ...(holder !== undefined && {holder})},
  })
}
