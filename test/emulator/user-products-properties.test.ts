import {describe, expect, it} from '@jest/globals'
import {takeStock as buy, returnStock} from '../../src/emulator/model/orders/orders.js'
import {exportWorld, importWorld} from '../../src/emulator/model/state.js'
import {locationAt, locationTypes, storesOf, sumOf, withTotal} from '../../src/emulator/model/stock/user-product.js'
import {World} from '../../src/emulator/model/world.js'
import fc from '../support/properties.js'

const location = fc.record({type: fc.constantFrom(...locationTypes), quantity: fc.nat(500)})

type Step =
  | {do: 'sell'; item: number; units: number}
  | {do: 'set'; item: number; quantity: number}
  | {do: 'locate'; places: {type: (typeof locationTypes)[number]; quantity: number}[]}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({do: fc.constant('sell' as const), item: fc.nat(2), units: fc.integer({min: 1, max: 5})}),
  fc.record({do: fc.constant('set' as const), item: fc.nat(2), quantity: fc.nat(50)}),
  fc.record({do: fc.constant('locate' as const), places: fc.array(location, {minLength: 1, maxLength: 3})}),
)

const id = 'MLAU77'

/** Three items of one user product. */
function open() {
  const world = new World({siteId: 'MLA'})
  const {id: userId} = world.users.addReal({siteId: 'MLA'})
  // A state without an application is none.
  world.applications.add({
    ...{name: 'App', ownerId: userId, siteId: 'MLA', redirectUris: ['https://example.com/callback']},
    ...{pkce: 'optional', scopes: ['read', 'write']},
  })
  const owner = {userId, siteId: 'MLA', isTestUser: false}
  const items = [0, 1, 2].map(() =>
    world.catalogue.create(owner, {price: 1, available_quantity: 9, family_name: 'F', user_product_id: id}),
  )
  let told = 0
  world.userProducts.onChange = () => {
    told += 1
  }
  return {world, items, told: () => told}
}

type Stage = ReturnType<typeof open>

interface Doing {
  /** Fewer there are after it. */
  sold: number
  /** May put another world in the place of the stage's. */
  act(stage: Pick<Stage, 'world' | 'items'>): void
}

const trade: fc.Arbitrary<Doing> = fc
  .tuple(fc.nat(2), fc.integer({min: 1, max: 4}), fc.boolean())
  .map(([item, quantity, isBought]) => ({
    sold: isBought ? quantity : -quantity,
    act({world: {catalogue}, items}) {
      const move = isBought ? buy : returnStock
      move(catalogue, {itemId: items[item]!.id, variationId: null, quantity})
    },
  }))

const wait = fc.nat(1500).map<Doing>((ms) => ({
  sold: 0,
  act({world}) {
    world.clock.advance(ms)
  },
}))

const delay = fc.constantFrom(0, 500, 1000).map<Doing>((ms) => ({
  sold: 0,
  act({world}) {
    world.userProducts.settings.copy_delay_ms = ms
  },
}))

const save = fc.constant<Doing>({
  sold: 0,
  act(stage) {
    const opened = new World()
    importWorld(opened, JSON.parse(JSON.stringify(exportWorld(stage.world))))
    stage.world.userProducts.close()
    stage.world = opened
  },
})

function take({world, items}: Stage, one: Step): void {
  const product = world.userProducts.get(id)!
  if (one.do === 'locate') {
    const stores = storesOf(product.sellerId, 'MLA')
    world.userProducts.setLocations(
      product,
      one.places.map(({type, quantity}) =>
        locationAt(type, quantity, type === 'seller_warehouse' ? stores[0] : undefined),
      ),
    )
    return
  }
  const item = items[one.item]!
  const quantity = one.do === 'set' ? one.quantity : Math.max(0, item.quantity - one.units)
  world.catalogue.update(item, {available_quantity: quantity})
}

function changesOnce(stage: Stage, one: Step): void {
  const [before, toldBefore] = [stage.world.userProducts.get(id)!, stage.told()]
  take(stage, one)
  const [after, told] = [stage.world.userProducts.get(id)!, stage.told() - toldBefore]
  const [was, is] = [sumOf(before.locations), sumOf(after.locations)]
  expect(after.version - before.version).toBe(told)
  expect(told).toBe(one.do === 'locate' || was !== is ? 1 : 0)
  expect(Math.min(...after.locations.map(({quantity}) => quantity))).toBeGreaterThanOrEqual(0)
  expect(stage.items.map(({quantity}) => quantity)).toEqual([is, is, is])
}

describe('the stock of a user product', () => {
  it('is never negative, is that of each of its items, and each change of it is told once', () => {
    fc.assert(
      fc.property(fc.array(step, {maxLength: 25}), (steps) => {
        const stage = open()
        for (const one of steps) {
          changesOnce(stage, one)
        }
      }),
    )
  })

  it('follows each step, however late its items follow it', () => {
    const waiting = fc.record({do: fc.constant('wait' as const), ms: fc.nat(1500)})
    fc.assert(
      fc.property(fc.array(fc.oneof(step, waiting), {maxLength: 25}), (steps) => {
        const stage = open()
        const {world, items} = stage
        world.userProducts.settings.copy_delay_ms = 1000
        let expected = 9
        for (const one of steps) {
          const quantities = items.map(({quantity}) => quantity)
          if (one.do === 'wait') world.clock.advance(one.ms)
          else take(stage, one)
          if (one.do === 'locate') expected = one.places.reduce((sum, {quantity}) => sum + quantity, 0)
          if (one.do === 'sell' || one.do === 'set')
            expected = Math.max(0, expected + items[one.item]!.quantity - quantities[one.item]!)
          expect(sumOf(world.userProducts.get(id)!.locations)).toBe(expected)
        }
        world.clock.advance(1000)
        expect(items.map(({quantity}) => quantity)).toEqual([expected, expected, expected])
        world.userProducts.close()
      }),
    )
  })

  it('counts what is bought and given back of any item, through late copies and saved states', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(trade, wait, delay, save), {maxLength: 30}), (doings) => {
        const stage = open()
        // More than all of them together can buy.
        stage.world.catalogue.update(stage.items[0]!, {available_quantity: 200})
        let expected = 200
        for (const {sold, act} of doings) {
          act(stage)
          expected -= sold
          expect(sumOf(stage.world.userProducts.get(id)!.locations)).toBe(expected)
        }
        const {world, items} = stage
        world.clock.advance(1000)
        expect(items.map((item) => world.catalogue.get(item.id)?.quantity)).toEqual([expected, expected, expected])
        world.userProducts.close()
      }),
    )
  })

  it('is spread so that the total is right and nobody owes anything', () => {
    fc.assert(
      fc.property(fc.array(location, {minLength: 1}), fc.nat(5000), (places, total) => {
        const spread = withTotal(
          places.map(({type, quantity}) => locationAt(type, quantity)),
          total,
        )
        expect(sumOf(spread)).toBe(total)
        expect(spread.every(({quantity}) => quantity >= 0)).toBe(true)
      }),
    )
  })
})
