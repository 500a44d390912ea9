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
  /** User products whose items are to follow, and when. */
  copies: [string, number][]
}

/** The stock that items of one user product share. docs/mercadolibre.md, section 6.6. */
export class UserProducts {
  private readonly changed = new Map<string, ChangedStock>()
  private readonly copies: DelayedCopies
  /** Told once of each change of a user product's stock, after it. */
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

  /** The new whole: its items follow, at once or when the settings have it. */
  setLocations({id}: UserProduct, locations: readonly Location[]): void {
    this.change(id, locations)
    if (locations.length === 0) return
    if (this.settings.copy_delay_ms > 0) this.copies.later(id, this.settings.copy_delay_ms)
    else this.copies.now(id)
  }

  /** An item has so many now, for whatever reason, or has joined; what shares its stock follows. */
  itemChanged(item: Item, before: ItemBefore | null): void {
    const {userProductId: id, quantity, variations} = item
    if (id === null || variations.length > 0 || before === null) return
    const joined = before.userProductId !== id
    if (!joined && before.quantity === quantity) return
    const items = this.deps.catalogue.ofUserProduct(id)
    const leading = leadingItem(items) ?? item
    const product = this.describe(id, items, leading, leading === item ? before.quantity : leading.quantity)
    if (product.locations.length === 0) return
    const had = sumOf(product.locations)
    // While a copy is on its way the item had an old number: what counts is by how much it changed.
    const isLate = !joined && this.copies.isDue(id)
    const total = isLate ? Math.max(0, had + quantity - before.quantity) : quantity
    if (total !== had) this.setLocations(product, withTotal(product.locations, total))
  }

  /** A seller's stock lies elsewhere from now on, since their tags are other ones; it is as much as it was. */
  relocate(sellerId: number): void {
    for (const id of new Set(this.deps.catalogue.listed(sellerId).map(({userProductId}) => userProductId))) {
      const product = id === null ? undefined : this.get(id)
      if (product === undefined || product.locations.length === 0) continue
      const [leading, total] = [leadingItem(product.items), sumOf(product.locations)]
      if (leading !== undefined) this.setLocations(product, locationsOf(leading, total, this.tagsOf(product.sellerId)))
    }
  }

  /** Time was skipped. */
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

  /** The tags of an account; none of one that is gone. */
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

/** User products whose stock has yet to reach their items, and when (epoch milliseconds of virtual time). */
export class DelayedCopies {
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

  /** At once, and not a second time later. */
  now(id: string): void {
    this.due.delete(id)
    this.copy(id)
  }

  isDue(id: string): boolean {
    return this.due.has(id)
  }

  /** Makes all whose time has come. */
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

  /** Nothing is made before `catchUp`. */
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
