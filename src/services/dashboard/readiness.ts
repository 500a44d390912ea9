import {isMeliError} from '../../core/errors.js'
import type {Clock} from '../ports/index.js'

export interface ReadinessDeps {
  clock: Pick<Clock, 'now'>
  /** Reads and writes the database. */
  probe: (at: Date) => Promise<void>
  schedule: {health(): {alive: boolean}}
  worker: {health(): {alive: boolean}}
}

export interface ReadinessResult {
  ready: boolean
  /** Short sentences without anything secret; empty when ready. */
  reasons: string[]
}

/** Asking more often gives the same answer: whoever may ask must not keep the database busy with it. */
const rememberedMs = 2_000

/** Whether a serving process can do its work, and should be sent requests. */
export class Readiness {
  private isDraining = false
  private last: {at: number; problem: Promise<string | null>} | undefined

  constructor(private readonly deps: ReadinessDeps) {}

  /** From here on it is not ready any more. */
  drain(): void {
    this.isDraining = true
  }

  async check(): Promise<ReadinessResult> {
    const {schedule, worker} = this.deps
    if (this.isDraining) return {ready: false, reasons: ['shutting down']}
    const reasons = [
      await this.database(),
      schedule.health().alive ? null : 'the schedule does not go round',
      worker.health().alive ? null : 'the notification worker does not go round',
    ].filter((reason) => reason !== null)
    return {ready: reasons.length === 0, reasons}
  }

  private database(): Promise<string | null> {
    const now = this.deps.clock.now()
    const age = now.getTime() - (this.last?.at ?? Number.NEGATIVE_INFINITY)
    if (this.last === undefined || age < 0 || age >= rememberedMs) {
      const problem = this.deps.probe(now).then(
        () => null,
        (error: unknown) => `the database is not working: ${isMeliError(error) ? error.code : 'MELI_UNEXPECTED'}`,
      )
      this.last = {at: now.getTime(), problem}
    }
    return this.last.problem
  }
}
