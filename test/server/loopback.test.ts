import {describe, expect, it} from '@jest/globals'
import {loopbackEndpoint} from '../../src/server/loopback.js'

describe('loopbackEndpoint', () => {
  it.each([
    ['http://localhost/cb', ['127.0.0.1', '::1'], 80],
    ['https://localhost/cb', ['127.0.0.1', '::1'], 443],
    ['http://LOCALHOST:8080', ['127.0.0.1', '::1'], 8080],
    ['http://127.0.0.5:9000/', ['127.0.0.5'], 9000],
    ['http://127.1:9000/', ['127.0.0.1'], 9000],
    ['https://[::1]:9000/', ['::1'], 9000],
  ])('knows where %s is served', (address, addresses, port) => {
    expect(loopbackEndpoint(new URL(address))).toMatchObject({addresses, port})
  })

  it.each([
    'http://0.0.0.0/',
    'http://128.0.0.1/',
    'http://[::2]/',
    'http://127.0.0.1.example.com/',
    'ftp://localhost/',
  ])('leaves %s alone', (address) => {
    expect(loopbackEndpoint(new URL(address))).toBeUndefined()
  })

  it('accepts the Host header with and without the port that goes without saying', () => {
    expect([...(loopbackEndpoint(new URL('https://localhost/cb'))?.hostHeaders ?? [])]).toEqual([
      'localhost',
      'localhost:443',
    ])
  })
})
