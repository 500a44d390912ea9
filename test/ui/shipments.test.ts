import {describe, expect, it} from '@jest/globals'
import type {LabelResult} from '../../src/services/sales/shipments/label-files.js'
import type {ShipmentView} from '../../src/services/sales/shipments/shipment-view.js'
import {csvLines} from '../../src/ui/csv.js'
import {renderLabels, renderShipment, renderShipments, shipmentColumns} from '../../src/ui/shipments.js'
import {all, plainPaper} from './paper.js'

function view(changes: Partial<ShipmentView> = {}): ShipmentView {
  return {
    ...{id: '44000000001', status: 'ready_to_ship', substatus: 'ready_to_print', mode: 'me2'},
    ...{logistic_type: 'drop_off', direction: 'forward', shipping_method: 'Normal', tracking_number: 'MEC44'},
    ...{tracking_method: null, declared_value: '12.50', date_created: '2026-03-01T12:00:00.000Z'},
    ...{last_updated: '2026-03-01T12:00:00.000Z', estimated_delivery: null, receiver_id: 7, receiver_name: 'Ana Pérez'},
    ...{address_line: 'Calle 1\u001b[31m', zip_code: '170150', city: 'Quito', state: 'Pichincha', country: 'Ecuador'},
    ...{tags: [], partial: false, synced_at: '2026-03-01T12:00:00.000Z'},
    ...changes,
  }
}

const fresh = {synced_at: null, age_seconds: null, invalidated: false, connected: true}
const labels: LabelResult = {
  ...{ok: true, user_id: 1, format: 'pdf', files: ['labels.pdf'], printed: ['1', '2'], refused: [], error_code: null},
}

describe('shipments', () => {
  it('are a table with where each stands', () => {
    const text = renderShipments({user_id: 1, shipments: [view()], total: 3, ...fresh}, plainPaper(), all)
    expect(text).toContain('44000000001  ready_to_ship / ready_to_print')
    expect(text).toContain('1 of 3 shipments: --limit shows more')
    const none = {user_id: 1, shipments: [], total: 0, ...fresh}
    expect(renderShipments(none, plainPaper(), {some: true})).toBe('No shipment fits.')
    expect(renderShipments(none, plainPaper(), all)).toBe('No shipment yet.')
  })

  it('have all columns in a file', async () => {
    const rows = (async function* () {
      yield view()
    })()
    const lines: string[] = []
    for await (const each of csvLines(rows, shipmentColumns, ',')) lines.push(each)
    const [header, line] = lines
    expect(header?.split(',')).toHaveLength(shipmentColumns.length)
    expect(line).toContain('12.50')
  })

  const asked = {id: '44000000001', kind: 'shipment'} as const

  it('are a page each, without what a terminal would obey', () => {
    const text = renderShipment(
      {user_id: 1, asked, shipment: view({partial: true, declared_value: '39.8'}), order_ids: ['7', '8'], ...fresh},
      plainPaper(),
    )
    expect(text).toMatch(/^Shipment 44000000001\n/)
    expect(text).toMatch(/Orders +7, 8\n/)
    expect(text).toMatch(/Address +Calle 1, 170150, Quito, Pichincha, Ecuador\n/)
    expect(text).toMatch(/Value +39\.80\n/)
    expect(text).toContain('Parts are missing')
  })

  it('show nothing where nothing is known', () => {
    const none = {receiver_name: null, address_line: null, zip_code: null, city: null, state: null, country: null}
    const bare = view({...none, status: null, mode: null, logistic_type: null, direction: null, declared_value: null})
    const text = renderShipment({user_id: 1, asked, shipment: bare, order_ids: [], ...fresh}, plainPaper())
    for (const name of ['Status', 'Orders', 'Logistics', 'Receiver', 'Address', 'Value'])
      expect(text).toMatch(new RegExp(`${name} +-`))
  })
})

describe('labels', () => {
  it('are told with their file, and those that were refused with the rule', () => {
    expect(renderLabels(labels, plainPaper())).toMatch(/2 labels written to labels\.pdf$/)
    expect(renderLabels({...labels, files: ['-']}, plainPaper())).toMatch(/2 labels written to standard output$/)
    expect(renderLabels({...labels, files: []}, plainPaper())).toBe('')
    const refused = [{shipment_id: '3', error: 'x', message: 'Mercado Libre answered 400', rule: 'it must be paid'}]
    const lines = renderLabels({...labels, ok: false, files: [], printed: [], refused}, plainPaper()).split('\n')
    expect(lines).toEqual([
      expect.stringContaining('No label was printed'),
      expect.stringContaining('3: it must be paid (Mercado Libre answered 400)'),
    ])
  })
})
