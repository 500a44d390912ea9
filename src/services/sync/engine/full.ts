import type {ActiveRun} from './active-run.js'
import {fetchers} from './fetchers.js'
import {Lister} from './lister.js'
import {nameMoved} from './moved.js'
import type {Identified} from './parts.js'
import {PendingQueue} from './pending-queue.js'
import {missingLimit} from './result.js'
import {together} from './together.js'

/** Listings in one process before a catalogue that keeps changing is reported as incomplete. */
const mostListings = 4
/** What an element answers for a record that is not there. */
const goneStatuses: readonly number[] = [404, 410]

export interface Whole {
  /** The ids that the last listing named are as many as the service says it has. */
  whole: boolean
  removed: number
}

/** Lists everything and fetches it side by side, until the ids named and the service's own count agree. */
export async function fullRun<T extends Identified>(run: ActiveRun<T>): Promise<Whole> {
  const {parts, request} = run
  const {batchSize} = parts.source
  const queue = new PendingQueue({ledger: parts.ledger, runId: run.id, batchSize, resumed: run.resumed})
  const lister = new Lister(run, queue)
  const rechecks = new Rechecks(run)
  let whole = false
  let began = run.startedAt
  let before: Count | undefined
  for (let listing = 1; listing <= mostListings; listing++) {
    if (listing > 1) {
      began = parts.clock.now()
      lister.again()
    }
    await together(request.signal, [(signal) => lister.list(signal), ...fetchers(run, queue)])
    const count = await countOf(run)
    whole = count.listed === count.total
    // Another listing that names the same ids beside the same count shows that the count is wrong, and not the listing.
    if (!whole && lister.fresh === 0 && isSame(count, before)) break
    before = count
    if (whole && mayMissMoved(run)) whole = await nameMoved(run, began)
    if (whole && !(await rechecks.areNeeded())) break
  }
  return {whole, removed: whole && request.scope.slices.length === 0 ? await sweep(run) : 0}
}

/**
 * A record can go from one part to another between their listings, or into a part while a killed run waits to be resumed. For the
 * whole, an incremental run behind the resumed one finds what changed meanwhile.
 */
function mayMissMoved<T extends Identified>({checkpoint, request, resumed}: ActiveRun<T>): boolean {
  const {length} = request.scope.slices
  return checkpoint.sliced || length > 1 || (length === 1 && resumed)
}

/** What another listing has to confirm, once. */
class Rechecks<T extends Identified> {
  private readonly done = new Set<'ghosts' | 'nothing'>()

  constructor(private readonly run: ActiveRun<T>) {}

  async areNeeded(): Promise<boolean> {
    const {parts, checkpoint} = this.run
    // A listing is a snapshot: what answers "not found" may have gone since.
    if (!this.done.has('ghosts') && (await namesGhosts(this.run))) {
      this.done.add('ghosts')
      return true
    }
    // An empty answer is easily a fault, and would remove everything.
    if (this.done.has('nothing') || checkpoint.total > 0) return false
    this.done.add('nothing')
    return (await parts.sink.countLive()) > 0
  }
}

interface Count {
  listed: number
  total: number
}

async function countOf<T extends Identified>({parts, id, checkpoint}: ActiveRun<T>): Promise<Count> {
  const {listed} = await parts.ledger.counts(id)
  return {listed, total: checkpoint.total}
}

function isSame({listed, total}: Count, before: Count | undefined): boolean {
  return before?.listed === listed && before.total === total
}

async function namesGhosts<T extends Identified>({parts, id}: ActiveRun<T>): Promise<boolean> {
  const missing = await parts.ledger.missing(id, missingLimit)
  return missing.some(({status}) => goneStatuses.includes(status))
}

/** Marks as removed what the whole listing did not name. What it named and could not be fetched stays. */
function sweep<T extends Identified>({parts, id}: ActiveRun<T>): Promise<number> {
  return parts.sink.removeUnlisted({runId: id, at: parts.clock.now()})
}
