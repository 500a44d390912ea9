import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import {openShop, publish, type Shop, seller, stranger} from './shop.js'

let shop: Shop
const url = `/users/${seller.userId}/items/search?search_type=scan`
const minutes = 60_000

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

interface Page {
  results: string[]
  scroll_id: string
}

const decode = (scrollId: string) => JSON.parse(Buffer.from(scrollId, 'base64').toString())

describe('a scan', () => {
  const idsInOrder = () =>
    shop.catalogue
      .listed(seller.userId)
      .toSorted((one, other) => one.stopMs - other.stopMs || one.number - other.number)
      .map(({id}) => id)

  async function readAll(query = '&limit=100'): Promise<Page[]> {
    const pages: Page[] = [(await shop.get(`${url}${query}`)).body]
    while (pages.at(-1)!.scroll_id !== '')
      pages.push((await shop.get(`${url}${query}&scroll_id=${encodeURIComponent(pages.at(-1)!.scroll_id)}`)).body)
    return pages
  }

  it('lists everything by stop time, with another scroll id on each page, and ends with an empty one', async () => {
    shop.catalogue.seed(seller, 1234)
    const pages = await readAll()
    expect(pages.flatMap(({results}) => results)).toEqual(idsInOrder())
    expect(pages.at(-1)).toMatchObject({results: [], scroll_id: ''})
    expect(new Set(pages.map(({scroll_id: id}) => id)).size).toBe(pages.length)
    expect(pages).toHaveLength(14)
    for (const page of pages) {
      expect(page).toMatchObject({seller_id: String(seller.userId), paging: {limit: 100, total: 1234}, query: null})
      expect(page).toHaveProperty('paging', {limit: 100, total: 1234})
      expect(page).toHaveProperty('orders', [{id: 'stop_time_asc', name: 'Order by stop time ascending'}])
    }
  })

  it('has the position of the last row for a scroll id', async () => {
    shop.catalogue.seed(seller, 3)
    const {results, scroll_id: scrollId} = (await shop.get(`${url}&limit=2`)).body
    const last = shop.catalogue.get(results[1])!
    const position = {id: last.id, numeric_id: last.number, stop_time: last.stopMs}
    expect(decode(scrollId)).toEqual(position)
  })

  it('gives a page again to an id that is sent again, however much later', async () => {
    shop.catalogue.seed(seller, 30)
    const first = (await shop.get(`${url}&limit=10`)).body
    const next = async () => (await shop.get(`${url}&limit=10&scroll_id=${encodeURIComponent(first.scroll_id)}`)).body
    const second = await next()
    expect(second.results).toEqual(idsInOrder().slice(10, 20))
    shop.clock.advance(60 * minutes)
    expect(await next()).toEqual(second)
  })

  it('of nothing has no scroll id', async () => {
    await publish(shop)
    const {status, body} = await shop.get(`${url}&status=inactive`)
    expect(status).toBe(200)
    expect(body).toMatchObject({seller_id: String(seller.userId), results: [], scroll_id: ''})
    expect(body.paging).toEqual({limit: 50, total: 0})
  })

  it.each([
    'nonsense',
    '',
    Buffer.from('null').toString('base64'),
    Buffer.from('{"id":"MEC1"}').toString('base64'),
    Buffer.from('{"id":"MEC1","numeric_id":1,"stop_time":"soon"}').toString('base64'),
    Buffer.from('{"id":"MEC1","numeric_id":1,"stop_time":null}').toString('base64'),
  ])('refuses a scroll id that is none: "%s"', async (scrollId) => {
    expect(await shop.get(`${url}&scroll_id=${encodeURIComponent(scrollId)}`)).toMatchObject({
      status: 400,
      body: {
        message: 'Invalid Scroll Id: Error decode reading Scroll ID',
        error: 'invalid.scroll.id',
        status: 400,
        cause: [],
      },
    })
  })

  it('sees what lies behind its position now', async () => {
    const [first, second] = [await publish(shop), await publish(shop)]
    const page = (await shop.get(`${url}&limit=1&status=active`)).body
    expect(page.results).toEqual([first.id])
    shop.clock.advance(minutes)
    const third = await publish(shop)
    await shop.put(`/items/${second.id}`, {status: 'closed'})
    await shop.delete(`/_emulator/items/${first.id}`)
    const rest = (await shop.get(`${url}&status=active&scroll_id=${encodeURIComponent(page.scroll_id)}`)).body
    expect(rest).toMatchObject({results: [third.id], paging: {total: 1}})
  })

  it('cannot be mixed with an offset, nor take more than 100', async () => {
    expect((await shop.get(`${url}&offset=0`)).status).toBe(400)
    expect((await shop.get(`${url}&limit=101`)).status).toBe(400)
  })
})

describe('a scan whose scroll id is a handle', () => {
  beforeEach(() => shop.post('/_emulator/items/settings', {scroll_id: 'handle'}))

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
    await shop.post('/_emulator/items/settings', {expired_scroll_status: 404})
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
    await shop.post('/_emulator/items/settings', {scan_end: scanEnd})
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
