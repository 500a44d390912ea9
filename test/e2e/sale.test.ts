import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {openSale, type Sale, title} from '../support/sale.js'

const timeout = 240_000

it(
  'plays a whole sale between two test users with commands alone',
  async () => {
    const sale = await openSale()
    const item = await sale.publish({title, price: 19.9, available_quantity: 3})
    expect(await sale.sells('sync', 'all')).toMatchObject({ok: true})
    expect(await sale.sees('products', 'show', item)).toContain('19.90 USD · 3 in stock · 0 sold')
    await asksAndIsAnswered(sale, item)
    const {order, shipment} = await buys(sale, item)
    await isSent(sale, shipment)
    await arrives(sale, {item, order, shipment})
    await restocks(sale, item)
    await isWrittenDown(sale, item)
  },
  timeout,
)

async function asksAndIsAnswered(sale: Sale, item: string): Promise<void> {
  const question = await sale.ask(item, '¿Tienen en rojo?')
  const waiting = await sale.sells('questions', 'list', '--unanswered', '--refresh')
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

async function buys(sale: Sale, item: string): Promise<{order: string; shipment: string}> {
  const {order, pack, shipment} = await sale.purchase(item, 2)
  expect(await sale.sees('orders', 'list')).toContain('No order fits')
  expect(await sale.sells('sync', 'orders')).toMatchObject({complete: true})
  const {orders} = await sale.sells('orders', 'list', '--status', 'paid')
  expect(orders).toMatchObject([
    {
      ...{id: order, pack_id: pack, shipment_id: shipment, total_amount: '39.8', buyer_id: sale.buyer.id},
      lines: [{item_id: item, quantity: 2, unit_price: '19.9'}],
    },
  ])
  expect(await sale.sees('orders', 'show', order)).toMatch(new RegExp(`39\\.80 USD[\\s\\S]*${item}`))
  expect(await sale.sells('sync', 'shipments')).toMatchObject({complete: true})
  const {shipments} = await sale.sells('shipments', 'list', '--status', 'ready_to_ship')
  expect(shipments).toMatchObject([{id: shipment, substatus: 'ready_to_print'}])
  return {order, shipment}
}

async function isSent(sale: Sale, shipment: string): Promise<void> {
  const file = join(sale.world.home, 'label.pdf')
  const print = ['shipments', 'label', shipment, '-o', file]
  expect(await sale.sells(...print)).toMatchObject({ok: true, files: [file], printed: [shipment]})
  expectLabel(file, shipment)
  expect(await sale.refusal(...print)).toMatchObject({code: 'MELI_FILE_EXISTS'})
  expect(await sale.sees('shipments', 'show', shipment, '--refresh')).toContain('ready_to_ship / printed')
  await sale.control(`/shipments/${shipment}`, {status: 'shipped'})
  expect(await sale.sees('shipments', 'show', shipment, '--refresh')).toMatch(/Status +shipped/)
}

/** One page, and a table of objects in which each offset is right. */
function expectLabel(file: string, shipment: string): void {
  const text = readFileSync(file, 'latin1')
  expect(text).toMatch(/^%PDF-1\.\d\n[\s\S]*%%EOF\n$/)
  expect(text.match(/\/Type \/Page /g)).toHaveLength(1)
  expect(text).toContain(`(Shipment ${shipment}) Tj`)
  const table = text.slice(Number(/startxref\n(\d+)\n/.exec(text)?.[1]))
  const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset))
  expect(offsets.map((offset) => Number.parseInt(text.slice(offset), 10))).toEqual(offsets.map((_, at) => at + 1))
}

async function arrives(sale: Sale, {item, order, shipment}: Record<'item' | 'order' | 'shipment', string>) {
  await sale.control(`/shipments/${shipment}`, {status: 'delivered'})
  expect(await sale.sells('sync', 'all')).toMatchObject({ok: true})
  expect(await sale.sells('shipments', 'list')).toMatchObject({shipments: [{id: shipment, status: 'delivered'}]})
  const shown = await sale.sells('orders', 'show', order)
  expect(shown.order.tags).toEqual(expect.arrayContaining(['paid', 'delivered']))
  expect(await sale.sees('products', 'show', item)).toContain('1 in stock · 2 sold')
  expect(await sale.sees('products', 'log', item)).toMatch(/stock +3 +-> +1\b/)
  const late = await sale.world.run(['shipments', 'label', shipment, '-o', 'late.pdf', '--sandbox'])
  expect([late.status, late.stdout]).toEqual([7, expect.stringContaining('must be ready_to_ship')])
}

async function restocks(sale: Sale, item: string): Promise<void> {
  const stock = () => sale.stockOf(item)
  expect(await sale.sees('stock', 'set', item, '5', '--dry-run')).toContain(`PUT /items/${item}`)
  expect(stock()).toBe(1)
  expect(await sale.sees('stock', 'set', item, '5')).toContain('stock 1 -> 5')
  expect(stock()).toBe(5)
  const {products} = await sale.sells('products', 'list')
  expect(products).toMatchObject([{id: item, available_quantity: 5}])

  const [{id}] = (await sale.sells('history', '--item', item)).writes
  await sale.sells('history', 'undo', String(id))
  expect(stock()).toBe(1)
  const again = await sale.refusal('history', 'undo', String(id))
  expect(again).toMatchObject({status: 2, code: 'MELI_NO_INVERSE'})
  await sale.sells('stock', 'set', item, '4')
  await sale.purchase(item, 1)
  const {writes} = await sale.sells('history', '--item', item)
  // Taking it back would put what was sold up for sale again.
  expect(await sale.refusal('history', 'undo', String(writes[0].id))).toMatchObject({code: 'MELI_UNDO_OUTDATED'})
  expect(stock()).toBe(3)
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
