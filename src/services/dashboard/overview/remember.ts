import type {Clock} from '../../ports/index.js'

/** Asks once in a while however often it is asked; what failed is asked for again at once. */
export function remember<T>(ms: number, clock: Pick<Clock, 'now'>, ask: () => Promise<T>): () => Promise<T> {
  let last: {at: number; value: Promise<T>} | undefined
  return () => {
    const at = clock.now().getTime()
    if (last !== undefined && at >= last.at && at - last.at < ms) return last.value
    const value = ask()
    last = {at, value}
    value.catch(() => {
      if (last?.value === value) last = undefined
    })
    return value
  }
}
