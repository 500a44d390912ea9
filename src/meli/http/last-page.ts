export interface ReadPage {
  length: number
  /** Rows of this listing so far, this page included. */
  received: number
  /** What the service claims to have; null when it does not say. */
  total: number | null
}

/**
 * Tells the last page of a listing by its rows, because totals may be wrong. A full page never proves to be the last. A short one
 * does when it completes the total, or ends where an empty page has shown the listing to end.
 */
export class LastPage {
  private endedAt: number | undefined

  constructor(private readonly size: number) {}

  /** `shortIsLast` where the totals are known to be wrong. */
  isLast({length, received, total}: ReadPage, {size = this.size, shortIsLast = false} = {}): boolean {
    if (length === 0) this.endedAt = received
    if (length === 0 || length >= size) return length === 0
    return shortIsLast || received === this.endedAt || (total !== null && received >= total)
  }
}

/** Whether no page before began with this row; a listing whose pages come again does not end by itself. */
export function isNewBeginning(row: unknown, beginnings: Set<string>): boolean {
  const before = beginnings.size
  return beginnings.add(JSON.stringify(row)).size > before
}
