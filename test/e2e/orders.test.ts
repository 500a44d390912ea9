import {describe, expect, it} from '@jest/globals'
import {openWorld, type World} from '../support/world.js'

interface Shipment {
  receiverName: string
  addressLine: string
}

async function post(world: World, path: string, body: object): Promise<Record<string, number[]>> {
  const request = {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}
  const answer = await fetch(`${world.emulator.url}/_emulator${path}`, request)
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Record<string, number[]>
}

/** A seller who sold one thing. */
async function sold() {
  const world = await openWorld({items: 8, itemBytes: 300})
  const {user_id: seller} = await world.login()
  const {catalogue, users} = world.emulator.world
  const item = catalogue.listed(seller).find(({variations}) => variations.length === 0)
  catalogue.update(item!, {available_quantity: 9, status: 'active', sub_status: []})
  const buyer = users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')
  const {order_ids: [order] = []} = await post(world, '/purchase', {buyer: buyer?.id, item: item?.id})
  return {world, seller, buyer: buyer?.id ?? 0, order: String(order)}
}

describe('meli orders', () => {
  it('shows an order that no sync has met when it is told to ask', async () => {
    const {world, order, buyer} = await sold()
    const unknown = await world.run(['orders', 'show', order, '--json'])
    expect([unknown.status, JSON.parse(unknown.stdout).error.code]).toEqual([2, 'MELI_ORDER_UNKNOWN'])
    expect(await world.json(['orders', 'show', order, '--refresh'])).toMatchObject({
      order: {id: order, buyer_id: buyer},
    })
    expect(await world.run(['orders', 'show', '404', '--refresh'])).toMatchObject({status: 5})
  })

  it('lists what changed when it is told to ask, as a table, lines and CSV', async () => {
    const {world, order} = await sold()
    expect(await world.run(['orders', 'list'])).toMatchObject({
      ...{status: 0, stdout: '', stderr: 'No complete sync yet. Next: meli sync orders\n'},
    })
    expect(await world.json(['orders', 'list', '--refresh'])).toMatchObject({total: 1, orders: [{id: order}]})
    const lines = await world.run(['orders', 'list', '--jsonl', '--status', 'paid'])
    expect(JSON.parse(lines.stdout)).toMatchObject({id: order, status: 'paid'})
    const csv = await world.run(['orders', 'list', '--csv', '--since', '1d', '--separator', ';'])
    expect(csv.stdout.split('\r\n')[1]).toMatch(new RegExp(`^${order};paid;`))
  })

  it('leaves with 7 when an hour holds more than the service lists, and names the hour', async () => {
    const {world} = await sold()
    await post(world, '/orders/settings', {offset_cap: 50})
    await post(world, '/orders', {seller: 'TIENDA_ANDINA', buyer: 'CASA_DEL_SUR', count: 300, over: '1h'})
    const {status, stdout} = await world.run(['sync', 'orders', '--json'])
    expect(status).toBe(7)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ok: false, error_code: 'MELI_SYNC_INCOMPLETE'})
    expect(result.missing[0].id).toMatch(/^orders created \d{4}-\d\d-\d\dT\d\d:00Z$/)
    const list = await world.run(['orders', 'list', '--refresh', '--limit', '3'])
    expect(list).toMatchObject({status: 7, stderr: expect.stringContaining('Not all could be read')})
    expect(list.stdout).toContain('3 of ')
  })

  it('forgets the buyers of every account, whomever the environment says to act as', async () => {
    const {world, seller} = await sold()
    await world.json(['sync', 'orders'])
    const env = {MELI_ACCOUNT: 'NOBODY'}
    const forget = ['db', 'forget-buyers', '--older-than', '0s', '--yes']
    const trial = await world.json(['db', 'forget-buyers', '--older-than', '90d', '--dry-run'], {env})
    expect(trial).toMatchObject({dry_run: true, accounts: [{user_id: seller, orders: 0}]})
    expect(await world.run([...forget, '--account', 'NOBODY'])).toMatchObject({status: 4})
    expect(await world.json(forget, {env})).toMatchObject({accounts: [{user_id: seller, orders: 1}]})
    expect(await world.json(['orders', 'list'])).toMatchObject({orders: [{buyer_id: null, status: 'paid'}]})
    expect(await world.run(['db', 'forget-buyers'])).toMatchObject({status: 2})
    // Ninety seconds, were it read: nobody means those.
    const bare = await world.run(['db', 'forget-buyers', '--older-than', '90'])
    expect(bare).toMatchObject({status: 2, stderr: expect.stringContaining('write 90d')})
  })

  it('tells nobody but standard output of buyers', async () => {
    const {world, order, buyer} = await sold()
    const runs = [
      await world.run(['sync', 'orders', '--debug']),
      await world.run(['sync', 'shipments', '--debug']),
      await world.run(['orders', 'show', order, '--refresh', '--debug']),
      await world.run(['db', 'forget-buyers', '--older-than', '90d', '--yes', '--debug']),
    ]
    const [shipment] = world.sql<Shipment>(
      'SELECT receiver_name AS receiverName, address_line AS addressLine FROM shipment',
    )
    expect(shipment?.receiverName).toEqual(expect.any(String))
    for (const {status, stderr} of runs) {
      expect(status).toBe(0)
      for (const personal of [String(buyer), shipment!.receiverName, shipment!.addressLine])
        expect(stderr).not.toContain(personal)
    }
  })
})
