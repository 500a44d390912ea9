/** 10,000: the same on every machine. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** Of the sites of Mercado Libre, those whose money has no smaller unit. */
const wholeCurrencies: ReadonlySet<string> = new Set(['CLP', 'PYG'])

/**
 * `703.80` for `703.8`: an amount with decimals has two of them. A whole one has them too where its currency is known to
 * have any.
 */
export function money(amount: string, currency: string | null = null): string {
  if (/\.\d$/.test(amount)) return `${amount}0`
  const hasDecimals = currency !== null && !wholeCurrencies.has(currency)
  return hasDecimals && /^-?\d+$/.test(amount) ? `${amount}.00` : amount
}

/** "1 product", "21 products". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}
