import {describe, expect, it} from '@jest/globals'
import type {ItemState} from '../../../../src/services/ports/index.js'
import {planChange} from '../../../../src/services/writes/selling/plan.js'
import type {PlannedStep, SellerTraits, Wanted} from '../../../../src/services/writes/selling/wanted.js'
import {itemState, variation} from '../../../support/items.js'

const plain: SellerTraits = {tags: ['normal'], siteId: 'MEC'}
const userProducts: SellerTraits = {tags: ['normal', 'user_product_seller'], siteId: 'MLA'}
const warehouses: SellerTraits = {tags: ['user_product_seller', 'warehouse_management'], siteId: 'MEC'}
const three = [variation(11), variation(12), variation(13, {available_quantity: 1})]

function plan(state: Partial<ItemState>, wanted: Wanted, seller = plain) {
  return planChange(itemState(state), wanted, seller)
}

/** What is sent, for short. */
function bodies(state: Partial<ItemState>, wanted: Wanted, seller = plain): unknown[] {
  const planned = plan(state, wanted, seller)
  if (planned.kind !== 'change') throw new Error(`${planned.kind}: ${JSON.stringify(planned)}`)
  return planned.steps.map((step: PlannedStep) =>
    step.kind === 'item' ? step.request.body : {[step.userProductId]: step.quantity},
  )
}

function notes(state: Partial<ItemState>, wanted: Wanted, seller = plain): string {
  const planned = plan(state, wanted, seller)
  return planned.kind === 'change' ? planned.notes.join('; ') : planned.kind
}

