import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {expectLabel} from '../support/label-file.js'
import {openSale, type Sale, title} from '../support/sale.js'
import {openShop, type Shop} from '../support/sale-shop.js'

it('plays a whole sale between a seller and a buyer, at the terminal and by what the service tells', async () => {
  // There the stock of user products is set by itself, and a topic of its own tells of it.
  const sale = await openSale('MLA')
  const shop = await openShop(sale)
  const item = await publishes(sale)
  await asksAndIsAnswered(sale, item)
  await isAnsweredElsewhere(sale, item)
  const bought = await buys(sale, item)
  await isSent(sale, bought)
  await arrives(sale, bought)
  await restocks(sale, item)
  await becomesUserProduct(sale, item)
  await cancels(sale, item)
  await wasTold(shop)
  await isWrittenDown(sale, item)
  await nothingIsLeftToChange(sale)
  await wasKeptToItself(shop, bought.shipment)
}, 300_000)

async function publishes(sale: Sale): Promise<string> {
  const item = await sale.publish({title, price: 19.9, available_quantity: 3})
  await isTold(sale, {price: '19.9', stock: 3}, item)
  expect(await sale.sees('products', 'show', item)).toContain('19.90 ARS · 3 in stock · 0 sold')
  return item
}

/** The local copy has the item so, without anybody asking for it; a user product has its stock in its place too. */
async function isTold(sale: Sale, {price, stock}: {price: string; stock: number}, item: string): Promise<void> {
  await sale.settled()
  const local = sale.world.sql('SELECT price, available_quantity AS stock FROM product WHERE id = ?', item)
  expect(local).toEqual([{price, stock}])
  expect(sale.stockOf(item)).toBe(stock)
  const product = sale.local('SELECT user_product_id FROM product WHERE id = ?', item)
  if (product === null) return
  const places = sale.local('SELECT locations FROM user_product_stock WHERE id = ?', product)
  expect(JSON.parse(String(places))).toMatchObject([{quantity: stock}])
}

async function asksAndIsAnswered(sale: Sale, item: string): Promise<void> {
  const question = await sale.ask(item, '¿Tienen en rojo?')
  await sale.settled()
  const waiting = await sale.sells('questions', 'list', '--unanswered')
  expect(waiting).toMatchObject({total: 1, questions: [{id: question, text: '¿Tienen en rojo?', answer_text: null}]})

  const answer = ['questions', 'answer', question, 'Sí, en rojo y en azul.']
  expect(await sale.sees(...answer, '--dry-run')).toContain('POST /answers')
  expect(await sale.sells('questions', 'list', '--unanswered')).toMatchObject({total: 1})
  await sale.sells(...answer)
  expect(await sale.sells('questions', 'list', '--unanswered')).toMatchObject({total: 0})
  expect(await sale.sees('questions', 'show', question)).toMatch(/answered[\s\S]*¿Tienen en rojo\?[\s\S]*en azul\./)
  expect(await sale.refusal(...answer)).toMatchObject({status: 5, code: 'MELI_QUESTION_NOT_OPEN'})
  const read = await sale.api(sale.buyer, 'GET', `/questions/${question}`)
  expect(read).toMatchObject({status: 'ANSWERED', answer: {text: 'Sí, en rojo y en azul.'}})
}

