import {type ConductRequest, conduct, type EngineReport} from './conduct.js'
import type {Identified, Parts, RunRequest} from './parts.js'
import {run} from './run.js'
import {trialParts} from './trial.js'

export type {EngineReport} from './conduct.js'

export interface EngineRequest
  extends Omit<RunRequest, 'kind' | 'since' | 'signal' | 'deadline'>,
    Omit<ConductRequest, 'scope'> {}

/** Brings the local records in step with a resource whose listing names ids. */
export function synchronize<T extends Identified>(real: Parts<T>, request: EngineRequest): Promise<EngineReport> {
  const parts = request.trial ? trialParts(real) : real
  return conduct(real, request, (step) => run(parts, {...request, ...step}))
}
