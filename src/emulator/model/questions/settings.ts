import {type Totals, totals} from '../../routes/paging.js'
import {changerOf} from '../settings.js'

/** Where the source is silent one can choose. docs/mercadolibre.md, section 7. */
export interface QuestionSettings {
  /** Is answering refused with `not_active_item` too, once the item is not active any more? */
  answersNeedActiveItem: boolean
  /** Status of the refusal of a text that is too long. */
  longTextStatus: 400 | 413
  /** What a scroll id is: the position of the page's last row, new on each page, or the handle of a listing that is kept. */
  questionsScrollId: 'position' | 'handle'
  /** What `total` of a search says. */
  questionsTotal: Totals
}

export function defaultSettings(): QuestionSettings {
  return {
    answersNeedActiveItem: true,
    longTextStatus: 400,
    // Whether questions scan as items do is unconfirmed.
    questionsScrollId: 'position',
    questionsTotal: 'honest',
  }
}

/** What the documentation says where captured answers of items differ. */
export const documented: Partial<QuestionSettings> = {questionsScrollId: 'handle'}

export const changeSettings = changerOf<QuestionSettings>({
  answersNeedActiveItem: [true, false],
  longTextStatus: [400, 413],
  questionsScrollId: ['position', 'handle'],
  questionsTotal: totals,
})
