/** 10,000: the same on every machine. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `703.80` for `703.8`: an amount with decimals has two of them. Whole ones stay, since not every currency has decimals. */
export function money(amount: string): string {
  return /\.\d$/.test(amount) ? `${amount}0` : amount
}

/** "1 product", "21 products". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}
