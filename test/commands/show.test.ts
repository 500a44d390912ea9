import {describe, expect, it} from '@jest/globals'
import OrdersShow from '../../src/commands/orders/show.js'
import ProductsShow from '../../src/commands/products/show.js'
import QuestionsShow from '../../src/commands/questions/show.js'
import ShipmentsShow from '../../src/commands/shipments/show.js'
import {recorder} from '../support/asked.js'
import {runCommand} from '../support/run-command.js'
import {openWorld} from '../support/world.js'

const shown = {synced_at: null, age_seconds: 7200, invalidated: false, connected: true}

function fakes() {
  const {asked, said, method, terminal} = recorder()
  const reader = async () => ({show: method('show', shown), refresh: method('refresh', undefined)})
  const refresher = async () => ({run: method('refresh', 'state')})
  const services = {
    terminal,
    catalogue: {products: reader, refreshProduct: refresher},
    sales: {
      orders: reader,
      shipments: reader,
      questions: reader,
      refreshSale: async () => ({orders: method('refresh', 'state'), shipment: method('refresh', 'state')}),
    },
    accounts: {sessions: async () => ({open: method('open', {userId: 77})})},
  }
  return {asked, said, services}
}

describe('the commands that show one record', () => {
  it.each([
    [OrdersShow, '2000000000000001', undefined],
    [ShipmentsShow, '44000000001', undefined],
    [QuestionsShow, '13000000001', undefined],
    [ProductsShow, 'MEC1', 'state'],
  ] as const)('ask with --refresh, and read the copy of the account that was asked: %p', async (Command, id, state) => {
    const {asked, said, services} = fakes()
    const argv = [id, '--refresh', '--site', 'mec', '--account', 'TIENDA', '--json']
    expect(await runCommand(Command, argv, services)).toMatchObject({status: 0, result: shown})
    expect(asked).toMatchObject([
      ['open', {account: 'TIENDA', sandbox: false, site: 'MEC'}],
      ['refresh', {userId: 77}, id, expect.any(AbortSignal)],
      ['show', {account: '77', sandbox: false, site: undefined}, id, state],
    ])
    expect(said).toEqual([])
  })

  it('ask nobody without it, and read the copy of the account that acts', async () => {
    const {asked, services} = fakes()
    await runCommand(OrdersShow, ['2000000000000001', '--json'], services, {MELI_ACCOUNT: 'TIENDA'})
    expect(asked).toMatchObject([['show', {account: 'TIENDA', sandbox: false, site: undefined}, '2000000000000001']])
  })
})

describe('orders show --refresh with MELI_ACCESS_TOKEN', () => {
  it('shows the order of the account that the token speaks for, whoever acts otherwise', async () => {
    const world = await openWorld({items: 3})
    const seller = await world.login()
    const {catalogue} = world.emulator.world
    const {access_token: token} = await world.json<{access_token: string}>(['auth', 'token'])
    const active = await world.login('CASA_DEL_SUR')
    await world.json(['auth', 'switch', 'CASA_DEL_SUR'])
    const item = catalogue.listed(seller.user_id).find(({variations}) => variations.length === 0)
    catalogue.update(item!, {available_quantity: 9, status: 'active', sub_status: []})
    const response = await fetch(`${world.emulator.url}/_emulator/purchase`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({buyer: active.user_id, item: item?.id}),
    })
    const {
      order_ids: [order],
    } = (await response.json()) as {order_ids: [number]}
    const show = ['orders', 'show', String(order)]
    const asked = await world.json([...show, '--refresh'], {env: {MELI_ACCESS_TOKEN: token}})
    expect(asked).toMatchObject({user_id: seller.user_id, order: {id: String(order)}})
    const {status, stdout} = await world.run([...show, '--json'])
    expect([status, JSON.parse(stdout).error.code]).toEqual([2, 'MELI_ORDER_UNKNOWN'])
  })
})
