import {describe, expect, it} from '@jest/globals'
import type {StockLocation} from '../../../../src/services/ports/index.js'
import {stockChange} from '../../../../src/services/writes/selling/stock-route.js'

const at = (type: string, quantity: number, storeId: string | null = null): StockLocation => ({
  ...{type, quantity, store_id: storeId},
  network_node_id: storeId === null ? null : `NODE${storeId}`,
})
const own = (quantity: number) => at('selling_address', quantity)
const full = (quantity: number) => at('meli_facility', quantity)
const north = (quantity: number) => at('seller_warehouse', quantity, '88')
const south = (quantity: number) => at('seller_warehouse', quantity, '99')

function change(
  locations: StockLocation[],
  quantity: number,
  place: string | null = null,
  version: string | null = '7',
) {
  const asked = {quantity, place, before: {available_quantity: 5}, after: {available_quantity: quantity}}
  return stockChange({id: 'MLAU12', user_id: 1, version, locations}, asked)
}

describe('the change of stock by location', () => {
  it('sends the version back that was read', () => {
    expect(change([own(5)], 9)).toMatchObject({
      kind: 'change',
      request: {
        method: 'PUT',
        path: '/user-products/MLAU12/stock/type/selling_address',
        headers: {'x-version': '7'},
        body: {quantity: 9},
      },
      before: {available_quantity: 5},
      after: {available_quantity: 9},
      stock: {version: null, locations: [{quantity: 9}]},
    })
  })

  it('counts what lies with the service', () => {
    expect(change([own(5), full(4)], 10)).toMatchObject({request: {body: {quantity: 6}}})
    expect(change([own(5), full(4)], 9)).toEqual({kind: 'unchanged'})
    expect(change([own(5), full(4)], 3)).toMatchObject({kind: 'refused', rule: 'facility_stock'})
    expect(change([full(4)], 5)).toMatchObject({kind: 'refused', rule: 'facility_stock'})
  })

  it('names one warehouse by its store and node', () => {
    expect(change([north(3)], 4)).toMatchObject({
      request: {
        path: '/user-products/MLAU12/stock/type/seller_warehouse',
        body: {locations: [{store_id: '88', network_node_id: 'NODE88', quantity: 4}]},
      },
    })
  })

  it('wants to be told which of several places is meant', () => {
    expect(change([north(3), south(2)], 9)).toMatchObject({
      rule: 'several_places',
      try: ['--place 88 has 3', '--place 99 has 2'],
    })
    expect(change([north(3), south(2)], 9, '77')).toMatchObject({rule: 'place_unknown'})
  })

  it('names the other warehouses with what they have', () => {
    expect(change([north(3), south(2), full(1)], 9, '99')).toMatchObject({
      request: {body: {locations: [{quantity: 3}, {store_id: '99', quantity: 9}]}},
      before: {place: '99', place_quantity: 2},
      after: {place: '99', place_quantity: 9},
    })
    expect(change([north(3), south(2)], 2, '99')).toEqual({kind: 'unchanged'})
  })

  it('finds no place where there is none', () => {
    expect(change([], 5)).toMatchObject({kind: 'refused', rule: 'stock_elsewhere'})
  })

  it('cannot be used without a version', () => {
    expect(() => change([own(5)], 9, null, null)).toThrow(expect.objectContaining({code: 'MELI_ANSWER_UNUSABLE'}))
  })
})
