/** What has to be known of an item. */
export interface ChangedItem {
  readonly id: string
  readonly sellerId: number
  readonly price: number
}

/** Brings the changes that one request makes to an item together: one notification for each, and one for a new price. */
export class ItemChanges {
  private pending = new Map<string, {item: ChangedItem; priceBefore: number | null}>()

  constructor(private readonly tell: (topic: 'items' | 'items_prices', item: ChangedItem) => void) {}

  /** `priceBefore` is null for a new item. */
  note(item: ChangedItem, priceBefore: number | null): void {
    if (this.pending.size === 0) queueMicrotask(() => this.flush())
    if (!this.pending.has(item.id)) this.pending.set(item.id, {item, priceBefore})
  }

  flush(): void {
    const {pending} = this
    if (pending.size === 0) return
    this.pending = new Map()
    for (const {item, priceBefore} of pending.values()) {
      this.tell('items', item)
      if (priceBefore !== null && priceBefore !== item.price) this.tell('items_prices', item)
    }
  }
}
