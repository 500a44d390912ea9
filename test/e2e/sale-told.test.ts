import {once} from 'node:events'
import {afterEach, expect, it} from '@jest/globals'
import {openSale, type Sale} from '../support/sale.js'
import {type ServingCli, startServing} from '../support/serving.js'

const topics = ['items', 'items prices', 'questions', 'orders_v2', 'shipments', 'stock-location']

const running: Array<Pick<ServingCli, 'child' | 'ended'>> = []
afterEach(async () => {
  for (const {child, ended} of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

it('follows a whole sale between two test users by notifications alone', async () => {
  // There the stock of user products is set by itself, and a topic of its own tells of it.
  const sale = await openSale('MLA')
  await sale.control('/tags', {user: sale.seller.id, add: ['user_product_seller']})
  const server = await startServing(sale.world, ['--sync-every', '24h'])
  running.push(server)
  // Whoever has just connected is synced once, all three of them.
  await server.logged(() => server.log().filter(isSynced).length >= 3)
  const synced = runs(sale)
  const heard = await listening(sale)
  const {applications, notifications} = sale.world.emulator.world
  notifications.subscribe(applications.first().id, {url: `${server.url}/notifications`, topics})

  const item = await sale.publish({family_name: 'Item de Prueba', price: 19.9, available_quantity: 3})
  await isTold(sale, {price: '19.9', stock: 3}, item)
  await asksAndIsAnswered(sale, item)
  const shipment = await buysAndReceives(sale, item)
  await changesPriceAndStock(sale, item)

  const lines = await heard.stop()
  expect(new Set(lines.map(({topic}) => topic))).toEqual(new Set(topics))
  expect(new Set(lines.map(({user_id}) => user_id))).toEqual(new Set([sale.seller.id]))
  expect(sale.world.sql(`SELECT topic, state, error_code FROM notification WHERE state <> 'done'`)).toEqual([])
  // Nobody has synced meanwhile.
  expect(runs(sale)).toEqual(synced)
  const written = ['question', 'seller_order', 'shipment'].map((table) => sale.local(`SELECT seen_run FROM ${table}`))
  expect(written).toEqual(['notification', 'notification', 'notification'])
  expect(sale.world.sql('SELECT DISTINCT run_id FROM product_change')).toEqual([{run_id: 'notification'}])
  expect((await server.stop()).status).toBe(0)
  const receiver = String(sale.local('SELECT address_line FROM shipment WHERE id = ?', shipment))
  expect(receiver.length).toBeGreaterThan(5)
  expect(server.stderr()).not.toContain(receiver)
}, 240_000)

const runs = ({world}: Sale) => world.sql('SELECT id FROM sync_run ORDER BY id')

const isSynced = ({job, msg}: Record<string, unknown>) => String(job).startsWith('sync:') && msg === 'job done'

/** `meli listen --json`, once it follows. */
async function listening({world}: Sale) {
  const {child, ended} = await world.start(['listen', '--json'])
  running.push({child, ended})
  let told = ''
  while (!told.includes('Ctrl-C')) told += String((await once(child.stderr, 'data'))[0])
  return {
    async stop(): Promise<Array<{topic: string; resource: string; user_id: number}>> {
      child.kill('SIGINT')
      const {status, stdout} = await ended
      expect(status).toBe(0)
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    },
  }
}

/** The local copy has the item so, without anybody asking for it. */
async function isTold(sale: Sale, {price, stock}: {price: string; stock: number}, item: string): Promise<void> {
  await sale.settled()
  const local = sale.world.sql('SELECT price, available_quantity AS stock FROM product WHERE id = ?', item)
  expect(local).toEqual([{price, stock}])
  expect(sale.stockOf(item)).toBe(stock)
  const product = sale.local('SELECT user_product_id FROM product WHERE id = ?', item)
  const places = sale.local('SELECT locations FROM user_product_stock WHERE id = ?', product)
  if (places !== undefined) expect(JSON.parse(String(places))).toMatchObject([{quantity: stock}])
}

async function asksAndIsAnswered(sale: Sale, item: string): Promise<void> {
  const question = await sale.ask(item, '¿Es una prueba?')
  await sale.settled()
  const waiting = await sale.sells('questions', 'list', '--unanswered')
  expect(waiting).toMatchObject({questions: [{id: question, text: '¿Es una prueba?'}]})
  // As the seller would on Mercado Libre's own page.
  await sale.answerElsewhere(question, 'Sí.')
  await sale.settled()
  expect(await sale.sells('questions', 'list', '--unanswered')).toMatchObject({questions: []})
  expect(await sale.sells('questions', 'show', question)).toMatchObject({question: {answer_text: 'Sí.'}})
}

async function buysAndReceives(sale: Sale, item: string): Promise<string> {
  const {order, shipment} = await sale.purchase(item, 2, 'in_process')
  await isTold(sale, {price: '19.9', stock: 1}, item)
  const status = async () => (await sale.sells('orders', 'show', order)).order.status
  const parcel = async () => {
    await sale.settled()
    const {shipment: found} = await sale.sells('shipments', 'show', shipment)
    return [found.status, found.substatus]
  }
  expect(await status()).toBe('payment_in_process')
  expect((await parcel())[0]).toBe('pending')
  await sale.control(`/orders/${order}/pay`, {})
  expect(await parcel()).toEqual(['ready_to_ship', 'ready_to_print'])
  expect(await status()).toBe('paid')

  await sale.sells('shipments', 'label', shipment, '--format', 'zpl', '-o', `${sale.world.home}/label.zpl`)
  expect(await parcel()).toEqual(['ready_to_ship', 'printed'])
  await sale.control(`/shipments/${shipment}`, {status: 'shipped'})
  expect((await parcel())[0]).toBe('shipped')
  await sale.control(`/shipments/${shipment}`, {status: 'delivered'})
  expect((await parcel())[0]).toBe('delivered')
  const {orders} = await sale.sells('orders', 'list')
  expect(orders).toMatchObject([{id: order, status: 'paid', tags: expect.arrayContaining(['delivered'])}])
  return shipment
}

async function changesPriceAndStock(sale: Sale, item: string): Promise<void> {
  const {catalogue} = sale.world.emulator.world
  const found = catalogue.get(item)
  if (found === undefined) throw new Error('the item is gone')
  catalogue.update(found, {price: 24.5})
  await isTold(sale, {price: '24.5', stock: 1}, item)

  await sale.sells('stock', 'set', item, '7')
  await isTold(sale, {price: '24.5', stock: 7}, item)
  const [{id, path}] = (await sale.sells('history', '--item', item)).writes
  expect(path).toMatch(/^\/user-products\/MLAU\d+\/stock\/type\/selling_address$/)
  await sale.sells('history', 'undo', String(id))
  await isTold(sale, {price: '24.5', stock: 1}, item)
  const {changes} = await sale.sells('products', 'log', item)
  expect(changes).toMatchObject([
    {field: 'available_quantity', before: '3', after: '1'},
    {field: 'price', before: '19.9', after: '24.5'},
    {field: 'available_quantity', before: '1', after: '7'},
    {field: 'available_quantity', before: '7', after: '1'},
  ])
}
