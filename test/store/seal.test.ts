import {describe, expect, it} from '@jest/globals'
import {type Place, seal, unseal} from '../../src/store/seal.js'
import fc from '../support/properties.js'

const key = fc.uint8Array({minLength: 32, maxLength: 32}).map((bytes) => Buffer.from(bytes))
const name = fc.stringMatching(/^[a-z_]{1,20}$/)
const place: fc.Arbitrary<Place> = fc.record({table: name, row: fc.oneof(fc.nat(), name), column: name})
const text = fc.string({unit: 'binary', maxLength: 200})

describe('the seal', () => {
  it('opens to what was sealed', () => {
    fc.assert(fc.property(key, place, text, (k, p, plain) => unseal(k, p, seal(k, p, plain)) === plain))
  })

  it('shows its version and nothing of the text', () => {
    fc.assert(
      fc.property(key, place, fc.stringMatching(/^[A-Za-z0-9-]{12,40}$/), (k, p, plain) => {
        const sealed = seal(k, p, plain)
        expect(sealed).toMatch(/^v1\.[\w-]{16}\.[\w-]+$/)
        expect(sealed).not.toContain(plain)
      }),
    )
  })

  it('is never the same twice', () => {
    const sealed = new Set(
      Array.from({length: 1000}, () => seal(Buffer.alloc(32), {table: 't', row: 1, column: 'c'}, 'x')),
    )
    expect(sealed.size).toBe(1000)
  })

  it('does not open when any byte of nonce, text or tag was changed', () => {
    fc.assert(
      fc.property(key, place, text, fc.nat(), fc.integer({min: 1, max: 255}), (k, p, plain, at, flip) => {
        const [version, nonce = '', body = ''] = seal(k, p, plain).split('.')
        const parts = [Buffer.from(nonce, 'base64url'), Buffer.from(body, 'base64url')] as const
        const index = at % (parts[0].length + parts[1].length)
        const [part, offset] = index < 12 ? [parts[0], index] : [parts[1], index - 12]
        part.writeUInt8(part.readUInt8(offset) ^ flip, offset)
        return unseal(k, p, [version, ...parts.map((bytes) => bytes.toString('base64url'))].join('.')) === undefined
      }),
    )
  })

  it('does not open when any character was changed, cut or added', () => {
    fc.assert(
      fc.property(key, place, text, fc.nat(), fc.constantFrom('A', 'z', '.', '=', ' ', ''), (k, p, plain, at, put) => {
        const sealed = seal(k, p, plain)
        const index = at % sealed.length
        const changed = sealed.slice(0, index) + put + sealed.slice(index + 1)
        return changed === sealed || unseal(k, p, changed) === undefined
      }),
    )
  })

  it('does not open with another key, or in another table, row or column', () => {
    fc.assert(
      fc.property(key, key, place, place, text, (k, otherKey, p, other, plain) => {
        const sealed = seal(k, p, plain)
        if (!k.equals(otherKey)) expect(unseal(otherKey, p, sealed)).toBeUndefined()
        for (const part of ['table', 'row', 'column'] as const) {
          if (String(p[part]) === String(other[part])) continue
          expect(unseal(k, {...p, [part]: other[part]}, sealed)).toBeUndefined()
        }
      }),
    )
  })

  it('does not open what was never sealed', () => {
    fc.assert(fc.property(key, place, text, (k, p, plain) => unseal(k, p, plain) === undefined))
    for (const odd of ['', 'v1', 'v1..', 'v1.AAAAAAAAAAAAAAAA.', 'v2.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'])
      expect(unseal(Buffer.alloc(32), {table: 't', row: 1, column: 'c'}, odd)).toBeUndefined()
  })
})
