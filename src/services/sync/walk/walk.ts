import {DryRunSink, dryRun} from '../dry-run.js'
import {conduct, type EngineReport} from '../engine/conduct.js'
import {heldRun} from '../engine/held-run.js'
import type {Identified} from '../engine/parts.js'
import type {RunReport} from '../engine/result.js'
import type {WalkParts, WalkRequest, WalkRunRequest} from './parts.js'
import {WalkRun} from './walk-run.js'

/**
 * Brings the local records in step with a resource whose listing gives whole records: what may have changed since the last
 * complete run, everything when there was none; and what an interrupted run left, first. Memory holds one page.
 */
export function walk<T extends Identified>(real: WalkParts<T>, request: WalkRequest): Promise<EngineReport> {
  const {resource, userId, ...same} = request
  const scope = {resource, userId, slices: []}
  const sync = (parts: WalkParts<T>) =>
    conduct(real, {...same, scope}, (step) => runWalk(parts, {...same, ...step, scope}))
  if (!request.dryRun) return sync(real)
  return dryRun(real, (parts) => {
    // Records that the service does not have any more are counted like those that a real run marks.
    const gone = parts.gone && (async (ids: readonly string[]) => ids.length)
    return sync({...parts, sink: new DryRunSink(real.sink, parts.ledger), gone})
  })
}

/** One run under its lease, from opening to closing. */
function runWalk<T extends Identified>(parts: WalkParts<T>, request: WalkRunRequest): Promise<RunReport> {
  return heldRun(parts, request, async ({run, resumed}, signal) => {
    const counts = await parts.ledger.counts(run.id)
    return new WalkRun(parts, {...request, signal}, {run, resumed, counts})
  })
}
