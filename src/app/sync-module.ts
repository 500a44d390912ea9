import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import type {Identified} from '../services/sync/active-run.js'
import type {SyncAllDeps} from '../services/sync/all.js'
import type {Synced} from '../services/sync/everything.js'
import type {ResourceSyncDeps} from '../services/sync/resource-sync.js'
import type {AccountsModule} from './accounts-module.js'
import {keepHeapSmall} from './small-heap.js'
import type {World} from './world.js'

export type SyncModule = ReturnType<typeof syncModule>

/** Syncs of each resource for one account, of all resources, and of all accounts. */
export function syncModule(world: World, {sessions}: AccountsModule) {
  const {config, clock, store} = world
  const products = once(() => productSync(world))
  const {questions, orders, shipments} = saleSyncs(world)
  const allAccounts = async () => {
    const {SyncAll} = await import('../services/sync/all.js')
    const {accounts, syncLedger: ledger} = await store()
    const opening = await sessions()
    const {accessToken} = config
    return (productSync: SyncAllDeps['productSync']) =>
      new SyncAll({accounts, ledger, sessions: opening, productSync, clock, accessToken})
  }
  return {
    products,
    questions,
    orders,
    shipments,
    productsOfAllAccounts: once(async () => (await allAccounts())(await products())),
    everything: once(async () => {
      const {SyncEverything} = await import('../services/sync/everything.js')
      const productSync = await products()
      const allProducts: Synced = {
        resource: 'products',
        run: (session, options) => productSync.run(session, {...options, statuses: []}),
      }
      const syncs = [allProducts, await questions(), await orders(), await shipments()]
      return new SyncEverything({syncs, everywhere: await allAccounts(), clock})
    }),
    runs: once(async () => {
      const {SyncRuns} = await import('../services/sync/runs.js')
      const {accounts, syncLedger: ledger} = await store()
      return new SyncRuns({accounts, ledger, isAlive: mayBeAlive, clock})
    }),
    /** Whether a `meli serve` is at work on this database. */
    async serving(): Promise<'running' | 'none' | 'unknown'> {
      const {servingOf} = await import('../services/sync/schedule/serving.js')
      const {jobs} = await store()
      return servingOf(await jobs.list(), {now: clock.now(), isAlive: mayBeAlive})
    },
  }
}

async function productSync({clock, process, store, rateBudget}: World) {
  const {ProductSync} = await import('../services/sync/product-sync.js')
  keepHeapSmall()
  const {syncLedger: ledger, cache, productSink: sink} = await store()
  const activity = () => performance.eventLoopUtilization()
  return new ProductSync({ledger, cache, sink, clock, process, budget: await rateBudget(), activity})
}

function saleSyncs(world: World) {
  const {clock, store} = world
  return {
    questions: once(async () => {
      const {questions, questionSink: sink} = await store()
      return resourceSync(world, {
        resource: 'questions',
        source: ({api, userId}) => api.questions(userId, () => questions.toReadAgain(userId)),
        gone: (userId, ids, at) => questions.remove(userId, ids, at),
        sink,
      })
    }),
    orders: once(async () => {
      const {walkOrders} = await import('../services/sales/orders/walk-orders.js')
      const {orders, orderSink: sink} = await store()
      return resourceSync(world, {
        resource: 'orders',
        source: ({api, userId}, {dryRun}) => walkOrders({userId, orders, clock, dryRun, source: api.orders(userId)}),
        sink,
      })
    }),
    shipments: once(async () => {
      const {walkShipments} = await import('../services/sales/shipments/walk-shipments.js')
      const {orders, shipmentSink: sink} = await store()
      return resourceSync(world, {
        resource: 'shipments',
        source: ({api, userId}) => walkShipments({userId, orders, source: api.shipments(userId)}),
        sink,
        // Orders name shipments that the service has no more: there is nothing to have.
        gone: async () => 0,
      })
    }),
  }
}

/** A sync of records that the service gives whole, as a list or one by one. */
async function resourceSync<T extends Identified>(
  {clock, process, store}: World,
  resource: Omit<ResourceSyncDeps<T>, 'ledger' | 'clock' | 'process'>,
) {
  const {ResourceSync} = await import('../services/sync/resource-sync.js')
  keepHeapSmall()
  const {syncLedger: ledger} = await store()
  return new ResourceSync({...resource, ledger, clock, process})
}
