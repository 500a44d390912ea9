import {describe, expect, it} from '@jest/globals'
import type {Order} from '../../src/emulator/model/orders/order.js'
import {
  isPaid,
  type PaymentOutcome,
  paidAmount,
  paymentOutcomes,
  totalOf,
} from '../../src/emulator/model/orders/order.js'
import {returnStock, takeStock} from '../../src/emulator/model/orders/orders.js'
import {purchase} from '../../src/emulator/model/orders/purchase.js'
import {WireError} from '../../src/emulator/model/wire-errors.js'
import {World} from '../../src/emulator/model/world.js'
import fc from '../support/properties.js'

const shelf = 7
const buyer = {userId: 2, isTestUser: false}

/** Two items of one seller, a listener to every change, and no HTTP. */
function openWorld() {
  const world = new World({start: new Date('2026-03-01T12:00:00Z')})
  world.catalogue.seed({userId: 1, siteId: 'MEC', isTestUser: false}, 30)
  const items = world.catalogue.listed(1).filter(({variations}) => variations.length === 0)
  for (const item of items)
    world.catalogue.update(item, {
      available_quantity: shelf,
      sold_quantity: 0,
      price: 3.33,
      status: 'active',
      sub_status: [],
    })
  const told: string[] = []
  world.orders.onChange = ({id}) => told.push(`order ${id}`)
  const {onChange} = world.shipments
  world.shipments.onChange = (shipment) => {
    told.push(`shipment ${shipment.id}`)
    onChange(shipment)
  }
  return {world, items: items.slice(0, 2), told}
}

type Open = ReturnType<typeof openWorld>
const detail = {group: 'buyer', code: 'c', description: 'd', requestedBy: 'buyer'} as const

