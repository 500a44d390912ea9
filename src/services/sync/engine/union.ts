import type {Checkpoint} from '../../ports.js'
import type {ActiveRun} from './active-run.js'
import type {Identified} from './parts.js'
import {isQuiet} from './quiet.js'

/**
 * Listings that count together. A scroll goes on where the service says it stands, so a page whose answer was lost cannot
 * be asked for again; but another listing of a catalogue that nobody touched names it at the same place, and need not go
 * further than that. They are all there is when together they name as many ids as each of them counted, and nothing came
 * meanwhile: a record that came would stand for one that no listing named.
 */
export class Union<T extends Identified> {
  /** What the listings before this one counted. */
  private counted: number | undefined
  /** Whether nothing came; undefined while nobody asked. */
  private quiet: boolean | undefined

  constructor(private readonly run: ActiveRun<T>) {}

  /** The ids that were named may be all there are, as far as pages that were lost with a process go. */
  get holds(): boolean {
    return this.quiet === true || !needsProof(this.run.checkpoint)
  }

  /** The checkpoint of a listing that goes for what those before it missed. */
  with(next: Checkpoint, counted: number): Checkpoint {
    const {scan, since = scan} = this.run.checkpoint
    this.counted = counted
    this.quiet = undefined
    return {...next, since}
  }

  /** A listing that counts otherwise than those before it is of another catalogue. */
  async check(total: number): Promise<void> {
    const {since, sliceTotal} = this.run.checkpoint
    if (since !== undefined && total !== (sliceTotal ?? this.counted)) await this.run.countAlone()
  }

  /** What was named is proved to be all there is, and the listing may end here. */
  async isWhole(signal: AbortSignal): Promise<boolean> {
    const {run} = this
    const {since, total, sliceTotal, listed} = run.checkpoint
    const counted = total + (sliceTotal ?? 0)
    const isCounted = listed || sliceTotal !== null
    if (!needsProof(run.checkpoint) || !isCounted || run.named < counted) return false
    this.quiet ??= run.named === counted && (await isQuiet(run, signal))
    if (!this.quiet && since !== undefined) await run.countAlone()
    return this.quiet
  }
}

function needsProof({since, continued = false}: Checkpoint): boolean {
  return continued || since !== undefined
}
