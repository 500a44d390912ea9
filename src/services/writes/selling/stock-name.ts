const pattern = /^available_quantity\.(\d+)$/

/** Under which name values have the stock of one variation among several: `available_quantity.174997747229`. */
export function stockName(variationId: number): string {
  return `available_quantity.${variationId}`
}

/** Whose stock a value of this name is; undefined when it is anything else. */
export function variationIn(name: string): number | undefined {
  const id = pattern.exec(name)?.[1]
  return id === undefined ? undefined : Number(id)
}
