import type {ActiveRun} from './active-run.js'
import {fetchers} from './fetchers.js'
import {Lister} from './lister.js'
import {nameMoved} from './moved.js'
import type {Identified} from './parts.js'
import {PendingQueue} from './pending-queue.js'
import {missingLimit} from './result.js'
import {together} from './together.js'

/** Listings in one go before a catalogue that never holds still is given up as incomplete. */
const mostScans = 4
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
  const doubts = new Doubts(run)
  let whole = false
  let began = run.startedAt
  for (let scan = 1; scan <= mostScans; scan++) {
    if (scan > 1) {
      began = parts.clock.now()
      lister.again()
    }
    await together(request.signal, [(signal) => lister.list(signal), ...fetchers(run, queue)])
    whole = (await agrees(run)) && lister.holds && (run.checkpoint.steady || !lister.mayHaveLostPages)
    if (whole && isInParts(run)) whole = await nameMoved(run, began)
    if (whole && !(await doubts.arise())) break
  }
  return {whole, removed: whole && request.scope.slices.length === 0 ? await sweep(run) : 0}
}

/** Listed part after part, so that a record can go from one to another meanwhile. */
function isInParts<T extends Identified>({checkpoint, request}: ActiveRun<T>): boolean {
  return checkpoint.sliced || request.scope.slices.length > 1
}

/** What another listing has to confirm, once. */
class Doubts<T extends Identified> {
  private readonly had = new Set<'ghosts' | 'nothing'>()

  constructor(private readonly run: ActiveRun<T>) {}

  async arise(): Promise<boolean> {
    const {parts, checkpoint} = this.run
    // A listing is a snapshot: what answers "not found" may have gone since.
    if (!this.had.has('ghosts') && (await namesGhosts(this.run))) {
      this.had.add('ghosts')
      return true
    }
    // An empty answer is easily a fault, and would remove everything.
    if (this.had.has('nothing') || checkpoint.total > 0) return false
    this.had.add('nothing')
    return (await parts.sink.countLive()) > 0
  }
}

async function agrees<T extends Identified>({parts, id, checkpoint}: ActiveRun<T>): Promise<boolean> {
  const {listed} = await parts.ledger.counts(id)
  return checkpoint.listed && listed === checkpoint.total
}

async function namesGhosts<T extends Identified>({parts, id}: ActiveRun<T>): Promise<boolean> {
  const missing = await parts.ledger.missing(id, missingLimit)
  return missing.some(({status}) => goneStatuses.includes(status))
}

/** What the whole listing did not name is gone. What it named and could not be fetched is not. */
function sweep<T extends Identified>({parts, id}: ActiveRun<T>): Promise<number> {
  return parts.sink.removeUnlisted({runId: id, at: parts.clock.now()})
}
