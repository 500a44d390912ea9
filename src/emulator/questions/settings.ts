import {changerOf} from '../settings.js'

/** Where the source is silent one can choose. docs/mercadolibre.md, section 7. */
export interface QuestionSettings {
  /** Is answering refused with `not_active_item` too, once the item is not active any more? */
  answersNeedActiveItem: boolean
  /** Status of the refusal of a text that is too long. */
  longTextStatus: 400 | 413
}

export function defaultSettings(): QuestionSettings {
  return {answersNeedActiveItem: true, longTextStatus: 400}
}

export const changeSettings = changerOf<QuestionSettings>({
  answersNeedActiveItem: [true, false],
  longTextStatus: [400, 413],
})
