import type {MeliError} from '../../errors.js'
import type {PushRow, PushStore} from '../ports.js'
import type {ChangeResult} from '../selling/change-result.js'
import type {LeftOf} from './already-sent.js'
import {partOf} from './together.js'

export type Settled = Parameters<PushStore['settle']>[1][number]

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
    before: {...(isOne ? before : partOf(before, line)), ...earlier},
    errorCode: null,
    message: warnings.length === 0 ? null : warnings.join('; '),
    finishedAt: at,
  }
}

export function refused(line: PushRow, {error: {code, message}, at}: {error: MeliError; at: Date}): Settled {
  return {...placeOf(line), state: 'failed', before: line.before, errorCode: code, message, finishedAt: at}
}

function placeOf({line, itemId, variationId}: PushRow): Pick<Settled, 'line' | 'itemId' | 'variationId'> {
  return {line, itemId, variationId}
}
