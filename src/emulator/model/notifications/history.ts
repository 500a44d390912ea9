import type {VirtualClock} from '../clock.js'
import {type Notification, type State, states} from './notification.js'

/** The number of ended notifications that are kept. All are counted. */
const historyCapacity = 20_000

/** All notifications with their state, for tests. The service has no such list. */
export class History {
  private readonly live = new Set<Notification>()
  private ended: Notification[] = []
  private counted = new Map<State, number>()

  get size(): number {
    return this.live.size
  }

  begin(notification: Notification): void {
    this.live.add(notification)
  }

  isLive(notification: Notification): boolean {
    return this.live.has(notification)
  }

  end(notification: Notification, state: State, at: number): void {
    notification.state = state
    notification.endedAt = at
    this.live.delete(notification)
    this.counted.set(state, (this.counted.get(state) ?? 0) + 1)
    this.ended.push(notification)
    if (this.ended.length > historyCapacity * 1.5) this.ended = this.ended.slice(-historyCapacity)
  }

  /** The number in each state; ended ones are counted since the beginning. */
  counts(): Record<State, number> {
    const counts = Object.fromEntries(states.map((state) => [state, this.counted.get(state) ?? 0])) as Record<
      State,
      number
    >
    for (const {state} of this.live) counts[state] += 1
    return counts
  }

  /** In the order of their creation. */
  list(): Notification[] {
    return [...this.ended, ...this.live].sort((one, other) => one.n - other.n)
  }

  unfinished(): Notification[] {
    return [...this.live]
  }

  clear(): void {
    this.live.clear()
    this.ended = []
    this.counted = new Map()
  }
}

/** docs/mercadolibre.md, section 10. */
const keptMs = 2 * 24 * 60 * 60 * 1000

/** The oldest are dropped beyond this number, so that a receiver that is always down does not fill the memory. */
const missedCapacity = 100_000

/** Notifications that were given up, for two days; oldest first. */
export class MissedFeeds {
  private rows: Notification[] = []

  constructor(private readonly clock: VirtualClock) {}

  add(notification: Notification): void {
    this.rows.push(notification)
    if (this.rows.length > missedCapacity * 1.1) this.rows = this.rows.slice(-missedCapacity)
  }

  list(): readonly Notification[] {
    const oldest = this.clock.now().getTime() - keptMs
    if ((this.rows[0]?.endedAt ?? 0) <= oldest) this.rows = this.rows.filter(({endedAt}) => (endedAt ?? 0) > oldest)
    return this.rows
  }

  import(rows: readonly Notification[]): void {
    this.rows = [...rows]
  }
}
