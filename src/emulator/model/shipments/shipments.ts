import type {VirtualClock} from '../clock.js'
import {Random} from '../random.js'
import type {Settings} from '../settings.js'
import type {NewShipment, Shipment, ShipmentState} from './shipment.js'
import {afterHandling, isKnownState, refusal} from './shipment-states.js'

interface Deps {
  clock: VirtualClock
  settings: Settings
  seed: number
}

export interface ShipmentsState {
  shipments: Shipment[]
  last_id: number
  random: number
}

/** A transition that the service does not have. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition'
}

/** All shipments, in memory. docs/mercadolibre.md, section 9. */
export class Shipments {
  private readonly byId = new Map<number, Shipment>()
  /** The shipments of each order, newest first. */
  private readonly byOrder = new Map<number, Shipment[]>()
  private readonly random: Random
  private lastId: number
  /** Called once after each change and each new shipment. */
  onChange: (shipment: Shipment) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    this.settings = deps.settings
    this.random = new Random(deps.seed)
    this.lastId = 44_000_000_000 + this.random.integer(0, 899_999_999)
  }

  /** Begins as `pending` until it is paid; custom shipping begins as `to_be_agreed`. */
  create({direction = 'forward', ...fields}: NewShipment): Shipment {
    this.lastId += this.random.integer(1, 9)
    const nowMs = this.now()
    const shipment: Shipment = {
      ...fields,
      direction,
      lines: fields.lines.map((line) => ({...line})),
      id: this.lastId,
      createdMs: nowMs,
      updatedMs: nowMs,
      status: '',
      substatus: null,
      trackingNumber: null,
      history: [],
    }
    this.add(shipment)
    this.put(shipment, this.beginning(shipment))
    return shipment
  }

  get(id: number): Shipment | undefined {
    return this.byId.get(id)
  }

  /** The shipment to the buyer; undefined when there is none yet, and without shipping. */
  ofOrder(orderId: number): Shipment | undefined {
    return this.allOfOrder(orderId).find(({direction}) => direction === 'forward')
  }

  /** All shipments of an order with returns, newest first. */
  allOfOrder(orderId: number): Shipment[] {
    return [...(this.byOrder.get(orderId) ?? [])]
  }

  /** Oldest first. */
  list(): Shipment[] {
    return [...this.byId.values()]
  }

  /** Marks the shipment as paid, which it is when all its orders are. Does nothing when it was paid before. */
  paid(id: number): void {
    const shipment = this.byId.get(id)
    if (shipment === undefined || shipment.paid) return
    shipment.paid = true
    // Other statuses stay, but the address becomes visible, so the shipment changes too.
    this.put(shipment, shipment.status === 'pending' ? this.afterPayment(shipment) : {...shipment})
  }

  /** Cancels a shipment that has not been shipped, and leaves others as they are. @throws RangeError for an unknown substatus */
  cancel(id: number, substatus: string | null): void {
    const target = {status: 'cancelled', substatus}
    if (!isKnownState(target)) throw new RangeError(`a shipment is not cancelled as ${substatus}`)
    const shipment = this.byId.get(id)
    if (shipment !== undefined && refusal(shipment, target) === null && shipment.status !== 'cancelled')
      this.put(shipment, target)
  }

  /** @throws IllegalTransition unless the service has that transition, or `force` is set and the state exists */
  move(shipment: Shipment, to: ShipmentState, {force = false}: {force?: boolean} = {}): void {
    const reason = refusal(shipment, to)
    if (reason !== null && !(force && isKnownState(to))) throw new IllegalTransition(reason)
    this.put(shipment, to)
  }

  export(): ShipmentsState {
    return {shipments: structuredClone(this.list()), last_id: this.lastId, random: this.random.export()}
  }

  import({shipments, last_id: lastId, random}: ShipmentsState): void {
    this.byId.clear()
    this.byOrder.clear()
    for (const shipment of structuredClone(shipments)) this.add(shipment)
    this.lastId = lastId
    this.random.import(random)
  }

  private add(shipment: Shipment): void {
    this.byId.set(shipment.id, shipment)
    for (const orderId of new Set(shipment.lines.map((line) => line.orderId)))
      this.byOrder.set(orderId, [shipment, ...(this.byOrder.get(orderId) ?? [])])
  }

  private beginning(shipment: Shipment): ShipmentState {
    if (shipment.mode === 'custom') return {status: 'to_be_agreed', substatus: null}
    return shipment.paid ? this.afterPayment(shipment) : {status: 'pending', substatus: 'waiting_for_payment'}
  }

  private afterPayment(shipment: Shipment): ShipmentState {
    if (this.settings.after_payment === 'ready_to_print' && shipment.mode === 'me2') return afterHandling(shipment)
    return {status: 'handling', substatus: shipment.mode === 'me2' ? 'waiting_for_label_generation' : null}
  }

  private put(shipment: Shipment, {status, substatus}: ShipmentState): void {
    const ms = this.now()
    shipment.status = status
    shipment.substatus = substatus
    shipment.updatedMs = ms
    shipment.history = [...shipment.history, {status, substatus, ms}]
    if (status === 'ready_to_ship' || status === 'shipped') shipment.trackingNumber ??= trackingOf(shipment)
    this.onChange(shipment)
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }
}

/** Null with ME1 and custom shipping, where the seller has a carrier of their own. */
function trackingOf({mode, siteId, id}: Shipment): string | null {
  return mode === 'me2' ? `${siteId}${id}` : null
}
