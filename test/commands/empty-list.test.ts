import {expect, it} from '@jest/globals'
import OrdersList from '../../src/commands/orders/list.js'
import ProductsList from '../../src/commands/products/list.js'
import QuestionsList from '../../src/commands/questions/list.js'
import ShipmentsList from '../../src/commands/shipments/list.js'
import {recorder} from '../support/asked.js'
import {runCommand} from '../support/run-command.js'

const fresh = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 60, invalidated: false, connected: true}
const since = ['--since', '2d']

it.each([
  [OrdersList, 'orders', 'No order yet.', 'No order fits.', [['--status', 'paid'], since]],
  [ShipmentsList, 'shipments', 'No shipment yet.', 'No shipment fits.', [['--substatus', 'printed'], since]],
  [QuestionsList, 'questions', 'No question here.', 'No question fits.', [['--unanswered'], ['--item', 'MEC1'], since]],
  [
    ProductsList,
    'products',
    'No product here.',
    'No product fits.',
    [
      ['--search', 'x'],
      ['--changed-since', '2d'],
    ],
  ],
] as const)(
  'says that nothing fits only when not all was asked for: %p',
  async (Command, resource, none, fits, some) => {
    const {terminal} = recorder()
    const lister = async () => ({list: async () => ({user_id: 1, [resource]: [], total: 0, ...fresh})})
    const services = {sales: {[resource]: lister}, catalogue: {products: lister}, terminal}
    for (const argv of [[], ['--sandbox'], ['--account', 'TIENDA'], ['--limit', '3']])
      expect(await runCommand(Command, argv, services)).toMatchObject({status: 0, stdout: `${none}\n`})
    for (const argv of [...some, ['--status', 'active', '--limit', '3']])
      expect(await runCommand(Command, [...argv], services)).toMatchObject({status: 0, stdout: `${fits}\n`})
  },
)

it.each([
  [QuestionsList, 'questions', 'No question here.'],
  [ProductsList, 'products', 'No product here.'],
])('takes --removed for more than all, not for less: %p', async (Command, resource, none) => {
  const {terminal} = recorder()
  const lister = async () => ({list: async () => ({user_id: 1, [resource]: [], total: 0, ...fresh})})
  const services = {sales: {[resource]: lister}, catalogue: {products: lister}, terminal}
  expect(await runCommand(Command, ['--removed'], services)).toMatchObject({stdout: `${none}\n`})
})
