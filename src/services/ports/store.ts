import type {AccountStore, HeldGrantStore} from './accounts.js'
import type {BuyerData} from './buyers.js'
import type {Cache} from './cache.js'
import type {SyncedProduct} from './catalogue.js'
import type {InstallStore} from './installs.js'
import type {JobStore} from './jobs.js'
import type {ExchangeJournal} from './journal.js'
import type {LocalCatalogue} from './local-catalogue.js'
import type {LocalNames} from './local-names.js'
import type {LoginStore} from './login.js'
import type {NotificationInbox} from './notifications.js'
import type {OperatorStore} from './operators.js'
import type {LocalOrders, Order} from './orders.js'
import type {OverviewStore} from './overview.js'
import type {PushStore} from './pushes.js'
import type {LocalQuestions, Question} from './questions.js'
import type {RateBudget, Wait} from './rate-budget.js'
import type {LocalStock} from './selling.js'
import type {LocalShipments, Shipment} from './shipments.js'
import type {RecordPatch, RecordSink, RunSink} from './sinks.js'
import type {SyncLedger} from './sync.js'
import type {TestUserStore} from './test-users.js'
import type {Clock} from './time.js'
import type {WriteLog} from './writes.js'

/** Disk space that is set aside before a request whose answer is given only once. */
export interface SpaceClaim {
  /** Gives the space back, so that the answer can be stored in it. May be called again. */
  release(): Promise<void>
}

/** One open database. Opening is lazy outside; everything behind it is ready to use. */
export interface Store {
  readonly path: string
  /** Sentences about what is not as it should be, such as file modes that let others read. */
  readonly warnings: readonly string[]
  readonly accounts: AccountStore
  readonly heldGrants: HeldGrantStore
  readonly journal: ExchangeJournal
  readonly logins: LoginStore
  readonly testUsers: TestUserStore
  readonly syncLedger: SyncLedger
  /** The listings of one seller. */
  productSink(userId: number): RecordSink<SyncedProduct> & RecordPatch<SyncedProduct>
  readonly catalogue: LocalCatalogue
  readonly cache: Cache
  readonly names: LocalNames
  readonly inbox: NotificationInbox
  readonly jobs: JobStore
  readonly operators: OperatorStore
  readonly installs: InstallStore
  readonly pushes: PushStore
  readonly overview: OverviewStore
  readonly writeLog: WriteLog
  readonly localStock: LocalStock
  /** The questions that one seller received. */
  questionSink(userId: number): RunSink<Question> & RecordPatch<Question>
  readonly questions: LocalQuestions
  /** The orders of one seller. */
  orderSink(userId: number): RunSink<Order> & RecordPatch<Order>
  readonly orders: LocalOrders
  readonly buyers: BuyerData
  /** The shipments of one seller. */
  shipmentSink(userId: number): RunSink<Shipment> & RecordPatch<Shipment>
  readonly shipments: LocalShipments
  /** What this machine may send for one application. What it holds unused is given back when the store is closed. */
  rateBudget(clientId: string, options: RateBudgetOptions): RateBudget
  /** An online copy of the whole database, 0600; refuses an existing file (MELI_FILE_EXISTS). Bytes written. */
  backup(file: string): Promise<number>
  /** Room for an answer, claimed before the request is sent: MELI_STORAGE_FULL when there is none. */
  claimSpace(): Promise<SpaceClaim>
  /** Reads and writes, and fails with what is in the way: MELI_DATABASE_TOO_NEW, MELI_STORAGE_FULL and others. */
  probe(at: Date): Promise<void>
  close(): Promise<void>
}

export interface RateBudgetOptions {
  /** Requests in any 60 seconds, at most. */
  perMinute: number
  clock: Clock
  /** From 0 to less than 1; Math.random when left out. */
  random?: () => number
  onWait?: (wait: Wait) => void
}
