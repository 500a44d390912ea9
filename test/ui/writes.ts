import type {WriteView} from '../../src/services/writes/history.js'

export function aWrite(changes: Partial<WriteView> = {}): WriteView {
  return {
    ...{id: 12, at: '2026-03-01T11:00:00.000Z', user_id: 8_035_443, nickname: 'TIENDA_QUITO', is_test_user: false},
    ...{command: 'stock set', action: 'stock', subject: 'MEC600000001', variation_id: null},
    ...{method: 'PUT', path: '/items/MEC600000001', body: '{"available_quantity":3}'},
    ...{before: {available_quantity: 5}, after: {available_quantity: 3}},
    ...{outcome: 'done', status: 200, error_code: null, message: null, ended_at: '2026-03-01T11:00:01.000Z'},
    ...{undoes: null, undone_by: null, push_id: null},
    ...changes,
  }
}
