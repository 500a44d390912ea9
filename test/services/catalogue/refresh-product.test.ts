import {describe, expect, it} from '@jest/globals'
import {Stall} from '../../support/stall.js'

const skuOf = (sku: string) => [{id: 'SELLER_SKU', value_name: sku}]

/** A shop with one item whose two variations have SKUs. */
async function openShop() {
  const stall = await Stall.open()
  const variations = ['V-1', 'V-2'].map((sku) => ({available_quantity: 2, attributes: skuOf(sku)}))
  const item = stall.list({variations})
  const {app} = stall.kit
  const session = await (await app.accounts.sessions()).open({sandbox: true})
  const {signal} = new AbortController()
  const {catalogue} = await app.store()
  return {
    stall,
    item,
    sync: async () => (await app.sync.products()).run(session, {sandbox: true, statuses: [], dryRun: false}),
    refresh: async () => (await app.catalogue.refreshProduct()).run(session, item.id, signal),
    skus: async () => (await catalogue.find(session.userId, item.id))?.variations?.map(({seller_sku}) => seller_sku),
  }
}

describe('a product that is refreshed while the multiget leaves out the SKUs of variations', () => {
  it('has those of the answer for the one item, and a sync keeps them', async () => {
    const {stall, sync, refresh, skus} = await openShop()
    await stall.control('/items/settings', {bulk_include_attributes: 'ignored'})
    await sync()
    expect(await skus()).toEqual([null, null])
    await refresh()
    expect(await skus()).toEqual(['V-1', 'V-2'])
    await sync()
    expect(await skus()).toEqual(['V-1', 'V-2'])
  })

  it('has a SKU as it is now, and none that was taken away', async () => {
    const {stall, item, sync, refresh, skus} = await openShop()
    await sync()
    expect(await skus()).toEqual(['V-1', 'V-2'])
    await stall.control('/items/settings', {bulk_include_attributes: 'ignored'})
    const [first, second] = item.variations
    stall.world.catalogue.update(item, {
      variations: [
        {id: first?.id, attributes: skuOf('V-9')},
        {id: second?.id, attributes: []},
      ],
    })
    await refresh()
    expect(await skus()).toEqual(['V-9', null])
  })
})
