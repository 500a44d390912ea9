import {isMeliError, MeliError} from '../../../errors.js'
import type {Clock, OpenedRun, SyncKind, SyncLedger} from '../../ports.js'
import {OutOfTime} from './time-limit.js'

/** For holders on other machines: one that died on this machine is known to be dead. */
const leaseMs = 10 * 60_000
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

/** Renews the lease at half-time until `end` is called; when it went to somebody else, the work is stopped. */
export function keepLease(
  {ledger, clock}: LeaseParts,
  run: {id: string; holder: string},
  stop: AbortController,
): {end: () => Promise<void>} {
  const ended = new AbortController()
  const renew = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(leaseMs / 2, ended.signal)
      const until = new Date(clock.now().getTime() + leaseMs)
      if (await ledger.prolong(run.id, run.holder, until)) continue
      stop.abort(busy(undefined, run.id))
      return
    }
  }
  const renewing = renew().catch((error: unknown) => {
    if (!ended.signal.aborted) stop.abort(error)
  })
  return {
    end: async () => {
      ended.abort()
      await renewing
    },
  }
}

function busy(holder: string | undefined, runId: string): MeliError {
  const [host, pid] = holder?.split(':') ?? []
  const who = pid === undefined ? 'another process' : `process ${pid} on ${host}`
  return new MeliError('MELI_SYNC_BUSY', `${who} is syncing this account`, {
    try: ['wait for it, or see how far it is: meli sync status'],
    details: {run_id: runId, ...(holder !== undefined && {holder})},
  })
}
