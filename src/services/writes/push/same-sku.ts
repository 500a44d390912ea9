/** What two SKUs have in common that count as the same one: files and listings differ in case and in spaces around them. */
export function skuKey(sku: string): string {
  return sku.trim().toLowerCase()
}

export function isSameSku(one: string, other: string): boolean {
  return skuKey(one) === skuKey(other)
}