async function isAnsweredElsewhere(sale: Sale, item: string): Promise<void> {
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

interface Bought {
  item: string
  order: string
  shipment: string
}

const statusOf = async (sale: Sale, order: string) => (await sale.sells('orders', 'show', order)).order.status

async function parcel(sale: Sale, shipment: string): Promise<unknown[]> {
  await sale.settled()
  const {shipment: found} = await sale.sells('shipments', 'show', shipment)
  return [found.status, found.substatus]
}

async function buys(sale: Sale, item: string): Promise<Bought> {
  expect(await sale.sees('orders', 'list')).toContain('No order yet.')
  const {order, pack, shipment} = await sale.purchase(item, 2, 'in_process')
  await isTold(sale, {price: '19.9', stock: 1}, item)
  expect(await statusOf(sale, order)).toBe('payment_in_process')
  expect((await parcel(sale, shipment))[0]).toBe('pending')
  await sale.control(`/orders/${order}/pay`, {})
  expect(await parcel(sale, shipment)).toEqual(['ready_to_ship', 'ready_to_print'])
  expect(await statusOf(sale, order)).toBe('paid')

  const {orders} = await sale.sells('orders', 'list', '--status', 'paid')
  expect(orders).toMatchObject([
    {
      ...{id: order, pack_id: pack, shipment_id: shipment, total_amount: '39.8', buyer_id: sale.buyer.id},
      lines: [{item_id: item, quantity: 2, unit_price: '19.9'}],
    },
  ])
  expect(await sale.sees('orders', 'show', order)).toMatch(new RegExp(`39\\.80 ARS[\\s\\S]*${item}`))
  const {shipments} = await sale.sells('shipments', 'list', '--status', 'ready_to_ship')
  expect(shipments).toMatchObject([{id: shipment, substatus: 'ready_to_print'}])
  return {item, order, shipment}
}

async function isSent(sale: Sale, {order, shipment}: Bought): Promise<void> {
  const file = join(sale.world.home, 'label.pdf')
  const print = ['shipments', 'label', shipment, '-o', file]
  expect(await sale.sells(...print)).toMatchObject({ok: true, files: [file], printed: [shipment]})
  expectLabel(file, shipment)
  expect(await sale.refusal(...print)).toMatchObject({code: 'MELI_FILE_EXISTS'})
  expect(await parcel(sale, shipment)).toEqual(['ready_to_ship', 'printed'])
  expect(await sale.sees('shipments', 'show', shipment)).toContain('ready_to_ship / printed')
  const zpl = ['shipments', 'label', shipment, '-o', join(sale.world.home, 'label.zpl')]
  expect(await sale.sells(...zpl)).toMatchObject({format: 'zpl'})
  const piped = await sale.types('shipments', 'label', shipment, '--format', 'zpl', '-o', '-')
  expect(piped).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\^XA/),
    stderr: '✓ 1 label written to standard output\n',
  })
  const full = await sale.typesInto('/dev/full', 'shipments', 'label', shipment, '--format', 'zpl', '-o', '-')
  expect(full).toMatchObject({status: 3, stderr: 'Error: the result could not be written (ENOSPC)\n'})

  await sale.control(`/shipments/${shipment}`, {status: 'shipped'})
  expect((await parcel(sale, shipment))[0]).toBe('shipped')
  expect(await sale.sees('shipments', 'show', shipment)).toMatch(/Status +shipped/)
  expect(await sale.sees('shipments', 'show', shipment)).toContain(order)
}

async function arrives(sale: Sale, {item, order, shipment}: Bought): Promise<void> {
  await sale.control(`/shipments/${shipment}`, {status: 'delivered'})
  expect((await parcel(sale, shipment))[0]).toBe('delivered')
  expect(await sale.sees('shipments', 'show', shipment)).toMatch(/delivered[\s\S]*Receiver/)
  expect(await sale.sells('shipments', 'list')).toMatchObject({shipments: [{id: shipment, status: 'delivered'}]})
  const listed = await sale.sees('shipments', 'list', '--status', 'delivered', '--csv')
  expect(listed).toContain(`${shipment},delivered`)
  const shown = await sale.sells('orders', 'show', order)
  expect(shown.order.tags).toEqual(expect.arrayContaining(['paid', 'delivered']))
  const {orders} = await sale.sells('orders', 'list')
  expect(orders).toMatchObject([{id: order, status: 'paid', tags: expect.arrayContaining(['delivered'])}])
  expect(await sale.sees('products', 'show', item)).toContain('1 in stock · 2 sold')
  expect(await sale.sees('products', 'log', item)).toMatch(/stock +3 +-> +1\b/)

  const file = join(sale.world.home, 'late.pdf')
  const late = ['shipments', 'label', shipment, '-o', file]
  const told = await sale.types(...late)
  expect([told.status, told.stdout]).toEqual([7, expect.stringContaining('must be ready_to_ship')])
  const {status, stdout} = await sale.types(...late, '--json')
  expect([status, JSON.parse(stdout)]).toMatchObject([
    7,
    {ok: false, error_code: 'MELI_LABEL_REFUSED', refused: [{error: 'not_printable_status'}]},
  ])
  expect(existsSync(file)).toBe(false)
}

