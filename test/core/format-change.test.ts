import {describe, expect, it} from '@jest/globals'
import {changeLines, valueFor, wordFor} from '../../src/core/format-change.js'

describe('the lines of a change', () => {
  it('have the words of people, and figures as people read them', () => {
    const before = {price: '19.9', available_quantity: 2462, 'available_quantity.77': null, status: 'active'}
    const after = {price: '21', available_quantity: 12_000, 'available_quantity.77': 5, status: 'paused'}
    expect(changeLines({before, after}, 'USD')).toEqual([
      'price 19.90 -> 21.00 USD',
      'stock 2,462 -> 12,000',
      'stock of 77 unknown -> 5',
      'status active -> paused',
    ])
  })

  it('name a place, and no currency that is not known', () => {
    const values = {before: {price: '1990'}, after: {place: '88', place_quantity: 9, price: '2990'}}
    expect(changeLines(values, null)).toEqual(['at place 88', 'stock there unknown -> 9', 'price 1990 -> 2990'])
  })
})

describe('a value', () => {
  it('keeps the name and the text that the service gives it, where there is no better word', () => {
    expect([wordFor('title'), valueFor('title', '1.5'), valueFor('status', null)]).toEqual(['title', '1.5', 'null'])
  })
})
