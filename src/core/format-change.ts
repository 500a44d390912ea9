import {count, money} from './format-number.js'

type Value = string | number | null
type Values = Readonly<Record<string, Value>>

const words: Readonly<Record<string, string>> = {available_quantity: 'stock', place_quantity: 'stock there'}

/** What the service calls otherwise than people do. */
export function wordFor(field: string): string {
  const [, variation] = /^available_quantity\.(\d+)$/.exec(field) ?? []
  if (variation !== undefined) return `stock of ${variation}`
  return words[field] ?? field
}

/** A price with as many decimals as the one it stands beside, a quantity with separators. */
export function valueFor(name: string, value: Value, beside: Value = null): string {
  if (typeof value === 'number') return count(value)
  if (name !== 'price' || typeof value !== 'string') return String(value)
  const hasDecimals = String(beside).includes('.') && /^\d+$/.test(value)
  return hasDecimals ? `${value}.00` : money(value)
}

export function unitOf(name: string, currency: string | null): string {
  return name === 'price' && currency !== null ? ` ${currency}` : ''
}

/** What changes, a line for each value: `price 19.90 -> 21.00 USD`. */
export function changeLines({before, after}: {before: Values; after: Values}, currency: string | null): string[] {
  return Object.entries(after).map(([name, value]) => {
    if (name === 'place') return `at place ${value}`
    const was = before[name] ?? null
    const from = was === null ? 'unknown' : valueFor(name, was, value)
    return `${wordFor(name)} ${from} -> ${valueFor(name, value, was)}${unitOf(name, currency)}`
  })
}
