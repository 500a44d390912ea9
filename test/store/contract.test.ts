import {openStore} from '../../src/store/open.js'
import {describeStore} from '../support/store-contract.js'
import {describeCatalogue} from '../support/store-contract-catalogue.js'
import {describeInstalls} from '../support/store-contract-installs.js'
import {describeJobs} from '../support/store-contract-jobs.js'
import {describeNames} from '../support/store-contract-names.js'
import {describeOperators} from '../support/store-contract-operators.js'
import {describeOrders} from '../support/store-contract-orders.js'
import {describeOverview} from '../support/store-contract-overview.js'
import {describePushes} from '../support/store-contract-pushes.js'
import {describeQuestions} from '../support/store-contract-questions.js'
import {describeRuns} from '../support/store-contract-runs.js'
import {describeShipments} from '../support/store-contract-shipments.js'
import {describeStock} from '../support/store-contract-stock.js'
import {describeSyncStore} from '../support/store-contract-sync.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

async function open() {
  const home = newHome()
  return {store: await openStore({home}), again: () => openStore({home})}
}

describeStore('the SQLite store', open)
describeSyncStore('the SQLite store of syncs', open)
describeRuns('the SQLite runs of syncs', async () => (await open()).store)
describeCatalogue('the SQLite catalogue', async () => (await open()).store)
describeStock('the SQLite store of stock by location', async () => (await open()).store)
describeNames('the SQLite names for completion', async () => (await open()).store)
describeJobs('the SQLite store of jobs', async () => (await open()).store)
describeOperators('the SQLite store of operators', open)
describeInstalls('the SQLite store of installations', open)
describeOverview('the SQLite overview', async () => (await open()).store)
describeShipments('the SQLite store of shipments', async () => (await open()).store)
describeOrders('the SQLite store of orders', async () => (await open()).store)
describePushes('the SQLite store of pushes', async () => (await open()).store)
describeQuestions('the SQLite store of questions', async () => (await open()).store)
