import type {AccountStore, HeldGrantStore, RefreshJournal} from './accounts.js'
import type {Product, ProductStore, SyncRunStore} from './catalogue.js'
import type {LocalCatalogue} from './local-catalogue.js'
import type {LoginStore} from './login.js'
import type {Cache, RecordSink, SyncLedger} from './sync.js'
import type {TestUserStore} from './test-users.js'

/** One open database. Opening is lazy outside; everything behind it is ready to use. */
export interface Store {
  readonly path: string
  /** Sentences about what is not as it should be, such as file modes that let others read. */
  readonly warnings: readonly string[]
  readonly accounts: AccountStore
  readonly heldGrants: HeldGrantStore
  readonly journal: RefreshJournal
  readonly logins: LoginStore
  readonly testUsers: TestUserStore
  readonly products: ProductStore
  readonly syncRuns: SyncRunStore
  readonly syncLedger: SyncLedger
  /** The listings of one seller. */
  productSink(userId: number): RecordSink<Product>
  readonly catalogue: LocalCatalogue
  readonly cache: Cache
  /** An online copy of the whole database, 0600; refuses an existing file (MELI_FILE_EXISTS). Bytes written. */
  backup(file: string): Promise<number>
  close(): Promise<void>
}
