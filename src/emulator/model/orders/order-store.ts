import {Timer, type VirtualClock} from '../clock.js'
import type {Order, Pack} from './order.js'

/** The service keeps orders for 12 months (docs/mercadolibre.md, section 8). */
const lifeMs = 365 * 86_400_000

/**
 * Orders and packs by id. Reading first processes what is due: packs get their shipments, and orders older than a year are
 * removed.
 */
export class OrderStore {
  private readonly orderById = new Map<number, Order>()
  private readonly packById = new Map<number, Pack>()
  private readonly unlinked = new Set<Pack>()
  private readonly timer: Timer
  /** No order is older than this. */
  private oldestMs = Infinity

  constructor(
    private readonly clock: VirtualClock,
    private readonly link: (pack: Pack) => void,
  ) {
    this.timer = new Timer(clock, () => this.catchUp())
  }

  orders(): ReadonlyMap<number, Order> {
    this.processDue()
    return this.orderById
  }

  packs(): ReadonlyMap<number, Pack> {
    this.processDue()
    return this.packById
  }

  /** Does not process what is due. */
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

  private processDue(): void {
    const nowMs = this.now()
    for (const pack of this.unlinked) {
      if (pack.linkAtMs !== null && pack.linkAtMs > nowMs) continue
      this.unlinked.delete(pack)
      if (pack.linkAtMs !== null) this.link(pack)
    }
    this.purge(nowMs - lifeMs)
  }

  /** Sets the timer for the next shipment that is due. */
  schedule(): void {
    this.timer.set([...this.unlinked].reduce((next, {linkAtMs}) => Math.min(next, linkAtMs ?? next), Infinity))
  }

  catchUp(): void {
    this.processDue()
    this.schedule()
  }

  close(): void {
    this.timer.clear()
  }

  /** Goes through all orders only when one is old enough. */
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
