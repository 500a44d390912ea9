import {inspect} from 'node:util'
import {describe, expect, it} from '@jest/globals'
import {redact} from '../src/redact.js'
import fc from './support/properties.js'

const names = ['access_token', 'refresh_token', 'client_secret', 'code', 'code_verifier', 'password', 'accessToken']
const secret = fc.string({minLength: 8, maxLength: 40}).map((text) => `Zq7${text}7qZ`)
/** As secrets are in URLs and in text without quotes. */
const plainSecret = fc.stringMatching(/^Zq[\w.~-]{8,40}$/)

describe('redact', () => {
  it('hides secrets in JSON, however deep in JSON within JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, fc.nat(2), (name, value, depth) => {
        let text = JSON.stringify({a: 1, [name]: value, user_id: 7})
        for (let level = 0; level < depth; level++) text = JSON.stringify({body: text, level})
        const result = redact(text)
        expect(result).not.toMatch(/Zq7|7qZ/)
        expect(result).toContain('user_id')
      }),
    )
  })

  it('leaves JSON that can still be parsed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, fc.string(), (name, value, other) => {
        expect(
          JSON.parse(redact(JSON.stringify({[name]: value, other: `${other.replace(/[:=%]/g, '')}`}))),
        ).toMatchObject({
          [name]: expect.stringMatching(/redacted/),
        })
      }),
    )
  })

  it('hides secrets in forms, queries, headers and inspected objects', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), plainSecret, (name, value) => {
        const notations = [
          new URLSearchParams({a: '1', [name]: value, b: '2'}).toString(),
          `https://h/p?x=1&${name}=${value}#f`,
          encodeURIComponent(`https://h/p?${name}=${value}&b=2`),
          inspect({[name]: value, b: 2}),
          `${name}: ${value}`,
          `Authorization: Bearer ${value}\r\naccept: */*`,
          JSON.stringify({authorization: `Bearer ${value}`}),
          inspect({headers: {authorization: `Basic ${value}`}}),
        ]
        for (const text of notations) expect(redact(text)).not.toContain(value)
      }),
    )
  })

  it('hides whatever looks like a token, and passwords of proxies', () => {
    const text =
      'got APP_USR-42-112209-0f1e-771100223 and%3DTG-67abc0123def-771100223 via http://me:pw-of-proxy@proxy:1'
    expect(redact(text)).toBe('got [redacted] and%3D[redacted] via http://[redacted]@proxy:1')
  })

  it('hides known values wherever they stand, encoded too', () => {
    fc.assert(
      fc.property(plainSecret, (value) => {
        const odd = `${value}+/="`
        const text = `a ${odd} b ${encodeURIComponent(odd)} c ${JSON.stringify(odd)}`
        expect(redact(text, [odd])).not.toContain(value)
      }),
    )
  })

  it('leaves ordinary words alone', () => {
    const words =
      'Error validating grant. Your authorization code or refresh token may be expired; status=400, user_id=7, "status_code":200'
    expect(redact(words)).toBe(words)
  })

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (text) => typeof redact(`code=${text}"password":"${text}`) === 'string'),
    )
  })
})
