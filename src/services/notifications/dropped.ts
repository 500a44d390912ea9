import type {Clock, NotificationInbox} from '../ports/index.js'

type Outcome = 'unknown' | 'refused'

const writeAfterMs = 1_000

/** Counts what was dropped, and writes the counts now and then: anybody may send such things, as many as they like. */
export class Dropped {
  private counts = new Map<string, {outcome: Outcome; userId: number; count: number}>()
  private timer: AbortController | undefined
  private written: Promise<void> = Promise.resolve()

  constructor(private readonly deps: {inbox: Pick<NotificationInbox, 'count'>; clock: Clock}) {}

  add(outcome: Outcome, userId: number): void {
    const key = `${outcome} ${userId}`
    const sum = this.counts.get(key) ?? {outcome, userId, count: 0}
    sum.count += 1
    this.counts.set(key, sum)
    this.timer ??= this.start()
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.timer?.abort()
    await this.written
  }

  private start(): AbortController {
    const timer = new AbortController()
    const {clock} = this.deps
    this.written = clock
      .sleep(writeAfterMs, timer.signal)
      .catch(() => undefined)
      .then(() => this.write())
    return timer
  }

  private async write(): Promise<void> {
    const counts = [...this.counts.values()]
    this.counts = new Map()
    this.timer = undefined
    // A store that is busy or full costs the counts and nothing else.
    await this.deps.inbox.count(counts, this.deps.clock.now()).catch(() => undefined)
  }
}
