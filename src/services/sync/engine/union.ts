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
  private proved = false

  constructor(private readonly run: ActiveRun<T>) {}

  /** The checkpoint of a listing that goes for what those before it missed. */
  with(next: Checkpoint, counted: number): Checkpoint {
    const {scan, since = scan} = this.run.checkpoint
    this.counted = counted
    return {...next, since}
  }

  /** A listing that counts otherwise than those before it is of another catalogue. */
  async check(total: number): Promise<void> {
    const {since, sliceTotal} = this.run.checkpoint
    if (since !== undefined && total !== (sliceTotal ?? this.counted)) await this.run.countAlone()
  }

  /** Together they have named all there is. */
  async isWhole(signal: AbortSignal): Promise<boolean> {
    const {run} = this
    const {since, total, sliceTotal} = run.checkpoint
    if (since === undefined || run.named < total + (sliceTotal ?? 0)) return false
    if (total === 0 && sliceTotal === null) return false
    this.proved ||= run.named === total + (sliceTotal ?? 0) && (await isQuiet(run, signal))
    if (!this.proved) await run.countAlone()
    return this.proved
  }
}
