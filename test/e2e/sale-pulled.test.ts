import {join} from 'node:path'
import {expect, it} from '@jest/globals'
import {openSale, type Sale, title} from '../support/sale.js'

it('brings a whole sale here by asking alone, where the service tells nobody', async () => {
  const sale = await openSale()
  const item = await sale.publish({title, price: 19.9, available_quantity: 3})
  expect(await sale.sells('sync', 'all')).toMatchObject({ok: true})
  expect(await sale.sees('products', 'show', item)).toContain('19.90 USD · 3 in stock · 0 sold')

  const question = await sale.ask(item, '¿Tienen en rojo?')
  expect(await sale.sells('questions', 'list', '--unanswered')).toMatchObject({total: 0})
  const waiting = await sale.sells('questions', 'list', '--unanswered', '--refresh')
  expect(waiting).toMatchObject({total: 1, questions: [{id: question, text: '¿Tienen en rojo?', answer_text: null}]})

  const {order, shipment} = await buys(sale, item)
  await sale.sells('shipments', 'label', shipment, '-o', join(sale.world.home, 'label.pdf'))
  expect(await sale.sees('shipments', 'show', shipment, '--refresh')).toContain('ready_to_ship / printed')
  await sale.control(`/shipments/${shipment}`, {status: 'shipped'})
  expect(await sale.sees('shipments', 'show', shipment, '--refresh')).toMatch(/Status +shipped/)

  await sale.control(`/shipments/${shipment}`, {status: 'delivered'})
  expect(await sale.sells('sync', 'all')).toMatchObject({ok: true})
  expect(await sale.sells('shipments', 'list')).toMatchObject({shipments: [{id: shipment, status: 'delivered'}]})
  const shown = await sale.sells('orders', 'show', order)
  expect(shown.order.tags).toEqual(expect.arrayContaining(['paid', 'delivered']))
  expect(await sale.sees('products', 'show', item)).toContain('1 in stock · 2 sold')
  expect(await sale.sees('products', 'log', item)).toMatch(/stock +3 +-> +1\b/)
}, 240_000)

/** Nothing of it is here before it is asked for. */
async function buys(sale: Sale, item: string): Promise<{order: string; shipment: string}> {
  const {order, pack, shipment} = await sale.purchase(item, 2)
  expect(await sale.sees('orders', 'list')).toContain('No order yet.')
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
