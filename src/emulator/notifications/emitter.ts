const tickMs = 10

export interface Emission {
  count: number
  /** In real seconds; undefined: all at once. */
  perSecond: number | undefined
}

/** Makes something happen so many times at a rate. */
export class Emitter {
  private readonly timers = new Set<NodeJS.Timeout>()
  private waiting: (() => void)[] = []

  start({count, perSecond}: Emission, emit: (index: number) => void): void {
    let made = 0
    const upTo = (target: number): void => {
      while (made < Math.min(target, count)) emit(made++)
    }
    if (perSecond === undefined) {
      upTo(count)
      return
    }
    const begun = performance.now()
    const timer = setInterval(() => {
      upTo(1 + Math.floor(((performance.now() - begun) * perSecond) / 1000))
      if (made >= count) this.end(timer)
    }, tickMs).unref()
    this.timers.add(timer)
  }

  /** When nothing is left to be made. */
  async done(): Promise<void> {
    if (this.timers.size > 0) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  stop(): void {
    for (const timer of this.timers) this.end(timer)
  }

  private end(timer: NodeJS.Timeout): void {
    clearInterval(timer)
    this.timers.delete(timer)
    if (this.timers.size > 0) return
    for (const resolve of this.waiting) resolve()
    this.waiting = []
  }
}