async function restocks(sale: Sale, item: string): Promise<void> {
  expect(await sale.sees('stock', 'set', item, '5', '--dry-run')).toContain(`PUT /items/${item}`)
  expect(sale.stockOf(item)).toBe(1)
  expect(await sale.sees('stock', 'set', item, '5')).toContain('stock 1 -> 5')
  const {products} = await sale.sells('products', 'list')
  expect(products).toMatchObject([{id: item, available_quantity: 5}])
  await isTold(sale, {price: '19.9', stock: 5}, item)

  const [{id}] = (await sale.sells('history', '--item', item)).writes
  await sale.sells('history', 'undo', String(id))
  await isTold(sale, {price: '19.9', stock: 1}, item)
  const again = await sale.refusal('history', 'undo', String(id))
  expect(again).toMatchObject({status: 2, code: 'MELI_NO_INVERSE'})
}

/** Mercado Libre makes another kind of seller of them, and their price is changed on its page. */
async function becomesUserProduct(sale: Sale, item: string): Promise<void> {
  await sale.control('/tags', {user: sale.seller.id, add: ['user_product_seller']})
  await sale.settled()
  expect(sale.local('SELECT user_product_id FROM product WHERE id = ?', item)).toMatch(/^MLAU\d+$/)
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
}

/** Another order, whose end gives the stock back. */
async function cancels(sale: Sale, item: string): Promise<void> {
  await sale.sells('stock', 'set', item, '4')
  await isTold(sale, {price: '24.5', stock: 4}, item)
  const {order, shipment} = await sale.purchase(item, 1)
  await isTold(sale, {price: '24.5', stock: 3}, item)
  expect(await statusOf(sale, order)).toBe('paid')
  const {writes} = await sale.sells('history', '--item', item)
  // Taking it back would put what was sold up for sale again.
  expect(await sale.refusal('history', 'undo', String(writes[0].id))).toMatchObject({code: 'MELI_UNDO_OUTDATED'})
  expect(sale.stockOf(item)).toBe(3)

  await sale.control(`/orders/${order}/cancel`, {requested_by: 'buyer'})
  await isTold(sale, {price: '24.5', stock: 4}, item)
  expect(await statusOf(sale, order)).toBe('cancelled')
  expect((await parcel(sale, shipment))[0]).toBe('cancelled')
  const {orders} = await sale.sells('orders', 'list', '--status', 'cancelled')
  expect(orders).toMatchObject([{id: order, total_amount: '24.5'}])
  const {changes} = await sale.sells('products', 'log', item)
  const stock = (before: string, after: string) => ({field: 'available_quantity', before, after})
  expect(changes).toMatchObject([
    ...[stock('3', '1'), stock('1', '5'), stock('5', '1'), {field: 'price', before: '19.9', after: '24.5'}],
    ...[stock('1', '7'), stock('7', '1'), stock('1', '4'), stock('4', '3'), stock('3', '4')],
  ])
}

