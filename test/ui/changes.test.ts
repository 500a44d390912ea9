import {describe, expect, it} from '@jest/globals'
import type {ChangeResult} from '../../src/services/writes/selling/item-changes.js'
import {renderChange} from '../../src/ui/changes.js'
import {plainPaper} from './paper.js'

function change(changes: Partial<ChangeResult> = {}): ChangeResult {
  return {
    ...{user_id: 8_035_443, nickname: 'TIENDA_QUITO', item_id: 'MEC1', title: 'Sombrero\nde paja', currency_id: 'USD'},
    ...{variation_id: null, before: {price: '19.9'}, after: {price: '21'}, changed: true, requests: [], attempts: 1},
    ...{write_ids: [17], notes: [], warnings: []},
    ...changes,
  }
}

const lines = (result: ChangeResult) => renderChange(result, plainPaper()).split('\n')

describe('a change', () => {
  it('is shown with both values, and how to take it back', () => {
    expect(lines(change())).toEqual([
      '✓ MEC1 Sombrero de paja of TIENDA_QUITO',
      '  price 19.90 -> 21.00 USD',
      'To undo it: meli history undo 17',
    ])
  })

  it('has separators in quantities, and no decimals where a currency has none', () => {
    const many = {before: {available_quantity: 2462}, after: {available_quantity: 12_000}}
    expect(lines(change(many))[1]).toBe('  stock 2,462 -> 12,000')
    const whole = {before: {price: '1990'}, after: {price: '2990'}, currency_id: 'CLP'}
    expect(lines(change(whole))[1]).toBe('  price 1990 -> 2990 CLP')
  })

  it('names the way back with the mode and the account that were chosen', () => {
    const shown = renderChange(change(), plainPaper(), {sandbox: true, account: 'TEST1'})
    expect(shown).toMatch(/undo 17 --sandbox --account TEST1$/)
  })

  it('tells what follows, what it took, and what was odd', () => {
    const values = {before: {place: '88', place_quantity: 2}, after: {place: '88', place_quantity: 9}}
    const more = {notes: ['stock 0 pauses the item'], attempts: 3, warnings: ['an answer was lost']}
    expect(lines(change({...values, ...more})).slice(1, -1)).toEqual([
      '  at place 88',
      '  stock there 2 -> 9',
      '  stock 0 pauses the item',
      '  3 requests sent',
      '! an answer was lost',
    ])
  })

  it('promises no way back from closing, nor from an undo', () => {
    const closed = change({before: {status: 'active'}, after: {status: 'closed'}})
    expect(lines(closed).at(-1)).toBe('  status active -> closed')
    expect(lines({...change(), ...{undoes: 4}}).at(-1)).toBe('  price 19.90 -> 21.00 USD')
  })

  it('says when there was nothing to do', () => {
    const same = change({changed: false, title: null})
    expect(lines(same)).toEqual(['✓ MEC1: price is 21 USD already; nothing was sent'])
    const paused = change({changed: false, title: null, after: {status: 'paused'}})
    expect(lines(paused)).toEqual(['✓ MEC1: status is paused already; nothing was sent'])
  })

  it('shows the requests of a dry run', () => {
    const request = {
      method: 'PUT',
      path: '/items/MEC1',
      headers: {},
      body: {price: 21},
      body_text: '{"price":21}',
    } as const
    expect(renderChange({dry_run: true, requests: [request]}, plainPaper())).toContain('PUT /items/MEC1')
  })
})
