import type {VirtualClock} from '../clock.js'
import {Timer} from '../clock.js'
import type {Order, Pack} from './order.js'

/** docs/mercadolibre.md, section 8: kept for 12 months. */
const lifeMs = 365 * 86_400_000

/**
 * Where orders and packs are kept. Whoever looks finds what is due at that moment: the shipment of a pack whose time has
 * come is linked, and what is older than a year is gone.
 */
export class OrderStore {
  private readonly orderById = new Map<number, Order>()
  private readonly packById = new Map<number, Pack>()
  private readonly unlinked = new Set<Pack>()
  private readonly timer: Timer
  /** No order is older. */
  private oldestMs = Infinity

  constructor(
    private readonly clock: VirtualClock,
    private readonly link: (pack: Pack) => void,
  ) {
    this.timer = new Timer(clock, () => this.catchUp())
  }

  orders(): ReadonlyMap<number, Order> {
    this.settle()
    return this.orderById
  }

  packs(): ReadonlyMap<number, Pack> {
    this.settle()
    return this.packById
  }

  /** Without anything happening first. */
  raw(orderId: number): Order | undefined {
    return this.orderById.get(orderId)
  }

  packOf({packId}: Order): Pack | undefined {
    return this.packById.get(packId)
  }

  add(orders: readonly Order[], pack: Pack): void {
    for (const order of orders) this.put(order)
    this.packById.set(pack.id, pack)
    if (pack.linkAtMs !== null) this.unlinked.add(pack)
  }

  /** Replaces everything. */
  fill(orders: readonly Order[], packs: readonly Pack[]): void {
    this.orderById.clear()
    this.packById.clear()
    this.unlinked.clear()
    this.oldestMs = Infinity
    for (const order of orders) this.put(order)
    for (const pack of packs) this.add([], pack)
    this.schedule()
  }

  private settle(): void {
    const nowMs = this.now()
    for (const pack of this.unlinked) {
      if (pack.linkAtMs !== null && pack.linkAtMs > nowMs) continue
      this.unlinked.delete(pack)
      if (pack.linkAtMs !== null) this.link(pack)
    }
    this.purge(nowMs - lifeMs)
  }

  /** Looks by itself when the next shipment is due, since time also passes without being skipped. */
  schedule(): void {
    this.timer.set([...this.unlinked].reduce((next, {linkAtMs}) => Math.min(next, linkAtMs ?? next), Infinity))
  }

  catchUp(): void {
    this.settle()
    this.schedule()
  }

  close(): void {
    this.timer.clear()
  }

  /** Looks through all of them only when there is something to be found. */
  private purge(lastDayMs: number): void {
    if (this.oldestMs >= lastDayMs) return
    this.oldestMs = Infinity
    for (const [id, {createdMs, packId}] of this.orderById) {
      if (createdMs >= lastDayMs) {
        this.oldestMs = Math.min(this.oldestMs, createdMs)
        continue
      }
      this.orderById.delete(id)
      this.packById.delete(packId)
    }
  }

  private put(order: Order): void {
    this.orderById.set(order.id, order)
    this.oldestMs = Math.min(this.oldestMs, order.createdMs)
  }

  private now(): number {
    return this.clock.now().getTime()
  }
}
