import {describe, expect, it} from '@jest/globals'
import {openWeb} from '../support/web.js'

describe('whoever keeps stores in step', () => {
  it('is told when an operator connects a seller, and when a permission is renewed', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    const callback = await ana.authorize()
    expect(web.connected).toBe(0)
    await ana.get(callback)
    expect(web.connected).toBe(1)
    web.kit.clock.skip(60_000)
    const seller = web.visitor()
    await seller.get(await seller.authorize())
    expect(web.connected).toBe(2)
  })

  it('is told of an installation when it is completed, and not while it waits', async () => {
    const web = await openWeb()
    const seller = web.visitor()
    const {location = ''} = await seller.get(await seller.authorize())
    expect(web.connected).toBe(0)
    const ana = await web.signedIn()
    await ana.submit(await ana.get(location))
    expect(web.connected).toBe(1)
  })

  it('is not told of what came to nothing', async () => {
    const web = await openWeb()
    const ana = await web.signedIn()
    await ana.get(await ana.authorize({deny: true}))
    await ana.get('/api/auth/meli/callback?code=TG-1&state=forged-by-somebody-else')
    expect(web.connected).toBe(0)
  })
})
