import {describe, expect, it} from '@jest/globals'
import type {NotificationList} from '../../src/services/notifications/inbox-log.js'
import {renderNotifications} from '../../src/ui/notifications.js'
import {plainPaper} from './paper.js'

const resource = '/items/MEC1234567890'
const list = {
  notifications: [
    {
      ...{
        id: 12_345,
        received_at: '2026-03-01T11:58:00.000Z',
        user_id: 8_035_443,
        nickname: 'TIENDA_DE_QUITO_Y_CUENCA',
      },
      ...{topic: 'items', resource, state: 'parked', received: 3, failures: 10, error_code: 'MELI_AUTHORIZATION_LOST'},
      ...{due_at: null},
    },
  ],
  ...{waiting: 0, working: 0, parked: 1},
} as unknown as NotificationList

describe('renderNotifications', () => {
  it('shows all columns where there is room', () => {
    const [head] = renderNotifications(list, plainPaper()).split('\n')
    expect(head).toMatch(/^ID +RECEIVED +ACCOUNT +TOPIC +RESOURCE +STATE +TIMES +ERROR$/)
  })

  it.each([60, 80, 100])('keeps the resource whole in %p columns', (columns) => {
    const [head = '', row = ''] = renderNotifications(list, plainPaper(columns)).split('\n')
    expect(row).toContain(resource)
    expect(row).toContain('parked')
    expect(Math.max(head.length, row.length)).toBeLessThanOrEqual(columns)
  })
})
