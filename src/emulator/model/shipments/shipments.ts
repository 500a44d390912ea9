import type {VirtualClock} from '../clock.js'
import {Random} from '../random.js'
import type {Settings} from '../settings.js'
import type {NewShipment, Shipment, Stand} from './shipment.js'
import {afterHandling, exists, refusal} from './shipment-states.js'

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

/** A move that the state machine does not have. */
export class IllegalMove extends Error {
  override readonly name = 'IllegalMove'
}

/** All shipments, in memory. docs/mercadolibre.md, section 9. */
export class Shipments {
  private readonly byId = new Map<number, Shipment>()
  /** Of each order, the newest first. */
  private readonly byOrder = new Map<number, Shipment[]>()
  private readonly random: Random
  private lastId: number
  /** Told once of each change, after it; of a new shipment too, when `ofOrder` finds it already. */
  onChange: (shipment: Shipment) => void = () => undefined

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    this.settings = deps.settings
    this.random = new Random(deps.seed)
    this.lastId = 44_000_000_000 + this.random.integer(0, 899_999_999)
  }

  /** Unpaid it waits for the payment, paid it can be made ready; what seller and buyer agree on is `to_be_agreed`. */
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

  /** What goes to the buyer for that order; undefined when nothing is shipped, or not linked yet. */
  ofOrder(orderId: number): Shipment | undefined {
    return this.allOfOrder(orderId).find(({direction}) => direction === 'forward')
  }

  /** Returns too, the newest first. */
  allOfOrder(orderId: number): Shipment[] {
    return [...(this.byOrder.get(orderId) ?? [])]
  }

  /** Oldest first. */
  list(): Shipment[] {
    return [...this.byId.values()]
  }

  /** The payment of all its orders is confirmed. Of one that is paid or has ended this changes nothing. */
  paid(id: number): void {
    const shipment = this.byId.get(id)
    if (shipment === undefined || shipment.paid) return
    shipment.paid = true
    // What is agreed on stays so, but for its address, which can be seen now.
    this.put(shipment, shipment.status === 'pending' ? this.afterPayment(shipment) : {...shipment})
  }

  /** Ends one that has not left yet; others stay as they are. @throws RangeError for a sub-state there is not */
  cancel(id: number, substatus: string | null): void {
    const target = {status: 'cancelled', substatus}
    if (!exists(target)) throw new RangeError(`a shipment is not cancelled as ${substatus}`)
    const shipment = this.byId.get(id)
    if (shipment !== undefined && refusal(shipment, target) === null && shipment.status !== 'cancelled')
      this.put(shipment, target)
  }

  /** @throws IllegalMove unless the machine has that move, or it is forced to a state that exists */
  move(shipment: Shipment, to: Stand, {force = false}: {force?: boolean} = {}): void {
    const reason = refusal(shipment, to)
    if (reason !== null && !(force && exists(to))) throw new IllegalMove(reason)
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

  private beginning(shipment: Shipment): Stand {
    if (shipment.mode === 'custom') return {status: 'to_be_agreed', substatus: null}
    return shipment.paid ? this.afterPayment(shipment) : {status: 'pending', substatus: 'waiting_for_payment'}
  }

  private afterPayment(shipment: Shipment): Stand {
    if (this.settings.after_payment === 'ready_to_print' && shipment.mode === 'me2') return afterHandling(shipment)
    return {status: 'handling', substatus: shipment.mode === 'me2' ? 'waiting_for_label_generation' : null}
  }

  private put(shipment: Shipment, {status, substatus}: Stand): void {
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

/** With ME1 and by agreement the seller has a carrier of their own, of whom nothing is known here. */
function trackingOf({mode, siteId, id}: Shipment): string | null {
  return mode === 'me2' ? `${siteId}${id}` : null
}
