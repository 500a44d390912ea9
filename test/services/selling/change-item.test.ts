import {describe, expect, it} from '@jest/globals'
import type {ItemState, MercadoLibre} from '../../../src/services/ports.js'
import {ChangeItem, type ChangeItemDeps} from '../../../src/services/selling/change-item.js'
import type {Wanted} from '../../../src/services/selling/wanted.js'

const state = {
  ...{id: 'MEC1', sellerSku: 'TODO'},
  variations: [
    {id: 11, sellerSku: 'AZUL'},
    {id: 12, sellerSku: 'ROJO'},
  ],
} as unknown as ItemState

/** What the change is asked to do when the search finds MEC1 by any SKU. */
async function applied(item: string, wanted: Wanted) {
  const [changes, read]: [unknown[], string[]] = [[], []]
  const api = {
    itemsWithSku: async () => ['MEC1'],
    item: async (id: string) => {
      read.push(id)
      return state
    },
  } as unknown as MercadoLibre
  const deps = {
    guard: {open: async () => ({session: {api}, identity: {userId: 7}})},
    changes: {
      apply: async (_: unknown, id: string, exact: Wanted, {state: known}: {state?: ItemState}) => {
        changes.push({id, wanted: exact, known: known?.id})
      },
    },
    catalogue: {find: async () => undefined, withSku: async () => []},
  } as unknown as ChangeItemDeps
  await new ChangeItem(deps).run({choice: {sandbox: true}, item, wanted, command: 'stock set', dryRun: false})
  return {changes, read}
}

describe('an item to be changed', () => {
  it.each([
    ['an id', 'MEC1', {quantity: 3}, {id: 'MEC1', wanted: {quantity: 3}, known: undefined}, 0],
    ['the SKU of the item', 'TODO', {quantity: 3}, {id: 'MEC1', wanted: {quantity: 3}, known: 'MEC1'}, 1],
    [
      'the SKU of a variation',
      'ROJO',
      {quantity: 3},
      {id: 'MEC1', wanted: {quantity: 3, variationId: 12}, known: 'MEC1'},
      1,
    ],
    [
      'a SKU and another variation',
      'ROJO',
      {quantity: 3, variationId: 11},
      {id: 'MEC1', wanted: {quantity: 3, variationId: 11}, known: 'MEC1'},
      1,
    ],
    ['a SKU, as a whole', 'ROJO', {status: 'paused'}, {id: 'MEC1', wanted: {status: 'paused'}, known: 'MEC1'}, 1],
  ] as const)('is named by %s', async (_, item, wanted, expected, reads) => {
    const {changes, read} = await applied(item, wanted)
    expect(changes).toEqual([expected])
    expect(read).toHaveLength(reads)
  })
})
