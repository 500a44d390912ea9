import {describe, expect, it} from '@jest/globals'
import type {ItemState, MercadoLibre} from '../../../../src/services/ports/index.js'
import {ChangeItem, type ChangeItemDeps} from '../../../../src/services/writes/selling/change-item.js'
import type {Wanted} from '../../../../src/services/writes/selling/wanted.js'

const state = {
  ...{id: 'MEC1', seller_sku: 'ENTERO'},
  variations: [
    {id: 11, seller_sku: 'AZUL'},
    {id: 12, seller_sku: 'ROJO'},
  ],
} as unknown as ItemState

/** What the change is asked to do when the search finds MEC1 by any SKU; or, by the SKUs that are `here`, the local catalogue alone. */
async function applied(
  item: string,
  wanted: Wanted,
  {here = [], now = state}: {here?: readonly string[]; now?: ItemState} = {},
) {
  const [changes, read]: [unknown[], string[]] = [[], []]
  const api = {
    itemsWithSku: async () => (here.length > 0 ? [] : ['MEC1']),
    item: async (id: string) => {
      read.push(id)
      return now
    },
  } as unknown as MercadoLibre
  const deps = {
    guard: {open: async () => ({session: {api}, identity: {userId: 7}})},
    changes: {
      apply: async (_: unknown, id: string, exact: Wanted, {state: known}: {state?: ItemState}) => {
        changes.push({id, wanted: exact, known: known?.id})
      },
    },
    catalogue: {
      find: async () => undefined,
      withSku: async (_: number, sku: string) => (here.includes(sku) ? ['MEC1'] : []),
    },
  } as unknown as ChangeItemDeps
  await new ChangeItem(deps).run({choice: {sandbox: true}, item, wanted, command: 'stock set', dryRun: false})
  return {changes, read}
}

describe('an item to be changed', () => {
  it.each([
    ['an id', 'MEC1', {quantity: 3}, {id: 'MEC1', wanted: {quantity: 3}, known: undefined}, 0],
    ['the SKU of the item', 'ENTERO', {quantity: 3}, {id: 'MEC1', wanted: {quantity: 3}, known: 'MEC1'}, 1],
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

  it('is not one that had the SKU when it was last read here, and has it no more', async () => {
    const here = ['VIEJO', 'ENTERO', 'ROJO']
    await expect(applied('VIEJO', {price: '5'}, {here})).rejects.toMatchObject({
      ...{code: 'MELI_PRODUCT_UNKNOWN', message: expect.stringMatching(/^MEC1 no longer has the SKU VIEJO/)},
      suggestions: expect.arrayContaining([expect.stringContaining('meli sync products')]),
    })
    for (const sku of ['ENTERO', 'ROJO']) expect((await applied(sku, {price: '5'}, {here})).changes).toHaveLength(1)
    const untold = {...state, lacksVariationSkus: true}
    expect((await applied('VIEJO', {price: '5'}, {here, now: untold})).changes).toHaveLength(1)
    // The search also looks at a field that the SKU of the attribute hides.
    expect((await applied('VIEJO', {price: '5'})).changes).toHaveLength(1)
  })
})
