import {readdirSync, readFileSync} from 'node:fs'
import {describe, expect, it} from '@jest/globals'
import {endpointOf} from '../../../src/meli/http/endpoint.js'
import fc from '../../support/properties.js'

describe('the kind of an address', () => {
  it.each([
    ['/users/me', '/users/me'],
    ['/users/8035443', '/users/:id'],
    ['/users/8035443/items/search', '/users/:id/items/search'],
    ['/users/8035443/applications/4242', '/users/:id/applications/:id'],
    ['/users/test_user', '/users/test_user'],
    ['/items/MEC600000001', '/items/:id'],
    ['/items?ids=MEC1,MEC2', '/items'],
    ['/items/', '/items'],
    ['/items/bulk', '/items/bulk'],
    ['/user-products/MLAU12/stock', '/user-products/:id/stock'],
    ['/user-products/MLAU12/stock/type/selling_address', '/user-products/:id/stock/type/selling_address'],
    ['/user-products/MLAU12/stock/type/seller_warehouse', '/user-products/:id/stock/type/seller_warehouse'],
    ['/sites/MEC/listing_prices', '/sites/:id/listing_prices'],
    ['/missed_feeds', '/missed_feeds'],
    ['/oauth/token', '/oauth/token'],
  ])('of %s is %s', (path, endpoint) => {
    expect(endpointOf(path)).toBe(endpoint)
  })

  it.each(['', '/', '/users/TIENDA_QUITO', '/nobody/knows', '/items/a/b', '/users/ana@example.com1', '/1/2/3/4/5/6/7'])(
    'of %p is no kind of its own',
    (path) => {
      expect(endpointOf(path)).toBe('other')
    },
  )

  it('is known of everything that is asked for', () => {
    const files = readdirSync('src/meli', {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.ts'))
    const sources = files.map((name) => readFileSync(`src/meli/${name}`, 'utf8'))
    const asked = [...sources.join('\n').matchAll(/'(?:GET|POST|PUT|DELETE)', ['`](\/[^'`]+)/g)]
    const paths = asked.map(([, path = '']) => path.replaceAll(/\$\{[^}]+\}/g, '1'))
    expect(paths.length).toBeGreaterThan(5)
    expect(paths.filter((path) => endpointOf(path) === 'other')).toEqual([])
  })

  it('never has a digit or a capital letter of what was asked for', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webPath(), fc.webUrl()), (path) => {
        expect(endpointOf(path)).toMatch(/^(other|(\/(:id|[a-z_-]+))+)$/)
      }),
    )
  })
})
