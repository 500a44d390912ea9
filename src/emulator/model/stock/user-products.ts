import {Timer, type VirtualClock} from '../clock.js'
import type {Catalogue, ItemBefore} from '../items/catalogue.js'
import type {Item} from '../items/item.js'
import type {Settings} from '../settings.js'
import type {Users} from '../users.js'
import {
  type ChangedStock,
  firstVersion,
  type Location,
  leadingItem,
  locationsOf,
  sumOf,
  type UserProduct,
  withTotal,
} from './user-product.js'

interface Deps {
  clock: VirtualClock
  settings: Settings
  catalogue: Catalogue
  users: Users
}

export interface UserProductsState {
  changed: (ChangedStock & {id: string})[]
  /** Delayed copies by user product, with the time at which they are due. */
  copies: [string, number][]
}

/** The stock that items of one user product share. docs/mercadolibre.md, section 6.6. */
export class UserProducts {
  private readonly changed = new Map<string, ChangedStock>()
  private readonly copies: DelayedCopies
  /** Called once after each change of a user product's stock. */
  onChange: (product: UserProduct) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    this.settings = deps.settings
    this.copies = new DelayedCopies(deps.clock, (id) => this.copy(id))
  }

  get(id: string): UserProduct | undefined {
    const items = this.deps.catalogue.ofUserProduct(id)
    const leading = leadingItem(items)
    if (leading === undefined) return undefined
    return this.describe(id, items, leading, leading.quantity)
  }

  /** Sets all locations. The items get the new stock at once, or after the delay of the settings. */
  setLocations({id}: UserProduct, locations: readonly Location[]): void {
    this.change(id, locations)
    if (locations.length === 0) return
    if (this.settings.copy_delay_ms > 0) this.copies.later(id, this.settings.copy_delay_ms)
    else this.copies.now(id)
  }

  /** Updates the product's stock after one of its items changed or joined it. */
  itemChanged(item: Item, before: ItemBefore | null): void {
    const {userProductId: id, quantity, variations} = item
    if (id === null || variations.length > 0 || before === null) return
    const joined = before.userProductId !== id
    if (!joined && before.quantity === quantity) return
    const items = this.deps.catalogue.ofUserProduct(id)
    const leading = leadingItem(items) ?? item
    const product = this.describe(id, items, leading, leading === item ? before.quantity : leading.quantity)
    if (product.locations.length === 0) return
    const totalBefore = sumOf(product.locations)
    // While a copy is pending the item had an old stock, so only the difference counts.
    const isPending = !joined && this.copies.isDue(id)
    const total = isPending ? Math.max(0, totalBefore + quantity - before.quantity) : quantity
    if (total !== totalBefore) this.setLocations(product, withTotal(product.locations, total))
  }

  /** Moves a seller's stock, unchanged in amount, to the locations that follow from their new tags. */
  relocate(sellerId: number): void {
    for (const id of new Set(this.deps.catalogue.listed(sellerId).map(({userProductId}) => userProductId))) {
      const product = id === null ? undefined : this.get(id)
      if (product === undefined || product.locations.length === 0) continue
      const [leading, total] = [leadingItem(product.items), sumOf(product.locations)]
      if (leading !== undefined) this.setLocations(product, locationsOf(leading, total, this.tagsOf(product.sellerId)))
    }
  }

  /** Makes the copies that are due, after time was skipped. */
  catchUp(): void {
    this.copies.catchUp()
  }

  close(): void {
    this.copies.clear()
  }

  export(): UserProductsState {
    return {changed: [...this.changed].map(([id, one]) => ({id, ...one})), copies: this.copies.export()}
  }

  import({changed, copies}: UserProductsState): void {
    this.changed.clear()
    for (const {id, version, locations} of changed) this.changed.set(id, {version, locations})
    this.copies.import(copies)
  }

  private describe(id: string, items: readonly Item[], leading: Item, quantity: number): UserProduct {
    const {version, locations} = this.changed.get(id) ?? {version: firstVersion(id), locations: null}
    return {
      id,
      sellerId: leading.sellerId,
      items,
      version,
      locations: locations ?? locationsOf(leading, quantity, this.tagsOf(leading.sellerId)),
    }
  }

  private tagsOf(userId: number): readonly string[] {
    return this.deps.users.get(userId)?.tags ?? []
  }

  private change(id: string, locations: readonly Location[]): void {
    const version = this.changed.get(id)?.version ?? firstVersion(id)
    this.changed.set(id, {version: version + 1, locations})
    const product = this.get(id)
    if (product !== undefined) this.onChange(product)
  }

  private copy(id: string): void {
    const product = this.get(id)
    if (product === undefined || product.locations.length === 0) return
    const total = sumOf(product.locations)
    for (const item of product.items)
      if (item.quantity !== total && item.variations.length === 0)
        this.deps.catalogue.updateStock(item, total, {available_quantity: total})
  }
}

/** User products whose items get their stock later, with the time (epoch milliseconds of virtual time). */
class DelayedCopies {
  private readonly due = new Map<string, number>()
  private readonly timer: Timer

  constructor(
    private readonly clock: VirtualClock,
    private readonly copy: (id: string) => void,
  ) {
    this.timer = new Timer(clock, () => this.catchUp())
  }

  later(id: string, ms: number): void {
    this.due.set(id, this.time() + ms)
    this.schedule()
  }

  /** Copies at once, in place of a pending copy. */
  now(id: string): void {
    this.due.delete(id)
    this.copy(id)
  }

  isDue(id: string): boolean {
    return this.due.has(id)
  }

  /** Makes all copies that are due. */
  catchUp(): void {
    const now = this.time()
    for (const [id, at] of this.due) if (at <= now) this.now(id)
    this.schedule()
  }

  clear(): void {
    this.due.clear()
    this.timer.clear()
  }

  export(): [string, number][] {
    return [...this.due]
  }

  /** Does not copy anything before `catchUp`. */
  import(copies: readonly [string, number][]): void {
    this.clear()
    for (const [id, ms] of copies) this.due.set(id, ms)
  }

  private schedule(): void {
    this.timer.set(Math.min(...this.due.values()))
  }

  private time(): number {
    return this.clock.now().getTime()
  }
}
