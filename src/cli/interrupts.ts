import {MeliError} from '../core/errors.js'

/** Ctrl-C, and the work that must not be cut in half by it: a token that was spent and not yet stored. */
export class Interrupts {
  private readonly controller = new AbortController()
  private readonly underway = new Set<Promise<unknown>>()
  private gracefully = false

  /** For work that stops by itself at a good moment. Whoever takes it promises to react. */
  get signal(): AbortSignal {
    this.gracefully = true
    return this.controller.signal
  }

  /** Runs work that an interrupt waits for. */
  readonly protect = async <T>(work: () => Promise<T>): Promise<T> => {
    const running = work()
    this.underway.add(running)
    try {
      return await running
    } finally {
      this.underway.delete(running)
    }
  }

  /** Resolves when no protected work is under way. */
  async settled(): Promise<void> {
    while (this.underway.size > 0) await Promise.allSettled(this.underway)
  }

  /** Resolves, when nothing is left to wait for, with whether the command ends by itself. */
  async interrupt(): Promise<{endsByItself: boolean; reason: MeliError}> {
    const reason = new MeliError('MELI_INTERRUPTED', 'interrupted; what was done is kept')
    this.controller.abort(reason)
    await this.settled()
    return {endsByItself: this.gracefully, reason}
  }
}