describe('the plan of a change', () => {
  it.each<[string, Partial<ItemState>, Wanted]>([
    ['stock', {}, {quantity: 5}],
    ['a price that is written otherwise', {}, {price: '19.9'}],
    ['status', {}, {status: 'active'}],
    ['all of them', {}, {price: '19.90', quantity: 5, status: 'active'}],
    ['nothing asked for', {}, {}],
    ['one that is closed already', {status: 'closed'}, {status: 'closed', quantity: 9}],
    ['a closed item that is as it is wanted', {status: 'closed'}, {quantity: 5, price: '19.9'}],
    ['the stock of all variations together', {variations: three}, {quantity: 5}],
    ['the stock of one variation', {variations: three}, {quantity: 2, variationId: 12}],
  ])('is to send nothing where %s is so already', (_, state, wanted) => {
    expect(plan(state, wanted)).toEqual({kind: 'unchanged', notes: []})
  })

  it('puts all into one request, because a second one would meet the lock of the first', () => {
    const planned = plan(
      {status: 'paused', sub_status: ['paused_by_seller']},
      {price: '21', quantity: 9, status: 'active'},
    )
    expect(planned).toEqual({
      kind: 'change',
      notes: [],
      steps: [
        {
          kind: 'item',
          action: 'stock',
          variationId: null,
          request: {method: 'PUT', path: '/items/MEC1', body: {price: 21, available_quantity: 9, status: 'active'}},
          before: {price: '19.90', available_quantity: 5, status: 'paused'},
          after: {price: '21', available_quantity: 9, status: 'active'},
        },
      ],
    })
  })

  it('sends prices as numbers that keep their digits', () => {
    expect(JSON.stringify(bodies({}, {price: '99999999.99'}))).toBe('[{"price":99999999.99}]')
  })

  it('names all variations for the stock of one, and leaves the stock of the others alone', () => {
    expect(bodies({variations: three}, {quantity: 7, variationId: 12})).toEqual([
      {variations: [{id: 11}, {id: 12, available_quantity: 7}, {id: 13}]},
    ])
  })

  it('gives all variations the same price, and says so', () => {
    const state = {variations: three}
    expect(bodies(state, {price: '25.50'})).toEqual([{variations: [11, 12, 13].map((id) => ({id, price: 25.5}))}])
    expect(notes(state, {price: '25.50'})).toBe('the price is that of all 3 variations')
    const apart = [variation(11), variation(12, {price: '30'})]
    expect(bodies({variations: apart}, {price: '19.90'})).toHaveLength(1)
    expect(plan({variations: apart}, {price: '19.90'})).toMatchObject({steps: [{before: {price: null}}]})
  })

  it('names the stock of several in one request, and what each was', () => {
    const wanted = {
      price: '25.5',
      quantities: new Map([
        [11, 7],
        [12, 5],
        [13, 0],
      ]),
    }
    const planned = plan({variations: three}, wanted)
    expect(planned).toMatchObject({
      steps: [
        {
          variationId: null,
          before: {price: '19.90', 'available_quantity.11': 2, 'available_quantity.12': 2, 'available_quantity.13': 1},
          after: {price: '25.5', 'available_quantity.11': 7, 'available_quantity.12': 5, 'available_quantity.13': 0},
        },
      ],
    })
    expect(bodies({variations: three}, wanted)).toEqual([
      {
        variations: [
          {id: 11, price: 25.5, available_quantity: 7},
          {id: 12, price: 25.5, available_quantity: 5},
          {id: 13, price: 25.5, available_quantity: 0},
        ],
      },
    ])
  })

  it('is the plain one where only one of several differs', () => {
    const quantities = new Map([
      [11, 2],
      [12, 9],
    ])
    expect(plan({variations: three}, {quantities})).toMatchObject({
      steps: [{variationId: 12, before: {available_quantity: 2}, after: {available_quantity: 9}}],
    })
  })

  it('activates by what all variations will have together', () => {
    const empty = [variation(11, {available_quantity: 0}), variation(12, {available_quantity: 3})]
    const state = {
      ...{status: 'paused', sub_status: ['paused_by_seller'], available_quantity: 3, variations: empty},
    }
    const quantities = (one: number) =>
      new Map([
        [11, one],
        [12, 0],
      ])
    expect(plan(state, {status: 'active', quantities: quantities(0)})).toMatchObject({rule: 'no_stock'})
    expect(bodies(state, {status: 'active', quantities: quantities(4)})).toHaveLength(1)
  })

  it('needs no name for the only variation there is', () => {
    expect(bodies({variations: [variation(11)]}, {quantity: 7})).toEqual([
      {variations: [{id: 11, available_quantity: 7}]},
    ])
  })

  it('changes the status of an item with variations by itself', () => {
    expect(bodies({variations: three}, {status: 'paused'})).toEqual([{status: 'paused'}])
  })

  it('only closes what is to be closed', () => {
    expect(bodies({}, {status: 'closed', price: '5', quantity: 0})).toEqual([{status: 'closed'}])
    expect(notes({}, {status: 'closed', price: '5'})).toMatch(/final.*price and stock are left/)
    expect(bodies({status: 'under_review', sub_status: ['held']}, {status: 'closed'})).toEqual([{status: 'closed'}])
  })

  it('gives an item stock before it activates it', () => {
    const empty = {status: 'paused', sub_status: ['paused_by_seller', 'out_of_stock'], available_quantity: 0}
    expect(bodies(empty, {quantity: 3, status: 'active', price: '5'})).toEqual([
      {price: 5, available_quantity: 3},
      {status: 'active'},
    ])
  })

  it('says what stock does to pauses', () => {
    expect(notes({}, {quantity: 0})).toBe('stock 0 pauses the item')
    const bySeller = {status: 'paused', sub_status: ['paused_by_seller']}
    expect(notes(bySeller, {quantity: 9})).toBe('the item stays paused until meli products activate MEC1')
  })

  it('keeps an item paused that new stock would wake, where that is asked for', () => {
    const empty = {status: 'paused', sub_status: ['out_of_stock'], available_quantity: 0}
    expect(bodies(empty, {quantity: 3, status: 'paused'})).toEqual([{available_quantity: 3, status: 'paused'}])
    expect(bodies(empty, {quantity: 3})).toEqual([{available_quantity: 3}])
    expect(bodies(empty, {quantity: 3, status: 'active'})).toEqual([{available_quantity: 3}])
    expect(notes(empty, {quantity: 3})).toBe('new stock ends the pause of the item')
    expect(bodies({}, {quantity: 0, status: 'active'})).toEqual([{available_quantity: 0}])
  })

  it.each<[string, Partial<ItemState>, Wanted]>([
    ['closed_is_final', {status: 'closed'}, {quantity: 1}],
    ['closed_is_final', {status: 'closed'}, {status: 'active'}],
    ['under_review', {status: 'under_review', sub_status: ['forbidden']}, {price: '5'}],
    ['not_open', {status: 'inactive'}, {status: 'active'}],
    ['not_open', {status: 'payment_required'}, {quantity: 1}],
    ['no_stock', {status: 'paused', sub_status: ['out_of_stock'], available_quantity: 0}, {status: 'active'}],
    ['no_stock', {status: 'paused', sub_status: ['paused_by_seller']}, {status: 'active', quantity: 0}],
    ['variation_needed', {variations: three}, {quantity: 9}],
    ['variation_needed', {variations: three}, {quantity: 5, quantities: new Map([[11, 0]])}],
    ['variation_unknown', {variations: three}, {quantity: 9, variationId: 99}],
    ['variation_unknown', {}, {quantity: 9, variationId: 99}],
    ['variation_unknown', {variations: three}, {quantities: new Map([[99, 1]])}],
    ['place_unknown', {}, {quantity: 9, place: '88'}],
  ])('names the rule %s', (rule, state, wanted) => {
    const planned = plan(state, wanted)
    expect(planned).toMatchObject({kind: 'refused', rule})
    if (planned.kind === 'refused') expect(planned.message).toContain('MEC1')
  })

  it('names the variations to choose from', () => {
    expect(plan({variations: three}, {quantity: 9})).toMatchObject({
      code: 'MELI_VARIATION_NEEDED',
      try: ['--variation 11 is Talla: 11', '--variation 12 is Talla: 12', '--variation 13 is Talla: 13'],
    })
  })

  it('lets the service judge a review that asks for corrections', () => {
    expect(bodies({status: 'under_review', sub_status: ['waiting_for_patch']}, {price: '5'})).toEqual([{price: 5}])
  })
})

