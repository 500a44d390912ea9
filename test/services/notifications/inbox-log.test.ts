import {afterEach, beforeEach, expect, it} from '@jest/globals'
import {InboxLog} from '../../../src/services/notifications/inbox-log.js'
import type {Store} from '../../../src/services/ports/index.js'
import {openStore} from '../../../src/store/open.js'
import {noon} from '../../support/store-contract.js'
import {notification} from '../../support/store-contract-notifications.js'
import {tempHomes} from '../../support/temp-home.js'

const newHome = tempHomes()
let store: Store

beforeEach(async () => {
  store = await openStore({home: newHome()})
})
afterEach(() => store.close())

it('lists a topic by any of its spellings, with what an earlier version stored', async () => {
  const {inbox, accounts} = store
  const accept = (id: string, topic: string) => {
    const resource = `/items/MEC${id}/prices`
    return inbox.accept([{notification: notification({id, topic, resource}), waits: true}], noon)
  }
  await accept('1', 'items prices')
  await accept('2', 'items_prices')
  await accept('3', 'items')
  await accept('4', 'Nuevo tema')
  const log = new InboxLog({inbox, accounts, clock: {now: () => noon}})
  const listed = async (topic: string) =>
    (await log.list({sandbox: false, limit: 9, topic})).notifications.map((each) => [each.resource, each.topic])
  const prices = [
    ['/items/MEC2/prices', 'items_prices'],
    ['/items/MEC1/prices', 'items_prices'],
  ]
  for (const topic of ['items_prices', 'items prices', 'Items-Prices']) expect(await listed(topic)).toEqual(prices)
  expect(await listed('items')).toEqual([['/items/MEC3/prices', 'items']])
  expect(await listed('Nuevo tema')).toHaveLength(1)
})
