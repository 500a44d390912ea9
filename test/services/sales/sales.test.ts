import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {Account, Store} from '../../../src/services/ports/index.js'
import {Orders} from '../../../src/services/sales/orders/orders.js'
import {RefreshOrder} from '../../../src/services/sales/orders/refresh-order.js'
import {RefreshSale} from '../../../src/services/sales/refresh-sale.js'
import {SaleIds} from '../../../src/services/sales/sale-ids.js'
import {LabelFiles} from '../../../src/services/sales/shipments/label-files.js'
import {RefreshShipment} from '../../../src/services/sales/shipments/refresh-shipment.js'
import {Shipments} from '../../../src/services/sales/shipments/shipments.js'
import {openStore} from '../../../src/store/open.js'
import {renderOrder} from '../../../src/ui/orders.js'
import {renderShipment} from '../../../src/ui/shipments.js'
import {wholeFiles} from '../../../src/ui/whole-files.js'
import {type HttpServer, json, startServer, text} from '../../support/http-server.js'
import {minutes, noon, seller} from '../../support/store-contract.js'
import {order} from '../../support/store-contract-orders.js'
import {shipment} from '../../support/store-contract-shipments.js'
import {tempHomes} from '../../support/temp-home.js'
import {quickHttp} from '../../support/wire.js'
import {plainPaper} from '../../ui/paper.js'

const newHome = tempHomes()
const [one, two, packId, shipmentId] = ['2000009000000001', '2000009000000002', '2000006000000001', '43700000001']
const clock = {now: () => noon}
const accounts = {list: async () => [{userId: seller, siteId: 'MEC', nickname: 'TIENDA', isTestUser: false} as Account]}
const choice = {sandbox: false}
const {signal} = new AbortController()

let store: Store
let server: HttpServer | undefined

beforeEach(async () => {
  store = await openStore({home: newHome()})
})
afterEach(async () => {
  await store.close()
  await server?.close()
  server = undefined
})

function local() {
  const {orders, shipments, syncLedger: ledger} = store
  return {
    orders: new Orders({accounts, ledger, clock, orders, shipments}),
    shipments: new Shipments({accounts, ledger, clock, orders, shipments}),
    ids: new SaleIds({orders, shipments}),
  }
}

/** A service that knows these paths alone; of an order or pack that it does not have it says so with a text for a cause. */
async function service(bodies: Record<string, unknown>) {
  server = await startServer((response, request) => {
    const body = bodies[request.url.split('?')[0] ?? '']
    const none = {cause: '', message: 'not found', error: 'not_found', status: 404}
    const reply = typeof body === 'string' ? text(body) : body === undefined ? json(none, 404) : json(body)
    reply(response, request)
  })
  const api = createMercadoLibre(quickHttp(server.origin))({current: async () => 'APP_USR-x'})
  const {ids} = local()
  const orders = new RefreshOrder({orders: store.orders, sink: store.orderSink, clock})
  const shipments = new RefreshShipment({orders: store.orders, sink: store.shipmentSink, clock})
  return {
    refresh: new RefreshSale({ids, orders, shipments}),
    session: {api, userId: seller},
    paths: () => server?.requests.map(({url}) => String(url).split('?')[0]) ?? [],
  }
}

const orderBody = (id: string) => ({
  id: Number(id),
  pack_id: Number(packId),
  status: 'paid',
  tags: ['pack_order'],
  seller: {id: seller},
  shipping: {id: Number(shipmentId)},
})
const packBody = {
  id: Number(packId),
  orders: [{id: Number(one)}, {id: Number(two)}],
  shipment: {id: Number(shipmentId)},
}
const atService = {
  [`/orders/${one}`]: orderBody(one),
  [`/orders/${two}`]: orderBody(two),
  [`/packs/${packId}`]: packBody,
  [`/shipments/${shipmentId}`]: {id: Number(shipmentId), status: 'shipped'},
  [`/shipments/${shipmentId}/orders`]: [one, two].map((id) => ({order_id: id, seller_id: seller, pack_id: 1})),
}

async function stored() {
  const same = {pack_id: packId, shipment_id: shipmentId, tags: ['pack_order']}
  const orders = [order({id: one, ...same}), order({id: two, ...same, date_created: minutes(1)})]
  await store.orderSink(seller).patch(orders, noon)
  await store.shipmentSink(seller).patch([shipment({id: shipmentId})], noon)
}

