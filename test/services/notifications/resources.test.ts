import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {MeliError} from '../../../src/core/errors.js'
import {Intake} from '../../../src/services/notifications/intake.js'
import {resourceRefresh} from '../../../src/services/notifications/kinds.js'
import {NotificationWorker} from '../../../src/services/notifications/worker.js'
import type {
  Fetched,
  MercadoLibre,
  Order,
  Question,
  Shipment,
  Store,
  SyncedProduct,
  UserProductStock,
} from '../../../src/services/ports/index.js'
import {openStore} from '../../../src/store/open.js'
import {AlarmClock} from '../../support/alarm-clock.js'
import {link, minutes, noon, product, seller} from '../../support/store-contract.js'
import {order} from '../../support/store-contract-orders.js'
import {question} from '../../support/store-contract-questions.js'
import {shipment} from '../../support/store-contract-shipments.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
const clientId = '4242'
const stranger = 666

/** A service that has what a test puts there; all else it does not have. */
class Service {
  readonly requests: string[] = []
  readonly orders = new Map<string, Order | MeliError>()
  readonly questions = new Map<string, Question | MeliError>()
  readonly shipments = new Map<string, Shipment | MeliError>()
  readonly sellers = new Map<string, number[]>()
  readonly stocks = new Map<string, UserProductStock | MeliError>()
  readonly items = new Map<string, {product: SyncedProduct; owner: number}>()

  readonly api = {
    order: async (_: number, id: string) => this.give(`order ${id}`, this.orders.get(id)),
    question: async (_: number, id: string) => this.give(`question ${id}`, this.questions.get(id)),
    shipment: async (_: number, id: string) => this.give(`shipment ${id}`, this.shipments.get(id)),
    shipmentOrders: async (id: string) => ({
      sellers: await this.give(`sellers ${id}`, this.sellers.get(id) ?? []),
      orderIds: [],
    }),
    userProductStock: async (id: string) => this.give(`stock ${id}`, this.stocks.get(id)),
    items: () => ({
      fetch: async (ids: readonly string[]): Promise<Fetched<SyncedProduct>[]> => {
        if (ids.length > 0) this.requests.push(`items ${ids.join(' ')}`)
        return ids.map((id) => {
          const item = this.items.get(id)
          return item === undefined
            ? {ok: false, id, status: 404, message: 'gone'}
            : {ok: true, id, record: item.product}
        })
      },
      owners: async (ids: readonly string[]) =>
        new Map(ids.flatMap((id) => (this.items.has(id) ? [[id, this.items.get(id)!.owner]] : []))),
    }),
  } as unknown as MercadoLibre

  private async give<T>(request: string, answer: T | MeliError | undefined): Promise<T> {
    this.requests.push(request)
    if (answer instanceof MeliError) throw answer
    if (answer === undefined) throw new MeliError('MELI_NOT_FOUND', 'not there')
    return answer
  }
}

const forbidden = () => new MeliError('MELI_FORBIDDEN', 'Mercado Libre answered 403: access denied')

let store: Store
let clock: AlarmClock
let service: Service
let intake: Intake
let stop: AbortController
let running: Promise<void>

beforeEach(async () => {
  store = await openStore({home: newHome()})
  await store.accounts.link(link({clientId}))
  clock = new AlarmClock(noon)
  service = new Service()
  const {accounts, inbox} = store
  const auth = {tokenSource: () => ({current: async () => 'APP_USR-x'})}
  const resources = resourceRefresh({store, accounts, auth, connect: () => service.api, clock})
  const process = {newHolder: () => 'elsewhere:1:x'}
  const worker = new NotificationWorker({inbox, resources, clock, process, random: () => 0.5})
  intake = new Intake({accounts, inbox, clock, clientId, onWork: () => worker.wake()})
  stop = new AbortController()
  running = worker.run(stop.signal)
})

afterEach(async () => {
  stop.abort()
  await clock.advance(0)
  await running
  await store.close()
})

