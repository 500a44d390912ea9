import {describe, expect, it} from '@jest/globals'
import {localPath} from '../../src/server/local-path.js'
import fc from '../support/properties.js'

const base = 'https://shop.example'

describe('a local path', () => {
  it.each(['/', '/stores', '/stores/1?tab=syncs&next=https://else.where', '/caf%C3%A9', '/a%20b', '/a?q=%2F%2F'])(
    'is one as it is: %s',
    (text) => {
      expect(localPath(text)).toBe(text)
    },
  )

  it('loses what a browser would not send', () => {
    expect(localPath('/stores#part')).toBe('/stores')
    expect(localPath('/a/../b')).toBe('/b')
  })

  it('never leads to another origin, whatever is asked for', () => {
    const nasty = fc.array(
      fc.constantFrom('/', '\\', '.', '%2f', '%5c', '%25', '@', ':', '\t', '\n', 'evil.example', '?', '#', ' '),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          nasty.map((parts) => `/${parts.join('')}`),
          fc.string(),
          fc.webUrl(),
        ),
        (text) => {
          const path = localPath(text)
          if (path === undefined) return
          const once = new URL(path, base)
          expect(once.origin).toBe(base)
          // A server or proxy that decodes before it redirects must not be led astray either.
          const decoded = decodeURIComponent(once.pathname)
          expect(new URL(decoded, base).origin).toBe(base)
          expect(path).not.toMatch(/[\r\n\\]/)
        },
      ),
      {numRuns: 2000},
    )
  })
})
