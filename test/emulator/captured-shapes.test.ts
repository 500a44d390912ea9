import {describe, expect, it} from '@jest/globals'
import {captured, differences} from '../support/captured.js'

describe('the comparison', () => {
  it('names what is missing, unknown, or of another type', () => {
    const {body} = captured('notification.items')
    expect(differences(body, 'notification.items')).toEqual([])
    const {actions: _, ...wrong} = {...body, user_id: '771100223', more: 1, sent: '2026-11-20T12:00:00.129-04:00'}
    expect(differences(wrong, 'notification.items')).toEqual([
      'actions: missing',
      'more: not among the captured keys',
      'user_id: string instead of number',
      'sent: 2026-11-20T12:00:00.129-04:00 is not written as 2026-11-20T12:00:00.129Z',
    ])
  })

  it('wants elements to have one of the forms, and whole seconds where they were captured', () => {
    expect(differences([{}, {body: {}, id: 'MLA1'}], 'items-bulk.selected_body')).toContain(
      '[].id: not among the captured keys',
    )
    const {messages} = structuredClone(captured('missed-feeds.rows').body)
    messages[0].sent = '2026-11-20T12:09:12.000Z'
    expect(differences({messages}, 'missed-feeds.rows')).toHaveLength(1)
  })
})
