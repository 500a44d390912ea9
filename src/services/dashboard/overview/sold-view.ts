import type {LastRuns, SyncRunRecord} from '../../ports/index.js'
import type {Judge, SyncState} from './sync-state.js'

/** What is synced behind the products, in this order. */
export const soldResources = ['questions', 'orders', 'shipments'] as const
export type SoldResource = (typeof soldResources)[number]

export interface SoldView {
  resource: SoldResource
  /** `refused`: the application may not read them. */
  state: SyncState | 'refused'
  /** The end of the last run that got through. */
  through_at: string | null
  /**
   * Since then; of what never got through, since it was first tried. Null when it was not tried yet, and when it has been
   * refused ever since.
   */
  age_seconds: number | null
}

export function soldView(resource: SoldResource, runs: LastRuns | undefined, judge: Judge): SoldView {
  const newest = runs?.newest ?? null
  const through = runs?.through?.finishedAt ?? null
  const state = newest === null ? 'never' : stateOf(newest, judge)
  const since = through ?? (state === 'refused' ? null : (newest?.startedAt ?? null))
  const age_seconds = since === null ? null : Math.max(0, Math.floor((judge.now.getTime() - since.getTime()) / 1000))
  return {resource, state, through_at: through?.toISOString() ?? null, age_seconds}
}

/** A run whose process was killed has no outcome: it is as good as interrupted. */
function stateOf({outcome, holder, counts}: SyncRunRecord, {isAlive}: Judge): SoldView['state'] {
  if (outcome === 'failed' && counts.refused === 1) return 'refused'
  return outcome ?? (isAlive(holder) ? 'running' : 'interrupted')
}
