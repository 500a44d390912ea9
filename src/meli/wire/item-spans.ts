import {eachProperty, valueEnd} from '../http/raw-json.js'

/** What of an item, or of a variation, is cut out of its text: a number of JavaScript forgets how it was written. */
export interface ItemSpans {
  /** Exact decimal text. */
  price: string | null
  /** Where the list of its variations begins. */
  variations: number | undefined
  start: number
  end: number
}

export function itemSpans(text: string, from: number): ItemSpans {
  const found: Omit<ItemSpans, 'start' | 'end'> = {price: null, variations: undefined}
  const end = eachProperty(text, from, (name, at) => {
    const to = valueEnd(text, at)
    if (name === 'price') found.price = decimalText(text.slice(at, to))
    if (name === 'variations') found.variations = at
    return to
  })
  return {...found, start: from, end}
}

/** A number as it was written, 0.10 included; null for anything else. */
function decimalText(source: string): string | null {
  return /^"?(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"?$/.exec(source)?.[1] ?? null
}
