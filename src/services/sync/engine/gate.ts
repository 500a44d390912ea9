import type {Activity} from './parts.js'

/**
 * In flight when the process has no time to spare: enough that answers share a commit, and that neither side waits for the
 * other. A run that was killed once is likely to be killed again: there, one is on its way while another is stored.
 */
const fewest = {usually: 6, resumed: 2}
/** Pages of such a run's listing that go before one batch while the process is busy. */
const pagesAhead = 4
/** A shorter time tells of one answer and not of the process. */
const windowMs = 100
/** Shares of the time that the process is busy. Between the last two it is let be. */
const load = {low: 0.3, ample: 0.7, full: 0.9}

export interface GateOptions {
  /** Requests at a time, whatever there is time for. */
  most: number
  /** The run was begun by another process, which did not come to its end. */
  resumed: boolean
  activity: (() => Activity) | undefined
  listing: {readonly isOpen: boolean; nextPage(): Promise<void>}
}

/**
 * Lets in the fewest requests that keep the process busy. More would wait for its attention with their answers, which a
 * kill loses and memory holds. In a run that was killed before, the listing goes first while the process is busy: a scroll
 * that is read without pauses is over soon, and a page of it that a kill loses is dear.
 */
export class Gate {
  private width: number
  private readonly fewest: number
  private inside = 0
  private isBusy: boolean
  private measuredAt: Activity | undefined
  private waiting: Array<() => void> = []

  constructor(private readonly options: GateOptions) {
    this.measuredAt = options.activity?.()
    // Until it is known.
    this.isBusy = this.measuredAt !== undefined
    this.fewest = Math.min(options.resumed ? fewest.resumed : fewest.usually, options.most)
    this.width = this.isBusy ? this.fewest : options.most
  }

  /** Needs no signal: whoever waits is let in by one who leaves, and whoever waits for the listing by its end. */
  async enter(): Promise<void> {
    while (this.inside >= this.room()) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.inside += 1
    for (let pages = 0; this.isListingFirst() && pages < pagesAhead; pages++) {
      await this.options.listing.nextPage()
      this.measure()
    }
  }

  leave(): void {
    this.inside -= 1
    this.measure()
    for (const resolve of this.waiting.splice(0, Math.max(0, this.room() - this.inside))) resolve()
  }

  private room(): number {
    return this.isListingFirst() ? 1 : this.width
  }

  private isListingFirst(): boolean {
    return this.options.resumed && this.isBusy && this.options.listing.isOpen
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
    // While the listing goes first, idle time is not for want of width.
    if (!this.isListingFirst()) this.width = Math.min(most, Math.max(this.fewest, widthAfter(share, this.width)))
    // Held back, it has more time: that alone is no reason to let go.
    this.isBusy = share >= (this.isBusy ? load.low : load.ample)
  }
}

function widthAfter(share: number, width: number): number {
  if (share < load.low) return width * 2
  if (share < load.ample) return width + 1
  return share > load.full ? width - 1 : width
}
