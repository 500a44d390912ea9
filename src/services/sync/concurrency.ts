import type {Activity} from './active-run.js'

/** In flight when the process has no time to spare: enough that answers share a commit, and that neither side waits for the other. */
const fewest = 6
/** A shorter time tells of one answer and not of the process. */
const windowMs = 100
/** Shares of the time that the process is busy. Between the last two the width stays. */
const load = {low: 0.3, ample: 0.7, full: 0.9}

export interface ConcurrencyLimiterOptions {
  /** Maximum number of requests at a time. */
  most: number
  activity: (() => Activity) | undefined
}

/** Lets in the fewest requests that keep the process busy: the answers of more would wait in memory, where a kill loses them. */
export class ConcurrencyLimiter {
  private width: number
  private readonly fewest: number
  private inside = 0
  private measuredAt: Activity | undefined
  private waiting: Array<() => void> = []

  constructor(private readonly options: ConcurrencyLimiterOptions) {
    this.measuredAt = options.activity?.()
    this.fewest = Math.min(fewest, options.most)
    // The process counts as busy until it is measured.
    this.width = this.measuredAt === undefined ? options.most : this.fewest
  }

  /** Needs no signal: each task that waits is let in by one that leaves. */
  async enter(): Promise<void> {
    while (this.inside >= this.width) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.inside += 1
  }

  leave(): void {
    this.inside -= 1
    this.measure()
    for (const resolve of this.waiting.splice(0, Math.max(0, this.width - this.inside))) resolve()
  }

  private measure(): void {
    const {activity, most} = this.options
    const now = activity?.()
    if (now === undefined || this.measuredAt === undefined) return
    const active = now.active - this.measuredAt.active
    const passed = active + now.idle - this.measuredAt.idle
    if (passed < windowMs) return
    this.measuredAt = now
    this.width = Math.min(most, Math.max(this.fewest, widthAfter(active / passed, this.width)))
  }
}

function widthAfter(share: number, width: number): number {
  if (share < load.low) return width * 2
  if (share < load.ample) return width + 1
  return share > load.full ? width - 1 : width
}

/**
 * Runs tasks side by side. The first that fails stops the others, and all of them have ended when this ends, so that what
 * was in hand is kept. An abort from outside wins over what it caused.
 */
export async function runAll(
  signal: AbortSignal,
  tasks: ReadonlyArray<(signal: AbortSignal) => Promise<void>>,
): Promise<void> {
  const own = new AbortController()
  const any = AbortSignal.any([signal, own.signal])
  const failures: unknown[] = []
  await Promise.all(
    tasks.map(async (task) => {
      try {
        await task(any)
      } catch (error) {
        failures.push(error)
        own.abort(error)
      }
    }),
  )
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
