import {afterEach} from '@jest/globals'
import {systemClock} from '../../src/app/system-clock.js'
import {MeliError} from '../../src/core/errors.js'
import {newHolder} from '../../src/core/holder.js'
import type {ItemState, ListedPage, PushRow, RecordFile, Store} from '../../src/services/ports/index.js'
import type {Actor, WritePlan} from '../../src/services/writes/guard.js'
import {ProductPush, type PushOptions} from '../../src/services/writes/push/product-push.js'
import type {ChangeOptions, ChangeResult} from '../../src/services/writes/selling/item-changes.js'
import {stockName} from '../../src/services/writes/selling/step-values.js'
import type {Wanted} from '../../src/services/writes/selling/wanted.js'
import {openStore} from '../../src/store/open.js'
import {identity, seller} from './store-contract.js'
import {tempHomes} from './temp-home.js'

export {variation} from './store-contract.js'

export function itemState(id: string, changes: Partial<ItemState> = {}): ItemState {
  const about = {
    id,
    seller_id: seller,
    site_id: 'MEC',
    title: `Item ${id}`,
    currency_id: 'USD',
    sub_status: [],
    tags: [],
  }
  const values = {price: '10', available_quantity: 1, status: 'active', seller_sku: null, user_product_id: null}
  return {...about, ...values, variations: [], last_updated: null, ...changes}
}

/** A seller's listings, a store, and what was asked and sent. */
export class PushWorld {
  readonly items = new Map<string, ItemState>()
  readonly asked: WritePlan[] = []
  readonly sent: string[] = []
  /** Listings whose variations the multiget shows without their SKUs, and nothing searches by these. */
  readonly hidden = new Set<string>()
  /** Listings that were read singly. */
  readonly readSingly: string[] = []
  /** What a request for a single listing throws. */
  failSingly: MeliError | undefined
  /** The pages of ids that the account's listing answers; by default one page with all. */
  pages: (() => Iterable<ListedPage>) | undefined
  /** Pages that were listed. */
  listed = 0
  /** Listings that the service cannot show just now. */
  readonly unread = new Set<string>()
  private pushId = ''
  private underWay = 0
  most = 0
  /** Called before each change; what it throws is what became of it. */
  before: (id: string, wanted: Wanted) => Promise<void> | void = () => undefined
  /** Called before what became of lines is kept. */
  settling: (rows: Parameters<Store['pushes']['recordOutcomes']>[1]) => void = () => undefined
  confirm: Actor['confirm'] = async () => undefined

  private constructor(readonly store: Store) {}

  static async open(home: string, ...items: ItemState[]): Promise<PushWorld> {
    const world = new PushWorld(await openStore({home}))
    for (const item of items) world.items.set(item.id, item)
    return world
  }

  run(file: RecordFile, options: Partial<PushOptions> = {}) {
    const rest = {sandbox: false, skipBad: false, restart: false, signal: new AbortController().signal}
    return this.push.run(file, {...rest, ...options})
  }

  async rows(): Promise<PushRow[]> {
    const rows: PushRow[] = []
    for await (const row of this.store.pushes.rows(this.pushId)) rows.push(row)
    return rows
  }

  private get push(): ProductPush {
    const {store} = this
    const pushes = Object.assign(Object.create(store.pushes) as Store['pushes'], {
      open: async (request: Parameters<Store['pushes']['open']>[0]) => {
        const opened = await store.pushes.open(request)
        if (opened.opened) this.pushId = opened.push.id
        return opened
      },
      recordOutcomes: async (id: string, rows: Parameters<Store['pushes']['recordOutcomes']>[1]) => {
        this.settling(rows)
        await store.pushes.recordOutcomes(id, rows)
      },
    })
    return new ProductPush({
      guard: {open: async () => this.actor()},
      pushes,
      writeLog: store.writeLog,
      changes: {apply: (_, id, wanted, options) => this.apply(id, wanted, options)},
      localItems: {refresh: async () => ({failed: 0})},
      clock: systemClock,
      process: {newHolder},
    })
  }

