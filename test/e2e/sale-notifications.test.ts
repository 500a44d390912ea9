import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {startServing} from '../support/serving.js'
import {openWorld} from '../support/world.js'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A seller of user products with a synced catalogue, and a buyer. */
async function shop() {
  const world = await openWorld({items: 21})
  const {user_id: userId} = await world.login()
  const {catalogue, applications, notifications, users} = world.emulator.world
  const post = async (path: string, body: unknown) => {
    const headers = {'content-type': 'application/json'}
    const url = `${world.emulator.url}/_emulator${path}`
    const answer = await fetch(url, {method: 'POST', headers, body: JSON.stringify(body)})
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  // This machine may be too busy for the half second that receivers have.
  notifications.change({timeoutMs: 20_000})
  await post('/tags', {user: userId, add: ['user_product_seller']})
  await world.json(['sync', 'products'])
  const item = catalogue.listed(userId).find(({variations, quantity}) => variations.length === 0 && quantity > 1)!
  const buyer = users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')!
  const subscribe = (url: string) => {
    const topics = ['items', 'orders_v2', 'questions', 'shipments', 'stock-location']
    notifications.subscribe(applications.first().id, {url, topics})
  }
  const cell = (sql: string, id: string | number) => {
    const [row] = world.sql<Record<string, unknown>>(sql, String(id))
    return row === undefined ? undefined : Object.values(row)[0]
  }
  const settled = async () => {
    await notifications.idle()
    const open = `SELECT id FROM notification WHERE state IN ('waiting', 'working')`
    await until(() => world.sql(open).length === 0)
  }
  return {world, userId, item, buyer, post, subscribe, cell, settled, catalogue}
}

it('lets meli serve follow a whole sale, by what the service tells alone', async () => {
  const {world, item, buyer, post, subscribe, cell, settled, catalogue} = await shop()
  const serving = await startServing(world)
  subscribe(`${serving.url}/notifications`)

  const asked = await post('/questions', {from: buyer.id, item: item.id, text: '¿Tiene en azul?'})
  await settled()
  expect(cell('SELECT status FROM question WHERE id = ?', asked.id as number)).toBe('UNANSWERED')

  const stock = catalogue.get(item.id)!.quantity
  const sold = await post('/purchase', {buyer: buyer.id, item: item.id})
  const [[order], [shipment]] = [sold.order_ids as number[], sold.shipment_ids as number[]]
  await settled()
  expect(cell('SELECT status FROM seller_order WHERE id = ?', order!)).toBe('paid')
  expect(cell('SELECT substatus FROM shipment WHERE id = ?', shipment!)).toBe('ready_to_print')
  expect(cell('SELECT available_quantity FROM product WHERE id = ?', item.id)).toBe(stock - 1)
  const product = String(cell('SELECT user_product_id FROM product WHERE id = ?', item.id))
  expect(cell('SELECT locations FROM user_product_stock WHERE id = ?', product)).toContain(`"quantity":${stock - 1}`)

  const label = join(world.home, 'label.pdf')
  const printed = await world.json(['shipments', 'label', String(shipment), '-o', label])
  expect(printed).toMatchObject({ok: true, printed: [String(shipment)], files: [label]})
  expect(readFileSync(label, 'latin1')).toMatch(/^%PDF-/)
  await settled()
  expect(cell('SELECT substatus FROM shipment WHERE id = ?', shipment!)).toBe('printed')
  const piped = await world.run(['shipments', 'label', String(shipment), '--format', 'zpl', '-o', '-'])
  expect(piped).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\^XA/),
    stderr: expect.stringContaining('1 label'),
  })
  const zpl = await world.json(['shipments', 'label', String(shipment), '-o', join(world.home, 'label.zpl')])
  expect(zpl).toMatchObject({format: 'zpl'})

  for (const status of ['shipped', 'delivered']) await post(`/shipments/${shipment}`, {status})
  await settled()
  const shown = await world.run(['shipments', 'show', String(shipment)])
  expect([shown.status, shown.stdout]).toEqual([0, expect.stringMatching(/delivered[\s\S]*Receiver/)])
  expect(shown.stdout).toContain(String(order))
  const listed = await world.run(['shipments', 'list', '--status', 'delivered', '--csv'])
  expect(listed.stdout).toContain(`${shipment},delivered`)

  const late = await world.run(['shipments', 'label', String(shipment), '-o', `${label}.2`, '--json'])
  expect([late.status, JSON.parse(late.stdout)]).toMatchObject([
    7,
    {ok: false, error_code: 'MELI_LABEL_REFUSED', refused: [{error: 'not_printable_status'}]},
  ])
  expect(existsSync(`${label}.2`)).toBe(false)
  expect(world.sql(`SELECT topic, error_code FROM notification WHERE state <> 'done'`)).toEqual([])
  expect((await serving.stop()).status).toBe(0)
  // Who receives a parcel is nobody's business but the seller's.
  const receiver = String(cell('SELECT receiver_name FROM shipment WHERE id = ?', shipment!))
  expect(receiver.length).toBeGreaterThan(3)
  expect(serving.stderr()).not.toContain(receiver)
}, 120_000)

it('says what is wrong with a shipment id, a file, and one that is not here', async () => {
  const {world} = await shop()
  const usage = [
    ['label', 'x', '-o', 'a.pdf'],
    ['label', '44000000001'],
    ['label', '44000000001', '-o', '-'],
    ['show', 'x'],
    ['show', '44000000001'],
    ['label', '44000000001', '-o', world.home],
  ]
  for (const args of usage) {
    const {status, stdout} = await world.run(['shipments', ...args, '--json'])
    expect([args, status]).toEqual([args, 2])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: expect.stringMatching(/^MELI_/)}})
  }
  const {status, stdout} = await world.run(['shipments', 'show', '44000000001', '--refresh', '--json'])
  expect([status, JSON.parse(stdout).error.code]).toEqual([5, 'MELI_NOT_FOUND'])
}, 120_000)
