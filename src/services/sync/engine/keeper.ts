import type {Fetched} from '../../ports/index.js'
import type {ActiveRun} from './active-run.js'
import type {Identified} from './parts.js'

interface Waiting<T> {
  answers: ReadonlyArray<Fetched<T>>
  kept: () => void
  failed: (error: unknown) => void
}

/**
 * Commits together the answers that arrive in one turn of the event loop: a commit writes whole pages of the database, so
 * two batches in one cost little more than one. Nobody waits for more to come.
 */
export class Keeper<T extends Identified> {
  private waiting: Waiting<T>[] = []

  constructor(private readonly run: Pick<ActiveRun<T>, 'keep'>) {}

  /** Resolves when they are committed. Never cut by an abort: they are in hand. */
  keep(answers: ReadonlyArray<Fetched<T>>): Promise<void> {
    return new Promise((kept, failed) => {
      this.waiting.push({answers, kept, failed})
      if (this.waiting.length === 1) setImmediate(() => void this.commit())
    })
  }

  private async commit(): Promise<void> {
    const group = this.waiting.splice(0)
    try {
      await this.run.keep(group.flatMap(({answers}) => answers))
      for (const {kept} of group) kept()
    } catch (error) {
      for (const {failed} of group) failed(error)
    }
  }
}