  private actor(): Actor {
    const {items} = this
    const api = {
      requests: 0,
      itemStates: async (ids: readonly string[]) =>
        ids.map((id) => {
          const record = this.items.get(id)
          if (this.unread.has(id)) return {ok: false as const, id, status: 503, message: 'failing'}
          return record === undefined
            ? {ok: false as const, id, status: 404, message: 'not found'}
            : {ok: true as const, id, record: this.hidden.has(id) ? withoutSkus(record) : record}
        }),
      item: async (id: string) => {
        this.readSingly.push(id)
        if (this.failSingly !== undefined) throw this.failSingly
        return this.itemNow(id)
      },
      items: () => {
        const traffic = {requests: 0}
        const pages = this.pages ?? (() => [{ids: [...items.keys()], total: items.size, cursor: null}])
        const count = () => {
          traffic.requests += 1
          this.listed += 1
        }
        return {
          traffic,
          list: async function* () {
            for (const page of pages()) {
              count()
              yield page
            }
          },
        }
      },
      itemsWithSku: async (_: number, sku: string) =>
        [...this.items.values()]
          .filter((item) => [item, ...this.searched(item)].some(({seller_sku}) => seller_sku === sku))
          .map(({id}) => id),
    }
    return {
      session: {api: api as unknown as Actor['session']['api'], userId: seller},
      identity: identity(),
      sandbox: false,
      confirm: async (plan, signal) => {
        this.asked.push(plan)
        await this.confirm(plan, signal)
      },
    }
  }

  private searched({id, variations}: ItemState) {
    return this.hidden.has(id) ? [] : variations
  }

  private itemNow(id: string): ItemState {
    const item = this.items.get(id)
    if (item === undefined) throw new MeliError('MELI_NOT_FOUND', `no item ${id}`)
    return item
  }

  private async apply(id: string, wanted: Wanted, {signal, pushId}: ChangeOptions): Promise<ChangeResult> {
    signal?.throwIfAborted()
    let set: Pick<ChangeResult, 'before' | 'after'>
    this.underWay += 1
    this.most = Math.max(this.most, this.underWay)
    try {
      await new Promise(setImmediate)
      await this.before(id, wanted)
      const before = this.itemNow(id)
      this.set(id, wanted)
      set = await this.log(before, wanted, pushId)
      this.sent.push(
        [id, ...(wanted.quantities?.keys() ?? []), ...(wanted.variationId ? [wanted.variationId] : [])].join('/'),
      )
    } finally {
      this.underWay -= 1
    }
    const about = {user_id: seller, nickname: 'TIENDA_QUITO', item_id: id, title: null, currency_id: null}
    const rest = {variation_id: null, requests: [], attempts: 1, write_ids: [], notes: [], warnings: []}
    return {...about, ...rest, ...set, before: {}, changed: true}
  }

  private async log(item: ItemState, {price, quantity, quantities, status, variationId}: Wanted, pushId = '') {
    const stock = item.variations.find((each) => each.id === variationId) ?? item
    const after = {
      ...(price !== undefined && {price}),
      ...(quantity !== undefined && {available_quantity: quantity}),
      ...Object.fromEntries([...(quantities ?? [])].map(([each, many]) => [stockName(each), many])),
      ...(status !== undefined && {status}),
    }
    const before = {price: item.price, available_quantity: stock.available_quantity, status: item.status}
    const about = {
      at: new Date(),
      userId: seller,
      nickname: 'TIENDA_QUITO',
      isTestUser: false,
      command: 'products push',
    }
    const request = {action: 'stock', method: 'PUT', path: `/items/${item.id}`, body: null, undoes: null} as const
    const rest = {subject: item.id, variationId: variationId ?? null, before, after, pushId, holder: 'here:1:1'}
    const id = await this.store.writeLog.begin({...about, ...request, ...rest})
    const end = {at: new Date(), outcome: 'done', status: 200, errorCode: null, message: null} as const
    await this.store.writeLog.end(id, end)
    return {before, after}
  }

  /** As the service would have it after the change. */
  set(id: string, {price, quantity, quantities, status, variationId}: Wanted): void {
    const item = this.itemNow(id)
    const variations = item.variations.map((each) => {
      const stock = each.id === variationId ? quantity : quantities?.get(each.id)
      return stock === undefined ? each : {...each, available_quantity: stock}
    })
    const values = {
      ...(price !== undefined && {price}),
      ...(status !== undefined && {status}),
      ...(quantity !== undefined && variationId === undefined && {available_quantity: quantity}),
    }
    this.items.set(id, {...item, ...values, variations})
  }
}

function withoutSkus(item: ItemState): ItemState {
  const variations = item.variations.map((each) => ({...each, seller_sku: null}))
  return {...item, variations, lacksVariationSkus: true}
}

/** Opens worlds with these listings; each is closed behind the test that opened it. */
export function pushWorlds(): (...items: ItemState[]) => Promise<PushWorld> {
  const newHome = tempHomes()
  const open: PushWorld[] = []
  afterEach(async () => {
    for (const world of open.splice(0)) await world.store.close()
  })
  return async (...items) => {
    const world = await PushWorld.open(newHome(), ...items)
    open.push(world)
    return world
  }
}
