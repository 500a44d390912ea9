import {isMeliError} from '../../core/errors.js'
import type {Fetched} from '../../services/ports/index.js'
import {isPassingStatus, mostTries} from './retry.js'

/** So many batches, one after another, that were asked again in vain: then the service means it. */
const mostInVain = 5

export interface Patience {
  signal?: AbortSignal | undefined
  deadline?: Date | undefined
  patient?: boolean | undefined
}

/** Waits as before another try of a read, counted from 1; false, at once, when that would end after the deadline. */
export type BackOff = (tryNumber: number, patience: Patience & {limited: boolean}) => Promise<boolean>

/**
 * Elements of a bulk answer can fail by themselves, with a status of their own: those that may pass are asked for again,
 * as a request as a whole would be. What was had meanwhile is never lost for it.
 */
export class AskAgain {
  #inVain = 0

  constructor(private readonly backOff: BackOff) {}

  /** The answers in the order given, those to be had by `ask` in the place of what failed. */
  async until<T>(
    first: readonly Fetched<T>[],
    patience: Patience,
    ask: (ids: readonly string[]) => Promise<Fetched<T>[]>,
  ): Promise<Fetched<T>[]> {
    const answers = new Map(first.map((answer) => [answer.id, answer]))
    const before = passing(answers).length
    const inVain = this.#inVain
    for (let number = 1; this.#inVain < mostInVain; number++) {
      const failing = passing(answers)
      if (failing.length === 0) break
      const limited = failing.some(({status}) => status === 429)
      if (number >= mostTries({limited, patient: patience.patient === true})) break
      const again = await this.#again(failing, number, {...patience, limited}, ask)
      if (again === undefined) break
      for (const answer of again) answers.set(answer.id, answer)
    }
    if (passing(answers).length < before) this.#inVain = 0
    // Of those that were under way together the first one counts: a hiccup fails them all.
    else if (before > 0 && this.#inVain === inVain) this.#inVain += 1
    return first.map((answer) => answers.get(answer.id) ?? answer)
  }

  /** Undefined when there is no time left, or the request fails as a whole: the next one will tell of that. */
  async #again<T>(
    failing: readonly {id: string}[],
    number: number,
    patience: Patience & {limited: boolean},
    ask: (ids: readonly string[]) => Promise<Fetched<T>[]>,
  ): Promise<Fetched<T>[] | undefined> {
    try {
      return (await this.backOff(number, patience)) ? await ask(failing.map(({id}) => id)) : undefined
    } catch (error) {
      if (isMeliError(error) || patience.signal?.aborted === true) return undefined
      throw error
    }
  }
}

function passing<T>(answers: ReadonlyMap<string, Fetched<T>>): Array<Extract<Fetched<T>, {ok: false}>> {
  return [...answers.values()].flatMap((answer) => (!answer.ok && mayPass(answer.status) ? [answer] : []))
}

function mayPass(status: number): boolean {
  return status === 408 || isPassingStatus(status)
}