let told = 0
function tellMany(topic: string, resources: readonly string[]): void {
  for (const resource of resources) {
    told += 1
    const body = {_id: `n-${told}`, resource, user_id: seller, topic, application_id: Number(clientId)}
    void intake.receive(body)
  }
}
async function tell(topic: string, ...resources: string[]): Promise<void> {
  tellMany(topic, resources)
  await clock.advance(200)
}
/** Oldest first. */
const works = async () => (await store.inbox.list({userId: seller, limit: 20_000})).reverse()

describe('a notification', () => {
  it('of an order brings that order and nothing else', async () => {
    service.orders.set('2000001', order({id: '2000001'}))
    await tell('orders_v2', '/orders/2000001')
    expect(service.requests).toEqual(['order 2000001'])
    expect(await store.orders.find(seller, '2000001')).toMatchObject({
      total_amount: '12345678901234.10',
      status: 'paid',
    })
    expect(await works()).toMatchObject([{state: 'done', error_code: null}])
  })

  it('of a question brings it, and takes away one that is gone', async () => {
    service.questions.set('11', question({id: '11'}))
    await tell('questions', '/questions/11')
    expect(await store.questions.find(seller, '11')).toMatchObject({status: 'UNANSWERED', removed_at: null})
    service.questions.delete('11')
    await tell('questions', '/questions/11', '/questions/12')
    expect(await store.questions.find(seller, '11')).toMatchObject({removed_at: expect.any(Date)})
    expect(await works()).toMatchObject([
      {error_code: null},
      {error_code: 'MELI_NOT_FOUND'},
      {error_code: 'MELI_NOT_FOUND'},
    ])
  })

  it('of a shipment brings it when the account sells what is in it', async () => {
    service.shipments.set('44', shipment({id: '44'}))
    service.sellers.set('44', [seller])
    await tell('shipments', '/shipments/44')
    expect(await store.shipments.find(seller, '44')).toMatchObject({city: 'Quito'})
    service.shipments.set('44', shipment({id: '44', status: 'shipped', last_updated: minutes(1)}))
    await tell('shipments', '/shipments/44')
    expect(await store.shipments.find(seller, '44')).toMatchObject({status: 'shipped'})
    // Once it is here, nobody is asked whose it is.
    expect(service.requests).toEqual(['shipment 44', 'sellers 44', 'shipment 44'])
  })

  it('of a shipment that a local order names needs no asking', async () => {
    await store.orderSink(seller).patch([order({id: '7', shipment_id: '44'})], noon)
    service.shipments.set('44', shipment({id: '44'}))
    await tell('shipments', '/shipments/44')
    expect(service.requests).toEqual(['shipment 44'])
    expect(await store.shipments.find(seller, '44')).toBeDefined()
  })

  it('of a shipment that is not linked to its order yet is tried again', async () => {
    service.shipments.set('44', shipment({id: '44'}))
    await tell('shipments', '/shipments/44')
    expect(await works()).toMatchObject([{state: 'waiting', failures: 1, error_code: 'MELI_ANSWER_UNUSABLE'}])
    service.sellers.set('44', [seller])
    await clock.advance(10_000)
    expect(await works()).toMatchObject([{state: 'done'}])
  })

  it('of stock brings the stock by location, and the items that share it', async () => {
    await store
      .productSink(seller)
      .patch([product({id: 'MEC1', user_product_id: 'MECU7'}), product({id: 'MEC2'})], noon)
    const places = [{type: 'selling_address', quantity: 4, store_id: null, network_node_id: null}]
    service.stocks.set('MECU7', {id: 'MECU7', user_id: seller, version: '3', locations: places})
    const fresh = product({id: 'MEC1', user_product_id: 'MECU7', available_quantity: 4, last_updated: minutes(1)})
    service.items.set('MEC1', {product: fresh, owner: seller})
    await tell('stock-locations', '/user-products/MECU7/stock')
    expect(service.requests).toEqual(['stock MECU7', 'items MEC1'])
    expect(await store.localStock.find(seller, 'MECU7')).toMatchObject({locations: places})
    expect(await store.catalogue.find(seller, 'MEC1')).toMatchObject({available_quantity: 4})
  })

  it('of a topic that nobody looks after is kept', async () => {
    await tell('payments', '/collections/1')
    await tell('orders_v2', '/orders/1/../../users/me')
    expect(await works()).toMatchObject([{state: 'kept'}, {state: 'kept'}])
    expect(service.requests).toEqual([])
  })
})

