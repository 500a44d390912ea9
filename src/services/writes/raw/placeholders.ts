import {MeliError} from '../../../core/errors.js'

const names = ['user_id', 'site_id', 'app_id'] as const

/** What stands in the place of `{user_id}`, `{site_id}` and `{app_id}`; asked for only when it is needed. */
export type Values = Readonly<Record<(typeof names)[number], () => string>>

/** Fills in placeholders. `strict`: other words in braces are mistakes; without it they are left, as JSON has them. */
export function filled(text: string, values: Values, {strict}: {strict: boolean}): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => {
    const name = names.find((each) => each === word)
    if (name !== undefined) return values[name]()
    if (strict) throw unknown(whole)
    return whole
  })
}

/** Whether anything is to be filled in. */
export function hasPlaceholder(texts: readonly string[]): boolean {
  return texts.some((text) => names.some((name) => text.includes(`{${name}}`)))
}

/** For looking at a request before it is known who sends it. */
export const anybody: Values = {user_id: () => '1', site_id: () => 'MLA', app_id: () => '1'}

function unknown(placeholder: string): MeliError {
  return new MeliError('MELI_USAGE', `nothing is known to put in the place of ${placeholder}`, {
    try: [`placeholders are ${names.map((name) => `{${name}}`).join(', ')}`],
  })
}
