import {describe, expect, it} from '@jest/globals'
import {authorizationOrigin, findSite, sites} from '../../../src/meli/api/sites.js'

describe('sites', () => {
  it('knows where each seller consents', () => {
    expect(authorizationOrigin('MEC').href).toBe('https://auth.mercadolibre.com.ec/')
    expect(authorizationOrigin('mlb').href).toBe('https://auth.mercadolivre.com.br/')
    expect(authorizationOrigin('MCR').href).toBe('https://auth.mercadolibre.co.cr/')
    expect(authorizationOrigin('CBT').href).toBe('https://global-selling.mercadolibre.com/')
    expect(findSite('MEC')).toMatchObject({currency: 'USD', webHost: 'www.mercadolibre.com.ec', language: 'es'})
  })

  it('has each site once', () => {
    expect(new Set(sites.map((site) => site.id)).size).toBe(sites.length)
  })

  it('names the sites there are when asked for another', () => {
    expect(() => findSite('MXX')).toThrow(
      expect.objectContaining({code: 'MELI_SITE_UNKNOWN', suggestions: [expect.stringContaining('MEC')]}),
    )
  })

  it('goes where it is told instead, by https or on this machine', () => {
    expect(authorizationOrigin('MEC', new URL('http://127.0.0.1:99/x')).href).toBe('http://127.0.0.1:99/')
    expect(() => authorizationOrigin('MEC', new URL('http://evil.example'))).toThrow(
      expect.objectContaining({code: 'MELI_CONFIG_INVALID'}),
    )
  })
})
