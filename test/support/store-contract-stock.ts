import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import type {Store, UserProductStock} from '../../src/services/ports/index.js'
import {buyer, minutes, noon, product, seller} from './store-contract.js'

function stock(changes: Partial<UserProductStock> = {}): UserProductStock {
  return {
    ...{id: 'MLAU12', user_id: seller, version: '7'},
    locations: [{type: 'selling_address', quantity: 5, store_id: null, network_node_id: null}],
    ...changes,
  }
}

/** What every adapter keeps of stock by location. */
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
        {type: 'seller_warehouse', quantity: 3, store_id: '88', network_node_id: 'MLAN1'},
        {type: 'meli_facility', quantity: 2, store_id: null, network_node_id: null},
      ]
      await localStock.save(seller, stock({version: '8', locations: places}), minutes(1))
      const kept = {id: 'MLAU12', user_id: seller, version: null, locations: places, synced_at: minutes(1)}
      expect(await localStock.find(seller, 'MLAU12')).toEqual(kept)
    })

    it('keeps the stock of each seller apart', async () => {
      await store.localStock.save(seller, stock(), noon)
      expect(await store.localStock.find(buyer, 'MLAU12')).toBeUndefined()
      expect(await store.localStock.find(seller, 'MLAU13')).toBeUndefined()
    })

    it('knows which live items share a user product', async () => {
      const sink = store.productSink(seller)
      const shared = {user_product_id: 'MLAU12'}
      await sink.patch(
        [product({id: 'MLA2', ...shared}), product({id: 'MLA1', ...shared}), product({id: 'MLA3'})],
        noon,
      )
      await store.productSink(buyer).patch([product({id: 'MLA9', user_id: buyer, ...shared})], noon)
      expect(await store.localStock.items(seller, 'MLAU12')).toEqual(['MLA1', 'MLA2'])
      expect(await store.localStock.items(seller, 'MLAU13')).toEqual([])
    })
  })
}
