import {dirname, join, resolve} from 'node:path'
import {assertOwned, type Runner, thisUser} from '../core/file-owner.js'
import type {Store} from '../services/ports/index.js'
import {keySource} from './key.js'
import {looseModes, makePrivateDirectory} from './modes.js'
import {claimSpace} from './space.js'
import {SqliteAccounts} from './sqlite/accounts.js'
import {backup} from './sqlite/backup.js'
import {SqliteBuyers} from './sqlite/buyers.js'
import {SqliteCache} from './sqlite/cache.js'
import {SqliteCatalogue} from './sqlite/catalogue.js'
import {connect, connectForBulk, connectForReceipts, connectForSales} from './sqlite/connect.js'
import {SqliteHeldGrants} from './sqlite/held-grants.js'
import {SqliteInstalls} from './sqlite/installs.js'
import {SqliteJobs} from './sqlite/jobs.js'
import {SqliteJournal} from './sqlite/journal.js'
import {SqliteLocalStock} from './sqlite/local-stock.js'
import {SqliteLogins} from './sqlite/logins.js'
import {SqliteNames} from './sqlite/names.js'
import {SqliteNotifications} from './sqlite/notifications.js'
import {SqliteOperators} from './sqlite/operators.js'
import {orderSink} from './sqlite/order-sink.js'
import {SqliteOrders} from './sqlite/orders.js'
import {SqliteOverview} from './sqlite/overview.js'
import {probe} from './sqlite/probe.js'
import {SqliteProductSink} from './sqlite/product-sink.js'
import {SqlitePushes} from './sqlite/pushes.js'
import {questionSink, SqliteQuestions} from './sqlite/questions.js'
import {SqliteRateBudget} from './sqlite/rate-budget.js'
import {Session} from './sqlite/session.js'
import {SqliteShipments, shipmentSink} from './sqlite/shipments.js'
import {SqliteSyncLedger} from './sqlite/sync-run-store.js'
import {SqliteTestUsers} from './sqlite/test-users.js'
import {Vault} from './sqlite/vault.js'
import {SqliteWriteLog} from './sqlite/write-log.js'
import {translate} from './translate.js'

export interface StoreOptions {
  /** The folder for everything; made, 0700, when there is none. */
  home: string
  /** Path of the database; `meli.db` in `home` when left out. */
  file?: string
  /** 32 bytes, base64. Wins over the key file. */
  encryptionKey?: string | undefined
  /** `key` in `home` when left out; made when something is sealed for the first time. */
  keyFile?: string
  /** The user who runs the program, and who else is trusted with its files. The user of this process when left out. */
  runner?: Runner
}

/**
 * Opens the database, made or migrated first where needed; safe to do in many processes at once.
 * Errors: MELI_DATABASE_TOO_NEW, MELI_DATABASE_UNREADABLE, MELI_DATABASE_BUSY, MELI_STORAGE_FULL,
 * MELI_STORAGE_READ_ONLY, MELI_FOREIGN_OWNER. The encryption key is not read here, so a wrong one shows at the first secret.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const home = resolve(options.home)
  const path = resolve(options.file ?? join(home, 'meli.db'))
  const keyFile = resolve(options.keyFile ?? join(home, 'key'))
  makeFolders([home, dirname(path)])
  const kept = [home, dirname(path), path, `${path}-wal`, ...(options.encryptionKey === undefined ? [keyFile] : [])]
  assertOwned(kept, options.runner ?? thisUser())

  const client = await connect(path)
  const session = new Session(() => client, path)
  const bulk = new Session(() => connectForBulk(path), path)
  const receipts = new Session(() => connectForReceipts(path), path)
  const sales = new Session(() => connectForSales(path), path)
  const budgets: SqliteRateBudget[] = []
  const ledger = new SqliteSyncLedger(bulk)
  const {encryptionKey} = options
  const keys = keySource(encryptionKey === undefined ? {keyFile} : {encryptionKey, keyFile})
  const places = {home, database: path, keyFile: encryptionKey === undefined ? keyFile : undefined}
  const vault = new Vault(session, keys)
  const accounts = new SqliteAccounts(session, vault)
  return {
    path,
    warnings: looseModes(places),
    accounts,
    operators: new SqliteOperators(session),
    installs: new SqliteInstalls(session, vault, accounts),
    heldGrants: new SqliteHeldGrants(session, vault, accounts),
    journal: new SqliteJournal(session),
    logins: new SqliteLogins(session, vault),
    testUsers: new SqliteTestUsers(session, vault),
    syncLedger: ledger,
    productSink: (userId) => new SqliteProductSink(bulk, userId),
    catalogue: new SqliteCatalogue(bulk),
    cache: new SqliteCache(bulk, ledger),
    names: new SqliteNames(bulk),
    inbox: new SqliteNotifications(receipts, bulk),
    jobs: new SqliteJobs(session),
    pushes: new SqlitePushes(bulk),
    overview: new SqliteOverview(bulk),
    writeLog: new SqliteWriteLog(session),
    localStock: new SqliteLocalStock(bulk),
    questionSink: (userId) => questionSink(sales, userId),
    questions: new SqliteQuestions(sales),
    orderSink: (userId) => orderSink(sales, userId),
    orders: new SqliteOrders(sales),
    // Durable when it is said: the main connection overwrites too.
    buyers: new SqliteBuyers(session),
    shipmentSink: (userId) => shipmentSink(sales, userId),
    shipments: new SqliteShipments(sales),
    rateBudget: (clientId, pace) => {
      const budget = new SqliteRateBudget(bulk, clientId, pace)
      budgets.push(budget)
      return budget
    },
    backup: (file) => backup(client, file),
    claimSpace: () => claimSpace(path),
    probe: (at) => probe(bulk, at),
    async close() {
      // What is not given back is void a second later: no reason to fail.
      await Promise.allSettled(budgets.splice(0).map((budget) => budget.close()))
      receipts.close()
      sales.close()
      bulk.close()
      client.close()
    },
  }
}

function makeFolders(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      makePrivateDirectory(path)
    } catch (error) {
      throw translate(error, path)
    }
  }
}
