import {DryRunListingSink, dryRun} from '../dry-run.js'
import {type ConductRequest, conduct, type EngineReport} from './conduct.js'
import type {Identified, Parts, RunRequest} from './parts.js'
import {run} from './run.js'

export type {EngineReport} from './conduct.js'

export interface EngineRequest
  extends Omit<RunRequest, 'kind' | 'since' | 'signal' | 'deadline'>,
    Omit<ConductRequest, 'scope'> {}

/** Brings the local records in step with a resource whose listing names ids. */
export function synchronize<T extends Identified>(real: Parts<T>, request: EngineRequest): Promise<EngineReport> {
  const sync = (parts: Parts<T>) => conduct(real, request, (step) => run(parts, {...request, ...step}))
  if (!request.dryRun) return sync(real)
  return dryRun(real, (parts) => sync({...parts, sink: new DryRunListingSink(real.sink, parts.ledger)}))
}
