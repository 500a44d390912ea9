import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {Catalogue} from '../../../src/services/catalogue/catalogue.js'
import {Invalidate} from '../../../src/services/catalogue/invalidate.js'
import {localItem, serviceItem, variationNamed} from '../../../src/services/catalogue/named-items.js'
import type {Account, ItemState, Store} from '../../../src/services/ports/index.js'
import {History} from '../../../src/services/writes/history.js'
import {openStore} from '../../../src/store/open.js'
import {connect} from '../../support/connected.js'
import {noon, product, seller} from '../../support/store-contract.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
const accounts = {list: async () => [{userId: seller, siteId: 'MEC', nickname: 'TIENDA', isTestUser: false} as Account]}
const clock = {now: () => noon}
const choice = {sandbox: false}
let store: Store

beforeEach(async () => {
  store = await openStore({home: newHome()})
  await store
    .productSink(seller)
    .patch(
      [
        product({id: 'MEC1', seller_sku: 'CAM-001', title: 'Camisa'}),
        product({id: 'MEC2', seller_sku: 'CAM-0012'}),
        product({id: 'MEC3', seller_sku: 'DOS'}),
        product({id: 'MEC4', seller_sku: 'DOS'}),
        product({id: 'MEC5', seller_sku: 'VIEJO', status: 'closed'}),
        product({id: 'MEC6', seller_sku: 'VIEJO', status: 'paused'}),
      ],
      noon,
    )
})
afterEach(() => store.close())

describe('an item of the local catalogue', () => {
  const find = (name: string) => localItem(store.catalogue, seller, name)

  it.each([
    ['CAM-001', 'MEC1'],
    ['mec-77', 'MEC77'],
    ['https://articulo.mercadolibre.com.ec/MEC-123456-x-_JM', 'MEC123456'],
    ['VIEJO', 'MEC6'],
  ])('is found by %s', async (name, id) => {
    expect(await find(name)).toBe(id)
  })

  it.each([
    ['DOS', /^2 local products have the SKU DOS: MEC[34], MEC[34]$/, 'name one of them by its id'],
    ['cam-001 ', /^No local product of this account has the SKU cam-001$/, 'meli sync products'],
    ['2000009000000001', /has the SKU 2000009000000001$/, 'meli orders show 2000009000000001'],
  ])('is not found by %s', async (name, message, hint) => {
    await expect(find(name)).rejects.toMatchObject({
      ...{code: 'MELI_PRODUCT_UNKNOWN', message: expect.stringMatching(message)},
      suggestions: expect.arrayContaining([expect.stringContaining(hint)]),
    })
  })

  it('is shown, and marked, by its SKU', async () => {
    const {catalogue, questions, localStock: stock, syncLedger: ledger, cache, writeLog: log} = store
    const local = new Catalogue({accounts, ledger, clock, catalogue, questions, stock})
    expect(await local.show(choice, 'CAM-001')).toMatchObject({product: {id: 'MEC1'}})
    expect(await local.log(choice, 'CAM-001')).toMatchObject({id: 'MEC1', title: 'Camisa'})
    const marked = await new Invalidate({accounts, catalogue, cache, clock}).run(choice, ['CAM-001', 'MEC1', 'MEC9'])
    expect(marked).toMatchObject({known: 1, unknown: ['MEC9']})
    const history = new History({log, accounts, catalogue, isAlive: () => true})
    expect(await history.list({sandbox: false, sku: 'CAM-001', limit: 9})).toEqual({writes: [], total: 0})
    await expect(history.list({sandbox: false, sku: 'NADA', limit: 9})).rejects.toMatchObject({
      code: 'MELI_PRODUCT_UNKNOWN',
    })
  })
})

describe('an item of the service', () => {
  it('is found by its SKU', async () => {
    const {emulator, grant, http, close} = await connect({items: 3})
    try {
      const [item] = emulator.world.catalogue.listed(grant.userId)
      const api = createMercadoLibre(http)({current: async () => grant.accessToken})
      const sku = (await api.item(String(item?.id))).seller_sku
      expect(sku).not.toBeNull()
      expect(await serviceItem({api, userId: grant.userId, catalogue: store.catalogue}, String(sku))).toEqual({
        ...{id: item?.id, isLocal: false},
      })
      await expect(serviceItem({api, userId: grant.userId, catalogue: store.catalogue}, 'NADA')).rejects.toMatchObject({
        ...{code: 'MELI_PRODUCT_UNKNOWN', message: 'No listing of this account has the SKU NADA'},
      })
    } finally {
      await close()
    }
  })

  it('is looked for here where the search does not find it, or must not be trusted to', async () => {
    const asked: string[] = []
    const itemsWithSku = async (_: number, sku: string) => {
      asked.push(sku)
      return []
    }
    const search = {api: {itemsWithSku, itemStates: async () => []}, userId: seller, catalogue: store.catalogue}
    expect(await serviceItem(search, 'CAM-001')).toEqual({id: 'MEC1', isLocal: true})
    await expect(serviceItem(search, 'A,B')).rejects.toMatchObject({code: 'MELI_PRODUCT_UNKNOWN'})
    expect(asked).toEqual(['CAM-001'])
  })

  it('may have a variation of that SKU', () => {
    const variation = (id: number, seller_sku: string | null) => ({id, seller_sku})
    const state = {
      seller_sku: 'ENTERO',
      variations: [variation(1, 'AZUL'), variation(2, 'ROJO'), variation(3, 'ROJO'), variation(4, null)],
    } as unknown as ItemState
    expect(['AZUL', 'ROJO', 'ENTERO', 'NADA', 'MEC1'].map((name) => variationNamed(name, state))).toEqual([
      1,
      ...[undefined, undefined, undefined, undefined],
    ])
  })
})