describe('what fails', () => {
  it('leaves works of other kinds alone', async () => {
    service.orders.set('1', order({id: '1'}))
    service.questions.set('2', new MeliError('MELI_TIMED_OUT', 'slow'))
    tellMany('orders_v2', ['/orders/1'])
    tellMany('questions', ['/questions/2'])
    await clock.advance(200)
    expect(await works()).toMatchObject([{state: 'done'}, {state: 'waiting', error_code: 'MELI_TIMED_OUT'}])
  })

  it('for all is not asked for again by each', async () => {
    const ids = Array.from({length: 12}, (_, n) => String(n + 1))
    for (const id of ids) service.orders.set(id, new MeliError('MELI_RATE_LIMITED', 'slow down'))
    await tell('orders_v2', ...ids.map((id) => `/orders/${id}`))
    expect(service.requests.length).toBeLessThanOrEqual(4)
    expect((await works()).every(({state, failures}) => state === 'waiting' && failures === 1)).toBe(true)
  })

  it('with a refusal is tried again where the record is here, and is the end where it is not', async () => {
    service.orders.set('1', order({id: '1'}))
    await tell('orders_v2', '/orders/1')
    for (const id of ['1', '2']) service.orders.set(id, forbidden())
    await tell('orders_v2', '/orders/1', '/orders/2')
    expect(await works()).toMatchObject([
      {state: 'done', error_code: null},
      {state: 'waiting', error_code: 'MELI_FORBIDDEN'},
      {state: 'done', error_code: 'MELI_FORBIDDEN'},
    ])
  })
})

describe('a flood of ids of others', () => {
  const count = 400
  const ids = Array.from({length: count}, (_, n) => String(5_000 + n))

  it.each([
    ['orders_v2', (id: string) => `/orders/${id}`, 'seller_order'],
    ['questions', (id: string) => `/questions/${id}`, 'question'],
    ['shipments', (id: string) => `/shipments/${id}`, 'shipment'],
    ['stock-locations', (id: string) => `/user-products/MECU${id}/stock`, 'user_product_stock'],
    ['items', (id: string) => `/items/MEC${id}`, 'product'],
  ])('of %s writes nothing, comes to its end at once, and costs two requests each at most', async (topic, resource) => {
    for (const [n, id] of ids.entries()) {
      // As a stranger sees them: hidden, or shown since the account is the buyer.
      service.orders.set(id, forbidden())
      service.questions.set(id, n % 2 === 0 ? forbidden() : question({id, user_id: stranger}))
      service.shipments.set(id, n % 2 === 0 ? forbidden() : shipment({id}))
      service.sellers.set(id, [stranger])
      service.stocks.set(`MECU${id}`, {id: `MECU${id}`, user_id: stranger, version: '1', locations: []})
      service.items.set(`MEC${id}`, {product: product({id: `MEC${id}`}), owner: stranger})
    }
    tellMany(topic, ids.map(resource))
    await clock.advance(60_000)
    const all = await works()
    expect(all).toHaveLength(count)
    expect(all.filter(({state}) => state !== 'done')).toEqual([])
    expect(all.every(({error_code}) => error_code === 'MELI_FORBIDDEN' || error_code === 'MELI_WRONG_ACCOUNT')).toBe(
      true,
    )
    expect(service.requests.length).toBeLessThanOrEqual(2 * count)
    expect([
      await store.orders.count({userId: seller}),
      await store.questions.count({userId: seller, removed: true}),
      await store.shipments.count({userId: seller}),
      await store.catalogue.count({userId: seller, removed: true}),
      await store.localStock.find(seller, `MECU${ids[0]}`),
    ]).toEqual([0, 0, 0, 0, undefined])
    // Long after, nothing of it comes back.
    const {length} = service.requests
    await clock.advance(2 * 3_600_000)
    expect(service.requests).toHaveLength(length)
  })
})
