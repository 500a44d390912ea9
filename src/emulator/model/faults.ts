import type {RateLimitShape} from './rate-limiter.js'

/**
 * A scripted failure. `drop-before` closes the connection before the handler runs, and `drop-after-commit` after it. `truncate`
 * sends half of the promised body and `garbage` a body that is not JSON, both after the handler has run. `delay` waits that many
 * real milliseconds and answers as usual.
 */
export type Fault =
  | {type: 'status'; status: number; body?: unknown; headers?: Record<string, string>}
  | {type: 'delay'; ms: number}
  | {type: 'rate-limit'; shape?: RateLimitShape}
  | {type: 'drop-before' | 'drop-after-commit' | 'truncate' | 'garbage'}

export interface FaultRule {
  /** Any method when absent. */
  method?: string
  /** Exact, or a prefix when it ends in `*`; without the query. */
  path: string
  /** The number of requests it applies to; 1 by default. */
  times?: number
  /** The number of matching requests that pass first; 0 by default. */
  after?: number
  fault: Fault
}

export interface ActiveFaultRule extends FaultRule {
  id: number
  times: number
  after: number
}

/** Fault rules in the order in which they were added. The first rule that matches a request decides. */
export class FaultScript {
  private rules: ActiveFaultRule[] = []
  private count = 0

  add(rule: FaultRule): ActiveFaultRule {
    this.count += 1
    const active = {...rule, id: this.count, times: rule.times ?? 1, after: rule.after ?? 0}
    this.rules.push(active)
    return active
  }

  list(): readonly ActiveFaultRule[] {
    return this.rules
  }

  clear(): void {
    this.rules = []
  }

  /** The fault for this request, if any; counts it as used. */
  take(method: string, path: string): Fault | undefined {
    const rule = this.rules.find((candidate) => matches(candidate, method, path))
    if (rule === undefined) return undefined
    if (rule.after > 0) {
      rule.after -= 1
      return undefined
    }
    rule.times -= 1
    if (rule.times <= 0) this.rules = this.rules.filter((other) => other !== rule)
    return rule.fault
  }
}

function matches(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false
  return rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path
}
