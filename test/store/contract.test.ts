import {openStore} from '../../src/store/open.js'
import {describeStore} from '../support/store-contract.js'
import {tempHomes} from '../support/temp-home.js'

const newHome = tempHomes()

describeStore('the SQLite store', async () => {
  const home = newHome()
  return {store: await openStore({home}), again: () => openStore({home})}
})
