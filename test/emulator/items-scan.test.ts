import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop, seller, stranger} from './items-app.js'

let shop: Shop
const url = `/users/${seller.userId}/items/search?search_type=scan`
const minutes = 60_000

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

describe('a scan', () => {
  it('walks a catalogue beyond the cap of paging with one scroll id', async () => {
    shop.catalogue.seed(seller, 1234)
    const seen: string[] = []
    const first = await shop.get(`${url}&limit=100`)
    let page = first
    while (page.body.results.length > 0) {
      expect(page.body).toMatchObject({scroll_id: first.body.scroll_id, paging: {limit: 100, total: 1234}})
      seen.push(...page.body.results)
      page = await shop.get(`${url}&limit=100&scroll_id=${first.body.scroll_id}`)
    }
    expect(page.body.scroll_id).toBeNull()
    expect(new Set(seen).size).toBe(1234)
    expect(seen).toHaveLength(1234)
  })

  it('lives for five minutes after each use and no longer', async () => {
    shop.catalogue.seed(seller, 300)
    const {scroll_id: scrollId} = (await shop.get(url)).body
    for (let n = 0; n < 3; n++) {
      shop.clock.advance(4.9 * minutes)
      expect((await shop.get(`${url}&scroll_id=${scrollId}`)).status).toBe(200)
    }
    shop.clock.advance(5 * minutes + 1)
    const expired = await shop.get(`${url}&scroll_id=${scrollId}`)
    expect(expired).toMatchObject({status: 400, body: {message: expect.stringContaining('scroll'), status: 400}})
  })

  it('answers 404 to a lost scroll when told to', async () => {
    await shop.post('/_emulator/items/settings', {expiredScrollStatus: 404})
    expect(await shop.get(`${url}&scroll_id=made-up`)).toMatchObject({
      status: 404,
      body: {message: expect.stringContaining('scroll')},
    })
  })

  it("does not open another seller's scroll", async () => {
    shop.catalogue.seed(seller, 3)
    const {scroll_id: scrollId} = (await shop.get(url)).body
    const theirs = `/users/${stranger.userId}/items/search?search_type=scan&scroll_id=${scrollId}`
    expect((await shop.get(theirs, 'stranger')).status).toBe(400)
  })

  it.each([
    ['scroll_id', {results: [], scroll_id: null}],
    ['results', {results: null, scroll_id: expect.any(String)}],
    ['both', {results: null, scroll_id: null}],
  ])('ends with %s null when told to', async (scanEnd, end) => {
    await shop.post('/_emulator/items/settings', {scanEnd})
    expect((await shop.get(url)).body).toMatchObject(end)
  })

  it('cannot be mixed with an offset, nor take more than 100', async () => {
    expect((await shop.get(`${url}&offset=0`)).status).toBe(400)
    expect((await shop.get(`${url}&limit=101`)).status).toBe(400)
  })

  it('keeps to what was there when it began', async () => {
    const first = await publish(shop)
    const second = await publish(shop)
    const {body} = await shop.get(`${url}&limit=1&status=active`)
    const third = await publish(shop)
    await shop.put(`/items/${second.id}`, {status: 'closed'})
    await shop.delete(`/_emulator/items/${first.id}`)
    const rest = await shop.get(`${url}&limit=100&scroll_id=${body.scroll_id}`)
    expect([...body.results, ...rest.body.results]).toEqual([first.id, second.id])
    expect((await shop.get(`${url}&status=active`)).body.results).toEqual([third.id])
  })
})
