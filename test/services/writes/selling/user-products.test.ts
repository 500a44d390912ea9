import {describe, expect, it} from '@jest/globals'
import {Stall} from '../../../support/stall.js'
import {refusal} from '../../../support/toolkit.js'

const family = {user_product_id: 'MLAU12', family_name: 'Sombrero de paja'}

/** A seller of user products in Argentina, with two items of one product. */
async function open(tags: string[] = ['user_product_seller'], siteId = 'MLA') {
  const stall = await Stall.open({siteId, tags})
  const product = {...family, user_product_id: `${siteId}U12`}
  const [first, second] = [stall.list(product), stall.list(product)]
  await stall.control('/items/settings', {lock_window_ms: 0})
  return {stall, id: first.id, sibling: second.id, product: `${siteId}U12`}
}

describe('the stock of a user product', () => {
  it('is set with its version, for all items that share it', async () => {
    const {stall, id, sibling, product} = await open()
    const result = await stall.apply(id, {quantity: 9})
    expect(result).toMatchObject({
      ...{changed: true, attempts: 1, before: {available_quantity: 5}, after: {available_quantity: 9}},
      requests: [
        {
          path: `/user-products/${product}/stock/type/selling_address`,
          headers: {'x-version': expect.any(String)},
          body: {quantity: 9},
        },
      ],
      notes: [expect.stringContaining(product)],
    })
    expect([stall.now(id).available_quantity, stall.now(sibling).available_quantity]).toEqual([9, 9])
    const {localStock} = await stall.kit.app.store()
    expect(await localStock.find(stall.actor.identity.userId, product)).toMatchObject({
      locations: [{type: 'selling_address', quantity: 9}],
    })
  })

  it('is read and set again when its version is old', async () => {
    const {stall, id, product} = await open()
    const meanwhile = () =>
      stall.control(`/user-products/${product}`, {locations: [{type: 'selling_address', quantity: 4}]})
    const result = await stall.apply(id, {quantity: 9}, {confirm: async () => void (await meanwhile())})
    expect(result).toMatchObject({attempts: 2})
    expect(stall.sent.map((line) => line.slice(-3))).toEqual(['409', '200'])
    expect(stall.now(id).available_quantity).toBe(9)
  })

  it('is not written twice after a lost answer, though the items follow later', async () => {
    const {stall, id, product} = await open()
    await stall.control('/user-products/settings', {copy_delay_ms: 600_000})
    const path = `/user-products/${product}/stock/type/selling_address`
    stall.world.faults.add({method: 'PUT', path, fault: {type: 'drop-after-commit'}})
    expect(await stall.apply(id, {quantity: 9})).toMatchObject({changed: true, attempts: 1})
    expect(stall.sent).toHaveLength(1)
  })

  it('goes along with a price, each by its own request', async () => {
    const {stall, id, product} = await open()
    const {requests} = await stall.apply(id, {quantity: 9, price: '30'})
    expect(requests.map(({path}) => path)).toEqual([`/items/${id}`, expect.stringContaining(product)])
    expect(stall.now(id)).toMatchObject({price: 30, available_quantity: 9})
  })

  it('goes by the item where the service has no such way', async () => {
    const {stall, id} = await open(['user_product_seller'], 'MEC')
    const {requests} = await stall.apply(id, {quantity: 9})
    expect(requests).toMatchObject([{path: `/items/${id}`, body: {available_quantity: 9}}])
    expect(stall.now(id).available_quantity).toBe(9)
  })

  it('waits out a hundred requests a minute', async () => {
    const {stall, id, product} = await open()
    await stall.control('/user-products/settings', {requests_per_minute: 2})
    await stall.actor.session.api.userProductStock(product)
    expect(await stall.apply(id, {quantity: 9})).toMatchObject({changed: true})
    expect(stall.sent.map((line) => line.slice(-3))).toContain('429')
    expect(stall.now(id).available_quantity).toBe(9)
  })

  it('in a warehouse of the service is not touched', async () => {
    const {stall, id, product} = await open()
    const places = [
      {type: 'selling_address', quantity: 2},
      {type: 'meli_facility', quantity: 3},
    ]
    await stall.control(`/user-products/${product}`, {locations: places})
    await stall.apply(id, {quantity: 9})
    const {localStock} = await stall.kit.app.store()
    expect(await localStock.find(stall.actor.identity.userId, product)).toMatchObject({
      locations: [{quantity: 6}, {quantity: 3}],
    })
    expect(await refusal(stall.apply(id, {quantity: 1}))).toMatchObject({details: {rule: 'facility_stock'}})
    await stall.control(`/user-products/${product}`, {locations: [{type: 'meli_facility', quantity: 3}]})
    expect(await refusal(stall.apply(id, {quantity: 7}))).toMatchObject({details: {rule: 'facility_stock'}})
  })
})

describe('the stock of a seller with several warehouses', () => {
  const seller = ['user_product_seller', 'warehouse_management']

  it('is set at one of them', async () => {
    const {stall, id, product} = await open(seller)
    const {userId} = stall.actor.identity
    const [north, south] = [`${userId}01`, `${userId}02`]
    const places = [north, south].map((store_id) => ({type: 'seller_warehouse', quantity: 2, store_id}))
    await stall.control(`/user-products/${product}`, {locations: places})
    const error = await refusal(stall.apply(id, {quantity: 9}))
    expect(error).toMatchObject({details: {rule: 'several_places'}})
    expect(error.suggestions).toEqual([`--place ${north} has 2`, `--place ${south} has 2`])
    const result = await stall.apply(id, {quantity: 9, place: south})
    expect(result).toMatchObject({before: {place: south, place_quantity: 2}, after: {place_quantity: 9}})
    expect(stall.now(id).available_quantity).toBe(11)
    expect(await stall.apply(id, {quantity: 9, place: south})).toMatchObject({changed: false})
  })
})
