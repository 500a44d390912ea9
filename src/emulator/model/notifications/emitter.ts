const tickMs = 10
/** So many in one go; what else there is to do comes in between. */
const mostInOneGo = 1000

export interface Emission {
  count: number
  /** In real seconds; undefined: as fast as can be. */
  perSecond: number | undefined
}

/** Makes something happen so many times, at a rate or at once. */
export class Emitter {
  private readonly timers = new Set<NodeJS.Timeout>()
  private waiting: (() => void)[] = []

  start({count, perSecond}: Emission, emit: (index: number) => void): void {
    let made = 0
    const begun = performance.now()
    /** True when all is made. */
    const goOn = (): boolean => {
      const due = perSecond === undefined ? count : 1 + Math.floor(((performance.now() - begun) * perSecond) / 1000)
      const target = Math.min(due, count, made + mostInOneGo)
      while (made < target) emit(made++)
      return made === count
    }
    if (goOn()) return
    const timer = setInterval(() => goOn() && this.end(timer), perSecond === undefined ? 0 : tickMs).unref()
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
