import type {VirtualClock} from '../clock.js'
import type {Notification} from './notification.js'

/** docs/mercadolibre.md, section 10. */
const keptMs = 2 * 24 * 60 * 60 * 1000

/** Beyond this the oldest go early, so that a receiver that is always down does not fill the memory. */
const capacity = 100_000

/** What was given up, for two days; oldest first. */
export class MissedFeeds {
  private rows: Notification[] = []

  constructor(private readonly clock: VirtualClock) {}

  add(notification: Notification): void {
    this.rows.push(notification)
    if (this.rows.length > capacity * 1.1) this.rows = this.rows.slice(-capacity)
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
