/** Markup that is safe to send. Only the `html` template makes it, so escaping happens here and nowhere else. */
export class Html {
  constructor(readonly markup: string) {}
}

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

type Value = string | Html | readonly Html[]

function markupOf(value: Value): string {
  if (typeof value === 'string') return escapeText(value)
  return value instanceof Html ? value.markup : value.map((part) => part.markup).join('\n')
}

/** A template whose values are escaped, unless they came out of `html` themselves; lists of such are put in one after another. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.reduce((before, part, index) => before + markupOf(values[index - 1] ?? '') + part)
  return new Html(markup)
}

export const nothing = new Html('')
