import {describe, expect, it} from '@jest/globals'
import {type ServeFlags, serveSettings} from '../../src/cli/serve-settings.js'

const publicUrl = 'https://meli.example.com'

function settings(flags: Partial<ServeFlags>) {
  return serveSettings({host: '127.0.0.1', port: 3000, publicUrl, syncEveryMs: 7_200_000, ...flags})
}

describe('who may be connected', () => {
  it('is the proxy alone, where others could come past it', () => {
    const behindProxy = ['10.0.0.0/8']
    expect(settings({host: '0.0.0.0', behindProxy}).peers).toEqual(behindProxy)
    expect(settings({host: '::', behindProxy}).peers).toEqual(behindProxy)
  })

  it('is anybody, where the server speaks TLS itself or is reached from this machine only', () => {
    const behindProxy = ['127.0.0.1']
    const tls = {tlsCert: 'cert.pem', tlsKey: 'key.pem'}
    for (const host of ['127.0.0.1', '::1', 'localhost']) expect(settings({host, behindProxy}).peers).toBeUndefined()
    expect(settings({host: '0.0.0.0', behindProxy, ...tls}).peers).toBeUndefined()
    expect(settings({host: '0.0.0.0', ...tls}).peers).toBeUndefined()
  })
})
