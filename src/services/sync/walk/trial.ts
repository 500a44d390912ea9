import type {RunSink} from '../../ports/index.js'
import type {Identified} from '../engine/parts.js'
import {TrialLedger} from '../engine/trial.js'
import type {WalkParts} from './parts.js'

/** The parts of a walk that reads and compares, and keeps nothing. What is gone is counted with what it would mark. */
export function trialWalk<T extends Identified>(parts: WalkParts<T>): WalkParts<T> {
  const ledger = new TrialLedger(parts.ledger)
  const compare: RunSink<T>['compare'] = (batch) => parts.sink.compare(batch)
  const sink: RunSink<T> = {
    // What comes twice would have been written by then.
    save: async (batch) => {
      const fresh = [...new Map(batch.map((record) => [record.id, record])).values()].filter(
        ({id}) => !ledger.isKept(id),
      )
      return ledger.keep(fresh, await compare(fresh))
    },
    compare,
    countLive: () => parts.sink.countLive(),
  }
  const gone = parts.gone === undefined ? undefined : async (ids: readonly string[]) => ids.length
  return {...parts, ledger, sink, gone}
}
