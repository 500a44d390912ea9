import {badRequest} from '../wire-errors.js'

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

const choices: Readonly<Record<string, readonly unknown[]>> = {
  answersNeedActiveItem: [true, false],
  longTextStatus: [400, 413],
}

/** Changes the named settings; an unknown name or value is a 400 and changes nothing. */
export function changeSettings(settings: QuestionSettings, change: unknown): void {
  if (typeof change !== 'object' || change === null) throw badRequest('settings must be an object')
  for (const [name, value] of Object.entries(change)) {
    const allowed = Object.hasOwn(choices, name) ? choices[name] : undefined
    if (allowed === undefined) throw badRequest(`there is no setting ${name}`)
    if (!allowed.includes(value)) throw badRequest(`${JSON.stringify(value)} is not a value of ${name}`)
  }
  Object.assign(settings, change)
}
