import {describe, expect, it} from '@jest/globals'
import {keepToken} from '../../../src/meli/http/kept-token.js'

function source() {
  const tokens = {asked: 0, renewed: [] as string[], at: 0, failing: false}
  const kept = keepToken(
    {
      async current() {
        tokens.asked++
        if (tokens.failing) throw new Error('no token')
        return `T${tokens.asked}`
      },
      async renew(rejected) {
        tokens.renewed.push(rejected)
        return 'renewed'
      },
    },
    () => new Date(tokens.at),
  )
  return {tokens, kept}
}

describe('a kept token', () => {
  it('is asked for once in ten seconds, by all who want it', async () => {
    const {tokens, kept} = source()
    expect(await Promise.all([kept.current(), kept.current()])).toEqual(['T1', 'T1'])
    tokens.at = 9999
    expect(await kept.current()).toBe('T1')
    tokens.at = 10_000
    expect(await kept.current()).toBe('T2')
    tokens.at = 1
    expect(await kept.current()).toBe('T3')
  })

  it('is forgotten when it was rejected, and when there was none', async () => {
    const {tokens, kept} = source()
    expect(await kept.renew?.(await kept.current())).toBe('renewed')
    expect(tokens.renewed).toEqual(['T1'])
    expect(await kept.current()).toBe('T2')
    const failing = source()
    failing.tokens.failing = true
    await expect(failing.kept.current()).rejects.toThrow('no token')
    failing.tokens.failing = false
    expect(await failing.kept.current()).toBe('T2')
  })

  it('cannot be renewed where its source cannot', () => {
    expect(keepToken({current: async () => 'T'}, () => new Date()).renew).toBeUndefined()
  })
})
