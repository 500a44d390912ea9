export interface ReadPage {
  length: number
  /** Rows of this listing so far, this page included. */
  received: number
  /** What the service claims to have; null when it does not say. */
  total: number | null
}

/**
 * Tells the last page of a listing by its rows, because totals may be wrong. A full page never proves to be the last. A short one
 * does when it completes the total, and also once an empty page has shown that the service counts more than it lists.
 */
export class LastPage {
  private overcounts = false

  constructor(private readonly size: number) {}

  isLast({length, received, total}: ReadPage, size = this.size): boolean {
    if (length > 0) return length < size && total !== null && (this.overcounts || received >= total)
    if (total !== null && received < total) this.overcounts = true
    return true
  }
}
