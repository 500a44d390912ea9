import type {ResourceSyncOptions} from '../../../../src/services/sync/resource-sync.js'
import {type ToolkitOptions, toolkit} from '../../../support/toolkit.js'

/** A connected seller, a buyer, and what each may do. */
export async function salesShop(options: ToolkitOptions = {}) {
  const kit = await toolkit({items: 12, itemBytes: 300, ...options})
  const {user_id} = await kit.connect()
  const {world} = kit.emulator
  const buyer = world.users.list().find(({nickname}) => nickname === 'CASA_DEL_SUR')!
  const control = async (path: string, body: unknown = {}) => {
    const headers = {'content-type': 'application/json'}
    const request = {method: 'POST', headers, body: JSON.stringify(body)}
    const answer = await fetch(`${kit.emulator.url}/_emulator${path}`, request)
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json() as Promise<Record<string, number[]>>
  }
  const plain = world.catalogue.listed(user_id).filter(({variations}) => variations.length === 0)
  for (const {id} of plain) {
    const fields = {available_quantity: 1_000, status: 'active', sub_status: []}
    world.catalogue.update(world.catalogue.get(id)!, fields)
  }
  const buy = (body: object = {}) => control('/purchase', {buyer: buyer.id, item: plain[0]!.id, ...body})
  const session = () => kit.app.accounts.sessions().then((sessions) => sessions.open({sandbox: false}))
  return {
    ...{kit, world, userId: user_id, buyerId: buyer.id, control, buy, session},
    items: plain.map(({id}) => id),
    /** Orders of the past, spread evenly. */
    remember: (count: number, over: string) => control('/orders', {seller: user_id, buyer: buyer.id, count, over}),
    settings: (change: object) => control('/orders/settings', change),
    sync: async (options: Partial<ResourceSyncOptions> = {}) =>
      (await kit.app.sync.orders()).run(await session(), {sandbox: false, dryRun: false, ...options}),
    rows: () => kit.sql<Row>('SELECT id, status, partial FROM seller_order ORDER BY CAST(id AS INTEGER)'),
    /** As the service has them. */
    truth: () =>
      world.orders
        .list()
        .map(({id, status}) => ({id: String(id), status, partial: 0}))
        .sort((a, b) => Number(a.id) - Number(b.id)),
  }
}

interface Row {
  id: string
  status: string
  partial: number
}
