import {type WithIsoTimes, withIsoTimes} from '../../../core/iso-times.js'
import type {StoredQuestion} from '../../ports/index.js'

/** A question of the local copy, as `--json` has it. */
export type QuestionView = WithIsoTimes<Omit<StoredQuestion, 'user_id' | 'last_updated'>>

export function questionView({user_id: _userId, last_updated: _updated, ...shown}: StoredQuestion): QuestionView {
  return withIsoTimes(shown)
}
