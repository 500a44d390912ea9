import {inspect} from 'node:util'
import {describe, expect, it} from '@jest/globals'
import {looksSecret, maskAll, maskSecrets, redact, rememberSecret, rememberTyped} from '../../src/core/redact.js'
import fc from '../support/properties.js'

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

  it('hides values that were met, of any shape, wherever they stand, encoded too', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', minLength: 6, maxLength: 60}), fc.string(), (value, around) => {
        const odd = `Zq${value}+/="`
        expect(odd.length).toBeGreaterThanOrEqual(8)
        rememberSecret(odd)
        const text = `${around}${odd} b ${encodeURIComponent(Buffer.from(odd).toString())} c ${JSON.stringify(odd)}${odd}`
        for (const hidden of [redact(text), maskSecrets(text)]) {
          expect(hidden).not.toContain(odd)
          expect(hidden).not.toContain(encodeURIComponent(Buffer.from(odd).toString()))
          expect(hidden).not.toContain(JSON.stringify(odd).slice(1, -1))
        }
      }),
    )
  })

  it('hides the longer of two values of which one begins as the other', () => {
    rememberSecret('shared-start', 'shared-start-and-more')
    expect(maskSecrets('x shared-start-and-more shared-start y')).toBe('x [redacted] [redacted] y')
  })

  it('hides what is left of a value that was cut', () => {
    rememberSecret('a-long-value-that-is-cut-somewhere')
    expect(maskSecrets('no method a-long-value-that-, a-long-value')).toBe('no method [redacted], a-long-value')
  })

  it('keeps a bounded number of values, those that were met last', () => {
    rememberSecret('the-first-of-many', 'kept-because-it-is-used')
    for (let count = 0; count < 2000; count += 1) {
      rememberSecret(`another-secret-${count}-of-many`)
      if (count % 500 === 0) rememberSecret('kept-because-it-is-used')
    }
    expect(maskSecrets('the-first-of-many kept-because-it-is-used another-secret-1999-of-many')).toBe(
      'the-first-of-many [redacted] [redacted]',
    )
  })

  it('removes tokens by their shape, however many there were, and keeps what it has to know by value', () => {
    rememberSecret('kept-beside-many-tokens')
    const token = (count: number) => `APP_USR-4242-112209-0f1e2d3c${count}-771100223`
    for (let count = 0; count < 2000; count += 1) rememberSecret(token(count))
    expect(redact(`${token(0)} kept-beside-many-tokens`)).toBe('[redacted] [redacted]')
    expect(maskSecrets(token(1999))).toBe('APP_USR-***')
  })

  it('leaves values alone that are too short to be told from words', () => {
    rememberSecret('secret', '', undefined)
    expect(maskSecrets('the client secret')).toBe('the client secret')
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

describe('maskSecrets', () => {
  it('shows that there was a token, and leaves advice as it is', () => {
    expect(maskSecrets('no account is called APP_USR-42-1122-0f1e-7')).toBe('no account is called APP_USR-***')
    const advice = "meli auth complete 'https://example.com/callback?code=TG-...&state=...', with password: yours"
    expect(maskSecrets(advice)).toBe(advice)
  })

  it('goes into documents', () => {
    rememberSecret('hidden-in-a-document')
    const document = {code: 'A', details: {list: ['hidden-in-a-document', 7, null], at: true}}
    expect(maskAll(document)).toEqual({code: 'A', details: {list: ['[redacted]', 7, null], at: true}})
  })
})

describe('looksSecret', () => {
  it.each([
    'APP_USR-1',
    'x=TG-67abc0123def-771100223',
    'aB3dE5fG7hJ9kL1mN3pQ5',
    'TEST-1234567890123456-113021-0f1e2d3c-7',
    'ZDc4_q7Zr2Kd9xW4mT8vB1nC6yH3-Lw5',
    'x8QvT2mLr94KpZs7WnYb31Hd',
    '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  ])('takes %s for a secret', (word) => expect(looksSecret(word)).toBe(true))

  it.each([
    'status',
    'TIENDA_ANDINA',
    'MEC1400000001',
    'SKU-CAMISETA-AZUL-XL-2026',
    'Camisa-Azul-2026-Talla-M',
    'CamisaAzul2026TallaM',
    'Ref.A1b2C3_Talla42-Rojo+Gris',
    '12345678901234567890123456789012',
    'InventarioDeLaTienda2026.xlsx',
    '/home/Ana/Inventario2026/precios',
    'catalogue-2026-11-30',
    'https://example.com/Path1',
  ])('takes %s for none', (word) => expect(looksSecret(word)).toBe(false))

  it('is asked about a command line: words, and the values of flags', () => {
    rememberTyped(['auth', '--account=aB3dE5fG7hJ9kL1mN3pQ6', 'zB3dE5fG7hJ9kL1mN3pQ7', 'ordinary-word'])
    const text = 'aB3dE5fG7hJ9kL1mN3pQ6 zB3dE5fG7hJ9kL1mN3pQ7 ordinary-word'
    expect(maskSecrets(text)).toBe('[redacted] [redacted] ordinary-word')
  })
})
