import {mayBeAlive} from '../core/holder.js'
import {once} from '../core/once.js'
import type {Identified} from '../services/sync/engine/parts.js'
import type {Synced} from '../services/sync/everything.js'
import type {ResourceSyncDeps} from '../services/sync/resource-sync.js'
import {applicationOf} from './application.js'
import {Context} from './context.js'

/** The wiring of sales: what changes something at the service, questions, orders and shipments. */
export class SellContext extends Context {
  readonly writeGuard = once(async () => {
    const {WriteGuard} = await import('../services/writes/guard.js')
    const accounts = async () => (await this.store()).accounts
    return new WriteGuard({sessions: await this.sessions(), terminal: this.terminal, accounts})
  })

  readonly history = once(async () => {
    const {History} = await import('../services/writes/history.js')
    const {keepHeapSmall} = await import('./small-heap.js')
    keepHeapSmall()
    const {writeLog: log, accounts, catalogue} = await this.store()
    return new History({log, accounts, catalogue, isAlive: mayBeAlive})
  })

  readonly rawCall = once(async () => {
    const {RawCall} = await import('../services/writes/raw/raw-call.js')
    const {origin} = this.config.apiUrl
    const {writeGuard: guard, writer} = this
    const clientId = () => this.config.clientId ?? applicationOf(this.config).clientId
    return new RawCall({sessions: await this.sessions(), guard, writer, clientId, origin})
  })

  readonly questionSync = once(async () => {
    const {questions, questionSink: sink} = await this.store()
    return this.resourceSync({
      resource: 'questions',
      source: ({api, userId}) => api.questions(userId, () => questions.toReadAgain(userId)),
      gone: (userId, ids, at) => questions.remove(userId, ids, at),
      sink,
    })
  })

  /** A sync of what the service lists, or gives, as whole records. */
  private async resourceSync<T extends Identified>(about: Omit<ResourceSyncDeps<T>, 'ledger' | 'clock' | 'process'>) {
    const {ResourceSync} = await import('../services/sync/resource-sync.js')
    const {keepHeapSmall} = await import('./small-heap.js')
    keepHeapSmall()
    const {syncLedger: ledger} = await this.store()
    const {clock, process} = this
    return new ResourceSync({...about, ledger, clock, process})
  }

  readonly orders = once(async () => {
    const {Orders} = await import('../services/sales/orders/orders.js')
    const {orders, shipments} = await this.store()
    return new Orders({...(await this.localReading()), orders, shipments})
  })

  readonly refreshOrder = once(async () => {
    const {RefreshOrder} = await import('../services/sales/orders/refresh-order.js')
    const {orders, orderSink: sink} = await this.store()
    return new RefreshOrder({orders, sink, clock: this.clock})
  })

  readonly orderSync = once(async () => {
    const {walkOrders} = await import('../services/sales/orders/walk-orders.js')
    const {orders, orderSink: sink} = await this.store()
    const {clock} = this
    return this.resourceSync({
      resource: 'orders',
      source: ({api, userId}, {dryRun}) => walkOrders({userId, orders, clock, dryRun, source: api.orders(userId)}),
      sink,
    })
  })

  readonly forgetBuyers = once(async () => {
    const {ForgetBuyers} = await import('../services/sales/buyers/forget-buyers.js')
    const {accounts, buyers} = await this.store()
    return new ForgetBuyers({accounts, buyers, clock: this.clock, terminal: this.terminal})
  })

  readonly shipments = once(async () => {
    const {Shipments} = await import('../services/sales/shipments/shipments.js')
    const {orders, shipments} = await this.store()
    return new Shipments({...(await this.localReading()), orders, shipments})
  })

  readonly refreshShipment = once(async () => {
    const {RefreshShipment} = await import('../services/sales/shipments/refresh-shipment.js')
    const {orders, shipmentSink: sink} = await this.store()
    return new RefreshShipment({orders, sink, clock: this.clock})
  })

  readonly saleIds = once(async () => {
    const {SaleIds} = await import('../services/sales/sale-ids.js')
    const {orders, shipments} = await this.store()
    return new SaleIds({orders, shipments})
  })