describe('the plan for the stock of a user product', () => {
  const shared = {id: 'MLA1', site_id: 'MLA', user_product_id: 'MLAU12'}

  it('goes by its own way, where there is one', () => {
    expect(bodies(shared, {quantity: 9}, userProducts)).toEqual([{MLAU12: 9}])
    expect(bodies({user_product_id: 'MECU12'}, {quantity: 9}, warehouses)).toEqual([{MECU12: 9}])
    const variations = [variation(11, {user_product_id: 'MLAU77'}), variation(12)]
    expect(bodies({site_id: 'MLA', variations}, {quantity: 9, variationId: 11}, userProducts)).toEqual([{MLAU77: 9}])
  })

  it('goes by the item elsewhere, and says who shares it', () => {
    const traits = {...userProducts, site_id: 'MEC'}
    const state = {user_product_id: 'MECU12'}
    expect(bodies(state, {quantity: 9}, traits)).toEqual([{available_quantity: 9}])
    expect(notes(state, {quantity: 9}, traits)).toContain('the stock is that of user product MECU12')
    expect(bodies({site_id: 'MLA'}, {quantity: 9}, userProducts)).toEqual([{available_quantity: 9}])
    expect(bodies(shared, {quantity: 9}, {tags: ['normal'], siteId: 'MLA'})).toEqual([{available_quantity: 9}])
  })

  it('is set variation by variation, and beside them in one request what has none', () => {
    const variations = [variation(11, {user_product_id: 'MLAU77'}), variation(12), variation(13), variation(14)]
    const quantities = new Map([11, 12, 13].map((id) => [id, 9]))
    expect(bodies({site_id: 'MLA', variations}, {price: '5', quantities}, userProducts)).toEqual([
      {
        variations: [
          {id: 11, price: 5},
          {id: 12, price: 5, available_quantity: 9},
          {id: 13, price: 5, available_quantity: 9},
          {id: 14, price: 5},
        ],
      },
      {MLAU77: 9},
    ])
  })

  it('sets the price first, and activates last', () => {
    const bySeller = {...shared, status: 'paused', sub_status: ['paused_by_seller']}
    expect(bodies(bySeller, {price: '5', quantity: 9, status: 'active'}, userProducts)).toEqual([
      {price: 5},
      {MLAU12: 9},
      {status: 'active'},
    ])
    expect(bodies(shared, {quantity: 9, status: 'paused'}, userProducts)).toEqual([{status: 'paused'}, {MLAU12: 9}])
  })

  it('activates nothing that new stock wakes by itself', () => {
    const empty = {...shared, status: 'paused', sub_status: ['out_of_stock'], available_quantity: 0}
    expect(bodies(empty, {quantity: 9, status: 'active'}, userProducts)).toEqual([{MLAU12: 9}])
  })

  it('looks at one place even where the item as a whole has that many', () => {
    expect(bodies(shared, {quantity: 5, place: '88'}, userProducts)).toEqual([{MLAU12: 5}])
  })
})
