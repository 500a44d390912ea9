import {describe, expect, it} from '@jest/globals'
import {renderLinked} from '../../src/ui/login.js'
import {plainPaper} from './paper.js'

const linked = {
  user_id: 771100223,
  nickname: 'TIENDA_ANDINA',
  email: null,
  site_id: 'MEC',
  is_test_user: false,
  store_id: '1',
  expires_at: '2026-03-01T18:00:00.000Z',
}

describe('the scope of a new connection', () => {
  it.each([
    ['offline_access read write', 'offline_access read write'],
    ['offline_access read urn:ml:mktp:ads:/read-only', 'offline_access read and 1 permission'],
    [
      'offline_access read write urn:ml:mktp:publish-sync:/read-write urn:global:admin:info:/read-only',
      'offline_access read write and 2 permissions',
    ],
  ])('is readable however long it is: %s', (scope, shown) => {
    expect(renderLinked({...linked, scope}, plainPaper())).toMatch(new RegExp(`^ {2}Scope {4}${shown}$`, 'm'))
  })
})