describe('a number in the local copy', () => {
  it.each([
    ['an order', one, 'order', [one]],
    ['a pack', packId, 'pack', [one, two]],
    ['a shipment', shipmentId, 'shipment', [one, two]],
  ])('of %s shows its orders', async (_, id, kind, ids) => {
    await stored()
    const page = await local().orders.show(choice, id)
    expect(page).toMatchObject({asked: {id, kind}, order: {id: one}, pack: {id: packId}, shipment: {id: shipmentId}})
    expect(page.orders.map((each) => each.id)).toEqual(ids)
    const shown = renderOrder(page, plainPaper())
    for (const each of ids) expect(shown).toContain(`Order ${each}`)
    if (kind !== 'order') expect(shown).toContain(`${id} is the number of a ${kind}; its 2 orders are:`)
  })

  it.each([
    ['an order', one, 'order'],
    ['a pack', packId, 'pack'],
    ['a shipment', shipmentId, 'shipment'],
  ])('of %s shows its shipment', async (_, id, kind) => {
    await stored()
    const page = await local().shipments.show(choice, id)
    expect(page).toMatchObject({asked: {id, kind}, shipment: {id: shipmentId}})
    const shown = renderShipment(page, plainPaper())
    expect(shown).toContain(`Shipment ${shipmentId}`)
    expect(shown.includes(`${id} is the number of its ${kind}`)).toBe(kind !== 'shipment')
  })

  it('of a pack or an order without a local shipment is named', async () => {
    await store
      .orderSink(seller)
      .patch([order({id: one, pack_id: packId, shipment_id: null}), order({id: two, shipment_id: shipmentId})], noon)
    const {shipments, orders} = local()
    const told = (id: string) => shipments.show(choice, id).catch(({message}: Error) => message)
    expect(await told(packId)).toBe(`${packId} is a pack that no shipment is known for`)
    expect(await told(one)).toBe(`${one} is an order that no shipment is known for`)
    expect(await told(two)).toBe(
      `${two} is an order, and its shipment ${shipmentId} is not among the local shipments of this account`,
    )
    await expect(orders.show(choice, '77')).rejects.toMatchObject({
      ...{code: 'MELI_ORDER_UNKNOWN', message: '77 is not among the local orders of this account'},
    })
    await store.orders.savePacks([{...emptyPack, id: '78'}], noon)
    await expect(orders.show(choice, '78')).rejects.toMatchObject({
      message: '78 is a pack, and its orders are not among the local orders of this account',
    })
  })
})

const emptyPack = {
  ...{user_id: seller, status: null, status_detail: null, shipment_id: null, order_ids: []},
  ...{date_created: null, last_updated: null},
}

describe('a number that is asked of the service', () => {
  it.each([
    ['a pack', packId, [`/orders/${packId}`, `/packs/${packId}`]],
    ['a shipment', shipmentId, [`/orders/${shipmentId}`, `/packs/${shipmentId}`, `/shipments/${shipmentId}/orders`]],
  ])('of %s brings its orders', async (_, id, first) => {
    const {refresh, session, paths} = await service(atService)
    await refresh.orders(session, id, signal)
    expect(paths().slice(0, first.length)).toEqual(first)
    expect((await local().orders.show(choice, packId)).orders.map((each) => each.id).sort()).toEqual([one, two])
  })

  it('of an order costs no more than before', async () => {
    const {refresh, session, paths} = await service(atService)
    await refresh.orders(session, one, signal)
    expect(paths()).toEqual([`/orders/${one}`, `/packs/${packId}`])
  })

  it('is not asked for as something that it is known not to be', async () => {
    await stored()
    const {refresh, session, paths} = await service(atService)
    await refresh.shipment(session, packId, signal)
    expect(paths()).toEqual([`/shipments/${shipmentId}`])
  })

  it.each([
    ['a pack', packId],
    ['an order', two],
  ])('of %s brings its shipment, and is found by that number from then on', async (_, id) => {
    const {refresh, session} = await service(atService)
    await refresh.shipment(session, id, signal)
    expect((await local().shipments.show(choice, id)).shipment).toMatchObject({id: shipmentId, status: 'shipped'})
  })

  it.each([
    ['a pack', packId, `/packs/${packId}`],
    ['a shipment', shipmentId, `/shipments/${shipmentId}/orders`],
  ])('of %s brings all its orders where a part of them is here', async (_, id, asked) => {
    await store
      .orderSink(seller)
      .patch([order({id: one, pack_id: packId, shipment_id: shipmentId, tags: ['pack_order']})], noon)
    const {refresh, session, paths} = await service(atService)
    await refresh.orders(session, id, signal)
    expect(paths()[0]).toBe(asked)
    expect((await local().orders.show(choice, id)).orders.map((each) => each.id).sort()).toEqual([one, two])
  })

  it('of a pack that the service no longer has brings the orders that are here', async () => {
    await stored()
    const {[`/packs/${packId}`]: _, ...rest} = atService
    const {refresh, session, paths} = await service(rest)
    await refresh.orders(session, packId, signal)
    expect(paths()).toEqual(expect.arrayContaining([`/orders/${one}`, `/orders/${two}`]))
  })

  it('of nothing is not found', async () => {
    const {refresh, session} = await service(atService)
    await expect(refresh.orders(session, '5', signal)).rejects.toMatchObject({code: 'MELI_NOT_FOUND'})
    await expect(refresh.shipment(session, '5', signal)).rejects.toMatchObject({code: 'MELI_NOT_FOUND'})
  })
})

describe('labels by the number of a sale', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meli-sale-labels-'))
  })
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  const print = async (ids: string[], bodies: Record<string, unknown>) => {
    const {session, paths} = await service(bodies)
    const labels = new LabelFiles({files: wholeFiles, ids: local().ids})
    const request = {format: 'zpl', file: join(folder, 'label.zpl'), force: false, signal} as const
    return {result: await labels.print(session, ids, request), paths}
  }

  it('are those of its shipment', async () => {
    await stored()
    const {result} = await print([packId, one], {...atService, '/shipment_labels': '^XA^XZ'})
    expect(result).toMatchObject({ok: true, printed: [shipmentId], refused: []})
    expect(readFileSync(join(folder, 'label.zpl'), 'utf8')).toContain('^XA')
  })

  it('say what a refused number is', async () => {
    const {result} = await print([packId, '5'], atService)
    expect(result.refused).toMatchObject([
      {shipment_id: packId, rule: `${packId} is a pack, whose shipment is ${shipmentId}`},
      {shipment_id: '5', rule: 'there is no shipment of this id'},
    ])
  })
})