const outcome = fc.constantFrom<PaymentOutcome>(...paymentOutcomes)
const step = fc.oneof(
  fc.record({
    do: fc.constant('buy' as const),
    quantities: fc.array(fc.integer({min: 1, max: 4}), {minLength: 1, maxLength: 2}),
    payment: outcome,
    isSent: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('pay' as const),
    which: fc.nat(),
    payment: outcome,
    part: fc.double({min: 0.1, max: 1.2, noNaN: true}),
  }),
  fc.record({do: fc.constant('cancel' as const), which: fc.nat()}),
  fc.record({do: fc.constant('refund' as const), which: fc.nat(), part: fc.double({min: 0.1, max: 1.2, noNaN: true})}),
  fc.record({do: fc.constant('ship' as const), which: fc.nat()}),
  fc.record({do: fc.constant('wait' as const), ms: fc.integer({min: 1, max: 100_000})}),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does one thing that may be refused; says of which orders it may tell. */
function play({world, items}: Open, one: Step): void {
  const {orders, shipments, clock} = world
  const order = 'which' in one ? orders.list()[one.which % Math.max(1, orders.list().length)] : undefined
  if (one.do === 'wait') clock.advance(one.ms)
  else if (one.do === 'buy') {
    const basketItems = one.quantities.map((quantity, n) => ({itemId: items[n]!.id, variationId: null, quantity}))
    const shipping = one.isSent ? ({mode: 'me2', logisticType: 'drop_off'} as const) : null
    purchase(world, {buyer, basketItems, payment: one.payment, shipping, inOnePack: true})
  } else if (order === undefined) return
  else if (one.do === 'pay') orders.pay(order, one.payment, {amount: Math.ceil(totalOf(order) * one.part * 100) / 100})
  else if (one.do === 'cancel') orders.cancel(order, detail)
  else if (one.do === 'refund') orders.refund(order, detail, {amount: Math.ceil(totalOf(order) * one.part * 100) / 100})
  else {
    const shipment = shipments.ofOrder(order.id)
    if (shipment?.paid === true && shipment.status === 'ready_to_ship')
      shipments.move(shipment, {status: 'shipped', substatus: null})
  }
}

function expectSound(order: Order, {world}: Open): void {
  const paid = paidAmount(order)
  expect(paid).toBeGreaterThanOrEqual(0)
  expect(paid).toBeLessThanOrEqual(totalOf(order))
  expect(order.status === 'paid').toBe(isPaid(order) && paid === totalOf(order))
  if (order.status === 'partially_refunded') expect(isPaid(order) && paid > 0).toBe(true)
  expect(order.cancelDetail !== null).toBe(order.status === 'cancelled')
  if (order.status === 'cancelled') expect(paid).toBe(0)
  if (isPaid(order)) expect([order.closedMs !== null, order.reserved]).toEqual([true, true])
  const pack = world.orders.pack(order.packId)!
  const packed = pack.orderIds.map((id) => world.orders.get(id)!)
  expect(pack.status === 'cancelled').toBe(packed.every(({status}) => status === 'cancelled'))
  const shipment = world.shipments.ofOrder(order.id)
  if (shipment !== undefined) expect(shipment.id).toBe(pack.shipmentId)
  if (shipment?.paid === true && order.status !== 'cancelled') expect(isPaid(order)).toBe(true)
}

/** What open orders hold and what is on the shelf is together always the same. */
function expectShelf({world, items}: Open): void {
  for (const item of items) {
    const holding = world.orders.list().filter(({line, reserved}) => line.itemId === item.id && reserved)
    const held = holding.reduce((sum, {line}) => sum + line.quantity, 0)
    expect([item.quantity + held, item.sold]).toEqual([shelf, held])
    expect(item.quantity).toBeGreaterThanOrEqual(0)
    expect(item.status).toBe(item.quantity === 0 ? 'paused' : 'active')
  }
}

/** What is refused changes nothing and is told to nobody. */
function attempt(open: Open, one: Step): void {
  open.told.length = 0
  const before = JSON.stringify(open.world.orders.list())
  try {
    play(open, one)
  } catch (error) {
    expect(error).toBeInstanceOf(WireError)
    expect([JSON.stringify(open.world.orders.list()), open.told]).toEqual([before, []])
  }
}

describe('orders', () => {
  it('reach no impossible state, lose no unit, and tell of each change once', () => {
    fc.assert(
      fc.property(fc.array(step, {maxLength: 25}), fc.constantFrom(0, 30_000), (steps, shippingDelayMs) => {
        const open = openWorld()
        open.world.orders.settings.shipping_delay_ms = shippingDelayMs
        for (const one of steps) {
          attempt(open, one)
          expect(new Set(open.told).size).toBe(open.told.length)
          for (const order of open.world.orders.list()) expectSound(order, open)
          expectShelf(open)
        }
      }),
      {numRuns: 60},
    )
  })

  it('come back from a saved state as they were', () => {
    fc.assert(
      fc.property(fc.array(step, {maxLength: 12}), (steps) => {
        const open = openWorld()
        for (const one of steps) attempt(open, one)
        const twin = new World({start: new Date('2026-03-01T12:00:00Z')})
        twin.orders.import(JSON.parse(JSON.stringify(open.world.orders.export())))
        expect(twin.orders.list()).toEqual(open.world.orders.list())
        expect(twin.orders.export()).toEqual(open.world.orders.export())
      }),
      {numRuns: 30},
    )
  })
})

describe('the units of an item', () => {
  it('are back where they were after they were taken and given back, in one change each', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: shelf}), fc.nat({max: 29}), (quantity, n) => {
        const world = new World()
        world.catalogue.seed({userId: 1, siteId: 'MEC', isTestUser: false}, 30)
        const item = world.catalogue.listed(1)[n]!
        const [variation] = item.variations
        const stocked = item.variations.map(({id}) => ({id, available_quantity: shelf}))
        world.catalogue.update(item, {status: 'active', sub_status: [], available_quantity: shelf})
        if (stocked.length > 0) world.catalogue.update(item, {variations: stocked})
        const before = structuredClone({...item, updatedMs: 0})
        let changes = 0
        world.catalogue.onChange = () => changes++
        const sold = {itemId: item.id, variationId: variation?.id ?? null, quantity}
        takeStock(world.catalogue, sold)
        expect(item.sold).toBe(before.sold + quantity)
        returnStock(world.catalogue, sold)
        expect({...item, updatedMs: 0}).toEqual(before)
        expect(changes).toBe(2)
      }),
    )
  })
})
