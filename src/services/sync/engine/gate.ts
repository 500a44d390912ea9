import type {Activity} from './parts.js'

/** In flight when the process has no time to spare: enough that answers share a commit, and that neither side waits for the other. */
const fewest = 6
/** A shorter time tells of one answer and not of the process. */
const windowMs = 100
/** Shares of the time that the process is busy. Between the last two the width stays. */
const load = {low: 0.3, ample: 0.7, full: 0.9}

export interface GateOptions {
  /** Maximum number of requests at a time. */
  most: number
  activity: (() => Activity) | undefined
}

/** Lets in the fewest requests that keep the process busy: the answers of more would wait in memory, where a kill loses them. */
export class Gate {
  private width: number
  private readonly fewest: number
  private inside = 0
  private measuredAt: Activity | undefined
  private waiting: Array<() => void> = []

  constructor(private readonly options: GateOptions) {
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