/** Of everything, of each kind, and to the seller alone. */
async function wasTold({sale, topics, heard, runs, synced}: Shop): Promise<void> {
  const lines = await heard.stop()
  expect(new Set(lines.map(({topic}) => topic))).toEqual(new Set(topics))
  expect(new Set(lines.map(({user_id}) => user_id))).toEqual(new Set([sale.seller.id]))
  expect(sale.world.sql(`SELECT topic, state, error_code FROM notification WHERE state <> 'done'`)).toEqual([])
  // Nobody has synced meanwhile.
  expect(runs()).toEqual(synced)
  for (const table of ['question', 'seller_order', 'shipment'])
    expect([table, sale.world.sql(`SELECT DISTINCT seen_run FROM ${table}`)]).toEqual([
      table,
      [{seen_run: 'notification'}],
    ])
  expect(sale.world.sql('SELECT DISTINCT run_id FROM product_change')).toEqual([{run_id: 'notification'}])
}

/** All that both of them changed, and nothing of the owner of the application but that there are two test users. */
async function isWrittenDown(sale: Sale, item: string): Promise<void> {
  const {writes} = await sale.sells('history')
  const done = (writes as Array<{command: string; nickname: string; subject: string}>).reverse()
  const {seller, buyer} = sale
  expect(done.map(({command, nickname, subject}) => [command, nickname, subject])).toEqual([
    ['api', seller.nickname, '/items'],
    ['api', buyer.nickname, '/questions'],
    ['questions answer', seller.nickname, expect.stringMatching(/^\d+$/)],
    ['api', buyer.nickname, '/questions'],
    ['api', seller.nickname, '/answers'],
    ['stock set', seller.nickname, item],
    ['history undo', seller.nickname, item],
    ['stock set', seller.nickname, item],
    ['history undo', seller.nickname, item],
    ['stock set', seller.nickname, item],
  ])
  const {writes: all} = await sale.world.json<{writes: {command: string; is_test_user: boolean}[]}>(['history'])
  expect(all.filter((write) => !write.is_test_user).map(({command}) => command)).toEqual([
    'create-test-user',
    'create-test-user',
  ])
}

/** The proof that notifications told all: who asks for everything finds it as it is here. */
async function nothingIsLeftToChange(sale: Sale): Promise<void> {
  const told = copyOf(sale)
  const {ok, syncs} = await sale.sells('sync', 'all')
  expect(ok).toBe(true)
  const none = {created: 0, updated: 0, removed: 0, partial: 0, missing: [], complete: true}
  expect(syncs).toMatchObject([
    {...none, resource: 'products', unchanged: 1},
    {...none, resource: 'questions', unchanged: 2},
    {...none, resource: 'orders', unchanged: 2},
    {...none, resource: 'shipments'},
  ])
  expect(await sale.sells('questions', 'list', '--unanswered', '--refresh')).toMatchObject({total: 0})
  // A sync does not ask for shipments that are at their end.
  expect(told.shipment).toHaveLength(2)
  for (const {id} of told.shipment ?? []) await sale.sells('shipments', 'show', String(id), '--refresh')
  expect(copyOf(sale)).toEqual(told)
}

const tables = ['product', 'product_change', 'question', 'seller_order', 'pack', 'shipment', 'user_product_stock']

/** All that is kept here of the service, but for when it was asked. */
function copyOf({world}: Sale): Record<string, Record<string, unknown>[]> {
  const rows = (table: string) =>
    world.sql(`SELECT * FROM ${table} ORDER BY id`).map(({synced_at, seen_run, ...row}) => row)
  return Object.fromEntries(tables.map((table) => [table, rows(table)]))
}

/** Who receives a parcel is nobody's business but the seller's. */
async function wasKeptToItself({sale, server}: Shop, shipment: string): Promise<void> {
  expect((await server.stop()).status).toBe(0)
  for (const [column, length] of [
    ['address_line', 5],
    ['receiver_name', 3],
  ] as const) {
    const secret = String(sale.local(`SELECT ${column} FROM shipment WHERE id = ?`, shipment))
    expect(secret.length).toBeGreaterThan(length)
    expect(server.stderr()).not.toContain(secret)
  }
}