  readonly refreshSale = once(async () => {
    const {RefreshSale} = await import('../services/sales/refresh-sale.js')
    const [ids, orders, shipments] = await Promise.all([this.saleIds(), this.refreshOrder(), this.refreshShipment()])
    return new RefreshSale({ids, orders, shipments})
  })

  readonly shipmentSync = once(async () => {
    const {walkShipments} = await import('../services/sales/shipments/walk-shipments.js')
    const {orders, shipmentSink: sink} = await this.store()
    return this.resourceSync({
      resource: 'shipments',
      source: ({api, userId}) => walkShipments({userId, orders, source: api.shipments(userId)}),
      sink,
      // Orders name shipments that the service has no more: there is nothing to have.
      gone: async () => 0,
    })
  })

  readonly labelFiles = once(async () => {
    const {LabelFiles} = await import('../services/sales/shipments/label-files.js')
    const {wholeFiles} = await import('../ui/whole-files.js')
    return new LabelFiles({files: wholeFiles, ids: await this.saleIds()})
  })

  private readonly localItems = once(async () => {
    const {LocalItems} = await import('../services/writes/selling/item-changes.js')
    const {productSink: sink} = await this.store()
    return new LocalItems({sink, clock: this.clock})
  })

  readonly itemChanges = once(async () => {
    const {ItemChanges} = await import('../services/writes/selling/item-changes.js')
    const {localStock} = await this.store()
    const [writer, localItems, {clock}] = [await this.writer(), await this.localItems(), this]
    return new ItemChanges({writer, clock, localStock, localItems, random: Math.random})
  })

  readonly changeItem = once(async () => {
    const {ChangeItem} = await import('../services/writes/selling/change-item.js')
    const {catalogue} = await this.store()
    return new ChangeItem({guard: await this.writeGuard(), changes: await this.itemChanges(), catalogue})
  })

  readonly undo = once(async () => {
    const {Undo} = await import('../services/writes/undo.js')
    const {writeLog: log} = await this.store()
    return new Undo({guard: await this.writeGuard(), changes: await this.itemChanges(), log})
  })

  readonly questions = once(async () => {
    const {Questions} = await import('../services/sales/questions/questions.js')
    const {catalogue, questions, questionSink: sink} = await this.store()
    return new Questions({...(await this.localReading()), catalogue, questions, sink})
  })

  readonly answerQuestion = once(async () => {
    const {AnswerQuestion} = await import('../services/sales/questions/answer.js')
    const {questions, questionSink: sink} = await this.store()
    const [guard, writer] = [await this.writeGuard(), await this.writer()]
    return new AnswerQuestion({guard, writer, questions, sink, clock: this.clock})
  })

  /** A file of changes; `-` is standard input. */
  readonly recordFile = async (path: string, signal: AbortSignal) => {
    const {openRecordFile} = await import('../files/record-file.js')
    return openRecordFile(path, {stdin: process.stdin, signal})
  }

  readonly productPush = once(async () => {
    const {ProductPush} = await import('../services/writes/push/product-push.js')
    const {keepHeapSmall} = await import('./small-heap.js')
    keepHeapSmall()
    const {pushes, writeLog} = await this.store()
    const {clock, process} = this
    const [guard, changes, localItems] = [await this.writeGuard(), await this.itemChanges(), await this.localItems()]
    return new ProductPush({guard, changes, localItems, pushes, writeLog, clock, process})
  })

  readonly pushDryRun = once(async () => {
    const {PushDryRun} = await import('../services/writes/push/dry-run.js')
    return new PushDryRun({guard: await this.writeGuard(), changes: await this.itemChanges()})
  })

  readonly syncEverything = once(async () => {
    const {SyncEverything} = await import('../services/sync/everything.js')
    const {SyncAll} = await import('../services/sync/all.js')
    const {accounts, syncLedger: ledger} = await this.store()
    const [products, sessions] = [await this.productSync(), await this.sessions()]
    const {clock, config} = this
    const {accessToken} = config
    const ofProducts: Synced = {
      resource: 'products',
      run: (session, options) => products.run(session, {...options, statuses: []}),
    }
    const syncs = [ofProducts, await this.questionSync(), await this.orderSync(), await this.shipmentSync()]
    const everywhere = (productSync: Synced) =>
      new SyncAll({accounts, ledger, sessions, productSync, clock, accessToken})
    return new SyncEverything({syncs, everywhere, clock})
  })
}
