import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store, UserProductStock} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, product, seller} from './store-contract.js'

function stock(changes: Partial<UserProductStock> = {}): UserProductStock {
  return {
    ...{id: 'MLAU12', userId: seller, version: '7'},
    locations: [{type: 'selling_address', quantity: 5, storeId: null, networkNodeId: null}],
    ...changes,
  }
}

/** What every adapter keeps of stock by place. */
export function describeStock(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    it('gives back what was last saved, without its version', async () => {
      const {localStock} = store
      await localStock.save(seller, stock(), noon)
      const places = [
        {type: 'seller_warehouse', quantity: 3, storeId: '88', networkNodeId: 'MLAN1'},
        {type: 'meli_facility', quantity: 2, storeId: null, networkNodeId: null},
      ]
      await localStock.save(seller, stock({version: '8', locations: places}), minutes(1))
      const kept = {id: 'MLAU12', userId: seller, version: null, locations: places, syncedAt: minutes(1)}
      expect(await localStock.find(seller, 'MLAU12')).toEqual(kept)
    })

    it('keeps the stock of each seller apart', async () => {
      await store.localStock.save(seller, stock(), noon)
      expect(await store.localStock.find(buyer, 'MLAU12')).toBeUndefined()
      expect(await store.localStock.find(seller, 'MLAU13')).toBeUndefined()
    })

    it('knows which live items share a user product', async () => {
      const sink = store.productSink(seller)
      const shared = {userProductId: 'MLAU12'}
      await sink.patch(
        [product({id: 'MLA2', ...shared}), product({id: 'MLA1', ...shared}), product({id: 'MLA3'})],
        noon,
      )
      await store.productSink(buyer).patch([product({id: 'MLA9', userId: buyer, ...shared})], noon)
      expect(await store.localStock.items(seller, 'MLAU12')).toEqual(['MLA1', 'MLA2'])
      expect(await store.localStock.items(seller, 'MLAU13')).toEqual([])
    })
  })
}
