import type {WalkSource} from '../../ports.js'
import type {Turns} from '../engine/turns.js'

/** A walk that asks nothing out of turn. */
export function walkInTurns<T>(source: WalkSource<T>, turns: Turns, account: string): WalkSource<T> {
  return {
    get traffic() {
      return source.traffic
    },
    async *walk(request, signal) {
      const iterator = source.walk(request, signal)[Symbol.asyncIterator]()
      try {
        for (;;) {
          const next = await turns.run(account, () => iterator.next())
          if (next.done === true) return
          yield next.value
        }
      } finally {
        await iterator.return?.()
      }
    },
  }
}
