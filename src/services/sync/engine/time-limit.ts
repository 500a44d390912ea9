import type {Clock} from '../../ports/index.js'

/** Why the signal of a time limit was aborted. */
export class OutOfTime extends Error {}

export interface TimeLimit {
  /** Of whoever asked, and of the limit. */
  signal: AbortSignal
  deadline: Date | undefined
  end(): void
}

export function timeLimit(clock: Clock, ms: number | undefined, outer: AbortSignal | undefined): TimeLimit {
  const over = new AbortController()
  const ended = new AbortController()
  const signal = outer === undefined ? over.signal : AbortSignal.any([outer, over.signal])
  if (ms !== undefined) {
    clock.sleep(ms, ended.signal).then(
      () => over.abort(new OutOfTime('the time limit of the run is over')),
      () => undefined,
    )
  }
  const deadline = ms === undefined ? undefined : new Date(clock.now().getTime() + ms)
  return {signal, deadline, end: () => ended.abort()}
}
