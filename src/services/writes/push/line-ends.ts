import type {MeliError} from '../../../core/errors.js'
import type {PushRow, PushStore, WriteValues} from '../../ports/index.js'
import type {ChangeResult} from '../selling/change-result.js'
import type {LeftOf} from './already-sent.js'
import {ownedBy, ownerIn} from './shared-stocks.js'
import {partOf} from './together.js'

export type Settled = Parameters<PushStore['settle']>[1][number]

type Reason = Pick<MeliError, 'code' | 'message'>

interface CarriedOut {
  /** By this change. */
  isChanged: boolean
  /** False when it was one of several in its request. */
  isOne?: boolean
  result?: Pick<ChangeResult, 'before' | 'warnings'> | undefined
  at: Date
}

/** A line that is as wanted. `before` of what is left of it: what this push had set earlier. */
export function carriedOut(
  {line, before: earlier}: LeftOf<PushRow>,
  {isChanged, isOne = true, result, at}: CarriedOut,
): Settled {
  const {before = {}, warnings = []} = result ?? {}
  return {
    ...placeOf(line),
    state: isChanged || earlier !== null ? 'done' : 'unchanged',
    before: {...ownedBy(ownerIn(line)), ...(isOne ? before : partOf(before, line)), ...earlier},
    errorCode: null,
    message: warnings.length === 0 ? null : warnings.join('; '),
    finishedAt: at,
  }
}

/** Still to be sent. */
export function waiting(line: PushRow, before: WriteValues | null): Settled {
  return {...placeOf(line), state: 'waiting', before, errorCode: null, message: null, finishedAt: null}
}

/** Of a line whose price was refused: it fails with that, whatever became of the rest of it. */
export function refusedInPart(rest: Settled, {code, message}: Reason): Settled {
  const [isAsWanted, more] = [rest.state !== 'failed', rest.message === null ? [] : [rest.message]]
  const told = [message, ...(isAsWanted ? ['what else the line asks for is as wanted'] : []), ...more]
  return {...rest, state: 'failed', errorCode: code, message: told.join('; ')}
}

export function refused(line: PushRow, {error: {code, message}, at}: {error: Reason; at: Date}): Settled {
  return {...placeOf(line), state: 'failed', before: line.before, errorCode: code, message, finishedAt: at}
}

function placeOf({line, itemId, variationId}: PushRow): Pick<Settled, 'line' | 'itemId' | 'variationId'> {
  return {line, itemId, variationId}
}
