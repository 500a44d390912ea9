import type {RateLimitShape} from './rate-limiter.js'

/**
 * What goes wrong. `drop-before` closes the connection before the handler runs, `drop-after-commit` after it has changed
 * state, `truncate` sends half of the promised body, `garbage` replaces the body by something that is not JSON (state is
 * changed all the same); `delay` waits that many real milliseconds and goes on.
 */
export type Fault =
  | {type: 'status'; status: number; body?: unknown; headers?: Record<string, string>}
  | {type: 'delay'; ms: number}
  | {type: 'rate-limit'; shape?: RateLimitShape}
  | {type: 'drop-before' | 'drop-after-commit' | 'truncate' | 'garbage'}

export interface FaultRule {
  /** Any method when absent. */
  method?: string
  /** Exact, or a prefix when it ends in `*`; the query is not looked at. */
  path: string
  /** How many requests are hit; 1 when absent. */
  times?: number
  /** How many matching requests pass unharmed before. */
  after?: number
  fault: Fault
}

export interface ArmedFault extends FaultRule {
  id: number
  times: number
  after: number
}

/** Faults in the order in which they were added. The first rule that matches a request decides about it. */
export class FaultScript {
  private rules: ArmedFault[] = []
  private count = 0

  add(rule: FaultRule): ArmedFault {
    this.count += 1
    const armed = {...rule, id: this.count, times: rule.times ?? 1, after: rule.after ?? 0}
    this.rules.push(armed)
    return armed
  }

  list(): readonly ArmedFault[] {
    return this.rules
  }

  clear(): void {
    this.rules = []
  }

  /** The fault for this request, if any, counted as used. */
  take(method: string, path: string): Fault | undefined {
    const rule = this.rules.find((candidate) => hits(candidate, method, path))
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

function hits(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false
  return rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path
}
