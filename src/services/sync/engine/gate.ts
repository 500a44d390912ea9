import type {Activity} from './parts.js'

/** In flight when the process has no time to spare: one answer on its way while another one is stored. */
const fewest = 2
/** A shorter time tells of one answer and not of the process. */
const windowMs = 50
/** Shares of the time that the process is busy. Between the last two it is let be. */
const load = {low: 0.5, ample: 0.85, full: 0.95}

export interface GateOptions {
  /** Requests at a time, whatever there is time for. */
  most: number
  activity: (() => Activity) | undefined
  isListing: () => boolean
}

/**
 * Lets in the fewest requests that keep the process busy. More would wait for its attention with their answers, which a
 * kill loses and memory holds. While it is busy and the listing is under way, one: a scroll that is read without pauses is
 * over soon, and a page of it that a kill loses is dear.
 */
export class Gate {
  private width: number
  private inside = 0
  private isBusy = true
  private measuredAt: Activity | undefined
  private waiting: Array<() => void> = []

  constructor(private readonly options: GateOptions) {
    this.width = options.activity === undefined ? options.most : Math.min(fewest, options.most)
    this.measuredAt = options.activity?.()
  }

  /** Needs no signal: as long as anybody waits, somebody is inside, and lets the next one in when he leaves. */
  async enter(): Promise<void> {
    while (this.inside >= this.room()) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.inside += 1
  }

  leave(): void {
    this.inside -= 1
    this.measure()
    for (const resolve of this.waiting.splice(0, Math.max(0, this.room() - this.inside))) resolve()
  }

  private room(): number {
    const {activity, isListing} = this.options
    return activity !== undefined && this.isBusy && isListing() ? 1 : this.width
  }

  private measure(): void {
    const {activity, most} = this.options
    const now = activity?.()
    if (now === undefined || this.measuredAt === undefined) return
    const active = now.active - this.measuredAt.active
    const passed = active + now.idle - this.measuredAt.idle
    if (passed < windowMs) return
    this.measuredAt = now
    const share = active / passed
    this.isBusy = share >= load.low
    if (share < load.low) this.width = Math.min(most, this.width * 2)
    else if (share < load.ample) this.width = Math.min(most, this.width + 1)
    else if (share > load.full) this.width = Math.max(Math.min(fewest, most), this.width - 1)
  }
}
