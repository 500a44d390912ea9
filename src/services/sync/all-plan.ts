import {rounded, type SyncPlan} from './plan.js'

/** Several plans as one: the stores share one budget. */
export interface PlanTotal {
  items: number
  fetches: number
  requests: number
  /** At the rate that is in force, for all of them. */
  minutes: number
  /** Null when no store could be planned. */
  per_minute: number | null
  /** Of what may be sent in an hour at that rate. */
  budget_share: number
  /** Requests that the planning itself took. */
  requests_sent: number
}

export function inTotal(plans: readonly SyncPlan[]): PlanTotal {
  const sum = (key: 'items' | 'fetches' | 'requests' | 'requests_sent') =>
    plans.reduce((total, plan) => total + plan[key], 0)
  const perMinute = plans[0]?.per_minute ?? null
  const minutes = perMinute === null ? 0 : sum('requests') / perMinute
  return {
    items: sum('items'),
    fetches: sum('fetches'),
    requests: sum('requests'),
    minutes: rounded(minutes),
    per_minute: perMinute,
    budget_share: rounded(minutes / 60),
    requests_sent: sum('requests_sent'),
  }
}
