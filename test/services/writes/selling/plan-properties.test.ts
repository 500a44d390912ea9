import {describe, expect, it} from '@jest/globals'
import {VirtualClock} from '../../../../src/emulator/model/clock.js'
import {Catalogue} from '../../../../src/emulator/model/items/catalogue.js'
import {renderItem} from '../../../../src/emulator/model/items/render.js'
import {updateItem} from '../../../../src/emulator/model/items/update.js'
import type {Fields} from '../../../../src/emulator/model/json.js'
import {Random} from '../../../../src/emulator/model/random.js'
import {defaultSettings} from '../../../../src/emulator/model/settings.js'
import {readText} from '../../../../src/meli/http/body.js'
import {itemSpans} from '../../../../src/meli/wire/item-spans.js'
import {readItemState} from '../../../../src/meli/wire/item-state.js'
import type {ItemState} from '../../../../src/services/ports/index.js'
import {planChange} from '../../../../src/services/writes/selling/plan.js'
import type {Wanted} from '../../../../src/services/writes/selling/wanted.js'
import fc from '../../../support/properties.js'

const seller = {tags: ['normal'], siteId: 'MEC'}
const quantity = fc.integer({min: 0, max: 6})
const price = fc
  .integer({min: 100, max: 400})
  .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)

const anItem = fc.record({
  price: price.map(Number),
  /** Of each variation, or of the item. */
  stock: fc.oneof(quantity, fc.array(fc.tuple(quantity, price.map(Number)), {minLength: 1, maxLength: 4})),
  state: fc.constantFrom<Fields>({status: 'active'}, {status: 'paused', sub_status: ['paused_by_seller']}),
})
const aWish = fc.record(
  {
    price,
    quantity,
    status: fc.constantFrom<NonNullable<Wanted['status']>>('active', 'paused', 'closed'),
    which: fc.nat({max: 3}),
    several: fc.uniqueArray(fc.tuple(fc.nat({max: 3}), quantity), {selector: ([at]) => at, maxLength: 4}),
  },
  {requiredKeys: []},
)

function listed({price, stock, state}: typeof anItem extends fc.Arbitrary<infer T> ? T : never) {
  const clock = new VirtualClock(new Date('2026-03-01T12:00:00Z'))
  const catalogue = new Catalogue({clock, random: new Random(1), settings: defaultSettings()})
  catalogue.settings.lock_window_ms = 0
  const owner = {userId: 1, siteId: 'MEC', isTestUser: true}
  const many = Array.isArray(stock)
    ? {variations: stock.map(([available_quantity, own]) => ({available_quantity, price: own}))}
    : {}
  const fields = {
    title: 'Sombrero',
    condition: 'new',
    price,
    ...(Array.isArray(stock) ? many : {available_quantity: stock}),
  }
  const item = catalogue.create(owner, fields)
  const reasons = state.status === 'paused' ? ['paused_by_seller', 'out_of_stock'] : ['out_of_stock']
  const empty = item.quantity === 0 ? {status: 'paused', sub_status: reasons} : {}
  catalogue.update(item, {...state, ...empty})
  return {catalogue, item}
}

function stateOf(item: Parameters<typeof renderItem>[0]): ItemState {
  const source = readText(JSON.stringify(renderItem(item)))
  const state = readItemState({json: source.json, source, spans: itemSpans(source.text, 0), partial: false})
  if (state === undefined) throw new Error('not readable')
  return state
}

/** All variations, and of each, and of the item, what nothing was said about. */
function untouched({variations, price, status}: ItemState, {variationId, quantity, quantities, ...rest}: Wanted) {
  const isNamed = (id: number) =>
    quantities?.has(id) === true || (quantity !== undefined && (variationId ?? variations[0]?.id) === id)
  const stays = rest.price === undefined && rest.status !== 'closed'
  return {
    ...(stays && variations.length === 0 && {price}),
    ...(rest.status === undefined && quantity === undefined && quantities === undefined && {status}),
    variations: variations.map((each) => ({
      id: each.id,
      ...(!isNamed(each.id) && {stock: each.available_quantity}),
      ...(stays && {price: each.price}),
    })),
  }
}

/** Stock 0 pauses what is to be active; that is said, and is all that may be left. */
function possible({status, ...rest}: Wanted): Wanted {
  const givesNone = rest.quantity === 0 || [...(rest.quantities?.values() ?? [])].includes(0)
  return status === undefined || (status === 'active' && givesNone) ? rest : {status, ...rest}
}

type Wish = typeof aWish extends fc.Arbitrary<infer T> ? T : never

function wantedOf({variations}: ItemState, {which, several = [], ...wish}: Wish): Wanted {
  const one = which === undefined ? undefined : variations[which]
  // Who names none means the only one there is.
  const taken = one ?? (variations.length === 1 ? variations[0] : undefined)
  const quantities = new Map(
    several.flatMap(([at, stock]) => {
      const each = variations[at]
      return each === undefined || each === taken ? [] : [[each.id, stock] as const]
    }),
  )
  return {
    ...wish,
    ...(one !== undefined && {variationId: one.id}),
    ...(quantities.size > 0 && {quantities}),
  }
}

describe('a plan', () => {
  it('leaves nothing to be done once it is carried out, and no variation behind', () => {
    fc.assert(
      fc.property(anItem, aWish, (given, wish) => {
        const {catalogue, item} = listed(given)
        const before = stateOf(item)
        const wanted = wantedOf(before, wish)
        const plan = planChange(before, wanted, seller)
        if (plan.kind !== 'change') return
        // One request, unless there has to be stock first.
        expect(plan.steps.length).toBeLessThan(wish.status === 'active' ? 3 : 2)
        for (const step of plan.steps) if (step.kind === 'item') updateItem(catalogue, item, step.request.body)
        const after = stateOf(item)
        expect(untouched(after, wanted)).toEqual(untouched(before, wanted))
        const again = planChange(after, possible(wanted), seller)
        expect(again).toEqual({kind: 'unchanged', notes: []})
      }),
      {numRuns: 500},
    )
  })
})
