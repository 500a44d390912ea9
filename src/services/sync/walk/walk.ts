import {conduct, type EngineReport} from '../engine/conduct.js'
import {heldRun} from '../engine/held-run.js'
import type {Identified} from '../engine/parts.js'
import type {RunReport} from '../engine/result.js'
import type {WalkParts, WalkRequest, WalkRunRequest} from './parts.js'
import {trialWalk} from './trial.js'
import {WalkRun} from './walk-run.js'

/**
 * Brings the local records in step with a resource whose listing gives whole records: what may have changed since the last
 * complete run, everything when there was none; and what an interrupted run left, first. Memory holds one page.
 */
export function walk<T extends Identified>(real: WalkParts<T>, request: WalkRequest): Promise<EngineReport> {
  const parts = request.trial ? trialWalk(real) : real
  const {resource, userId, ...same} = request
  const scope = {resource, userId, slices: []}
  return conduct(real, {...same, scope}, (step) => runWalk(parts, {...same, ...step, scope}))
}

/** One run under its lease, from opening to closing. */
function runWalk<T extends Identified>(parts: WalkParts<T>, request: WalkRunRequest): Promise<RunReport> {
  return heldRun(parts, request, async ({run, resumed}, signal) => {
    const counts = await parts.ledger.counts(run.id)
    return new WalkRun(parts, {...request, signal}, {run, resumed, counts})
  })
}
