import type {WalkSource} from '../../ports/index.js'
import {pagesInTurn, type Turns} from '../engine/turns.js'

/** A walk that asks nothing out of turn. */
export function walkInTurns<T>(source: WalkSource<T>, turns: Turns, account: string): WalkSource<T> {
  return {
    get traffic() {
      return source.traffic
    },
    walk: (request, signal) => pagesInTurn(source.walk(request, signal), turns, account),
  }
}
