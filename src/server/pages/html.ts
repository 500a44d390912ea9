/** Markup that is safe to send. Only the `html` template makes it, so escaping happens here and nowhere else. */
export class Html {
  constructor(readonly markup: string) {}
}

const entities: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** A template whose values are escaped, unless they came out of `html` themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const markup = parts.reduce((before, part, index) => {
    const value = values[index - 1] ?? ''
    return before + (value instanceof Html ? value.markup : escapeText(value)) + part
  })
  return new Html(markup)
}
