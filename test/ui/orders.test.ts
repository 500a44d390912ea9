import {describe, expect, it} from '@jest/globals'
import type {OrderView} from '../../src/services/sales/orders/order-view.js'
import type {OrderPage} from '../../src/services/sales/orders/orders.js'
import {renderForgotten} from '../../src/ui/buyers.js'
import {csvLines} from '../../src/ui/csv.js'
import {orderColumns} from '../../src/ui/order-columns.js'
import {renderOrder, renderOrders} from '../../src/ui/orders.js'
import {width} from '../../src/ui/table.js'
import {all, plainPaper} from './paper.js'

const fresh = {synced_at: '2026-03-01T10:00:00.000Z', age_seconds: 7200, invalidated: false, connected: true}

function anOrder(changes: Partial<OrderView> = {}): OrderView {
  const line = {item_id: 'MEC1', title: 'Sombrero \u001b[2Jfino', variation_id: 7, seller_sku: '=S-1', quantity: 2}
  return {
    ...{id: '2000000000000001', pack_id: '77', status: 'paid', status_detail: null},
    ...{date_created: '2026-03-01T10:00:00.000Z', date_closed: null, last_updated: null},
    ...{total_amount: '21.00', paid_amount: '21.00', currency_id: 'USD', buyer_id: 5, shipment_id: '44000000001'},
    lines: [{...line, unit_price: '10.50', sale_fee: '1.10'}],
    payments: [{id: '9', status: 'approved', method: 'visa', amount: '21.00'}],
    tags: ['paid'],
    cancel_detail: null,
    ...{partial: false, missing: [], synced_at: fresh.synced_at},
    ...changes,
  }
}

function page(order: OrderView, changes: Partial<OrderPage> = {}): OrderPage {
  const asked = {id: order.id, kind: 'order'} as const
  return {user_id: 1, asked, orders: [order], order, pack: null, shipment: null, ...fresh, ...changes}
}

describe('renderOrders', () => {
  const list = {
    user_id: 1,
    orders: [anOrder(), anOrder({id: '2', total_amount: '1000000.00', pack_id: null})],
    total: 2,
  }

  it('fits the terminal, and is whole where there is none', () => {
    for (const columns of [60, 80, 120])
      expect(
        Math.max(
          ...renderOrders({...list, ...fresh}, plainPaper(columns), all)
            .split('\n')
            .map(width),
        ),
      ).toBeLessThanOrEqual(columns)
    const whole = renderOrders({...list, ...fresh}, plainPaper(), all)
    expect(whole).toMatch(/2000000000000001 +paid .*21\.00 USD +77 +44000000001 +5 +2 x Sombrero fino/)
    expect(whole).not.toContain('\u001b')
    expect(renderOrders({...list, ...fresh}, plainPaper(80), all)).toContain('2 x Sombrero fino')
  })

  it('warns of fraud, and marks what is partial', () => {
    const orders = [anOrder({tags: ['fraud_risk_detected']}), anOrder({partial: true})]
    const text = renderOrders({user_id: 1, orders, total: 9, ...fresh}, plainPaper(), all)
    expect(text).toContain('paid / do not ship: fraud risk')
    expect(text).toContain('paid *')
    expect(text).toContain('2 of 9 orders: --limit shows more')
  })

  it('says that nothing fits, or that there is nothing', () => {
    const none = {user_id: 1, orders: [], total: 0, ...fresh}
    expect(renderOrders(none, plainPaper(), {some: true})).toBe('No order fits.')
    expect(renderOrders(none, plainPaper(), all)).toBe('No order yet.')
  })
})

describe('renderOrder', () => {
  it('shows lines, payments, pack and shipment', () => {
    const pack = {id: '77', status: 'released', status_detail: null, shipment_id: null, synced_at: null}
    const shipment = {id: '44000000001', status: 'shipped', substatus: null, tracking_number: 'MEC44'}
    const order_ids = ['2000000000000001', '2000000000000002']
    const text = renderOrder(page(anOrder(), {pack: {...pack, order_ids}, shipment}), plainPaper())
    expect(text).toMatch(/Total +21\.00 USD, paid 21\.00 USD/)
    expect(text).toMatch(/Payments +9 approved visa 21\.00 USD/)
    expect(text).toMatch(/Shipment +44000000001, shipped, MEC44/)
    expect(text).toMatch(/Pack +77, released, with 2000000000000002/)
    expect(text).toMatch(/MEC1 +7 +=S-1 +2 +10\.50 USD +1\.10 USD +Sombrero fino/)
    expect(text).not.toContain('Cancelled')
  })

  it('tells who cancelled it, and what is missing', () => {
    const cancel_detail = {group: 'buyer', code: 'x', description: 'Regret', requested_by: 'buyer', date: '2026-03-01'}
    const order = anOrder({
      cancel_detail,
      status: 'cancelled',
      partial: true,
      missing: ['buyer'],
      lines: [],
      buyer_id: null,
    })
    const text = renderOrder(page(order), plainPaper())
    expect(text).toMatch(/Cancelled +by buyer, Regret, 2026-03-01/)
    expect(text).toContain('! Parts (buyer) are missing; the next sync fetches the order again.')
    expect(text).toMatch(/Buyer +-/)
  })
})

describe('orders as CSV', () => {
  it('have all columns, and no cell that a spreadsheet would run', async () => {
    async function* rows() {
      yield anOrder()
    }
    const lines: string[] = []
    for await (const line of csvLines(rows(), orderColumns, ',')) lines.push(line)
    expect(lines[0]).toContain('id,status,status_detail,date_created')
    expect(lines[1]).toContain(",21.00,21.00,USD,2,MEC1,'=S-1,")
  })
})

describe('renderForgotten', () => {
  const account = {user_id: 7, nickname: 'TIENDA', questions: 1, orders: 2, shipments: 0}
  const before = '2026-01-01T00:00:00.000Z'

  it('counts by account, and says that nothing was changed by a trial', () => {
    const accounts = [account, {...account, user_id: 8, nickname: null}]
    const done = renderForgotten({dry_run: false, before, accounts, overwritten: true}, plainPaper())
    expect(done).toContain('✓ TIENDA (7): 1 question, 2 orders, 0 shipments emptied')
    expect(done).toContain('✓ account 8: ')
    const trial = renderForgotten({dry_run: true, before, accounts, overwritten: null}, plainPaper())
    expect(trial).toContain('1 question, 2 orders, 0 shipments to empty')
    expect(trial).toContain('Nothing was changed. Made before 2026-01-01 00:00 UTC, and')
    expect(done).toContain('made before 2026-01-01 00:00 UTC is kept')
  })

  it('says that nothing is to be removed', () => {
    const accounts = [{...account, questions: 0, orders: 0}]
    const nothing = {dry_run: false, before, accounts, overwritten: true}
    expect(renderForgotten(nothing, plainPaper())).toBe(
      '✓ Nothing is to be removed: nothing here that was made before 2026-01-01 00:00 UTC has data of the buyer',
    )
    expect(renderForgotten({...nothing, overwritten: false}, plainPaper())).toContain('✗ Not overwritten')
  })

  it('says when it is not overwritten', () => {
    const done = {dry_run: false, before, accounts: [account], overwritten: true}
    expect(renderForgotten(done, plainPaper())).not.toContain('Not overwritten')
    expect(renderForgotten({...done, overwritten: false}, plainPaper())).toContain('✗ Not overwritten on the disk yet')
  })

  it('has nothing to say of nobody', () => {
    expect(renderForgotten({dry_run: false, before, accounts: [], overwritten: true}, plainPaper())).toContain(
      'no account here',
    )
  })
})
