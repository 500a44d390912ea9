import {afterEach, beforeEach, describe, expect, it} from '@jest/globals'
import fc from '../support/properties.js'
import {newCatalogue, openShop, publish, type Shop, seller, stranger} from './shop.js'

let shop: Shop

beforeEach(() => {
  shop = openShop()
})
afterEach(() => shop.app.close())

describe('a seeded catalogue', () => {
  it('is the same for the same seed and another for another', () => {
    const ids = (seed: number) => {
      const catalogue = newCatalogue(seed)
      catalogue.seed(seller, 20)
      return JSON.stringify(catalogue.listed(seller.userId))
    }
    expect(ids(1)).toBe(ids(1))
    expect(ids(1)).not.toBe(ids(2))
  })

  it('has one stock for the items of a user product, however many come at once', () => {
    const catalogue = newCatalogue(1)
    catalogue.seed(seller, 150)
    catalogue.seed(seller, 150)
    const items = catalogue.listed(seller.userId).filter(({userProductId}) => userProductId !== null)
    const products = new Set(items.map(({userProductId}) => userProductId!))
    expect(products.size).toBeLessThan(items.length)
    for (const id of products) {
      const [first, ...others] = catalogue.ofUserProduct(id)
      expect(others.map(({quantity}) => quantity)).toEqual(others.map(() => first!.quantity))
    }
    for (const {quantity, status, subStatus} of items)
      if (status === 'active' || status === 'paused') expect(subStatus.includes('out_of_stock')).toBe(quantity === 0)
  })

  it('has items of about the size that was asked for', async () => {
    for (const [bytes, least, most] of [
      [undefined, 2900, 4200],
      [10_000, 9000, 11_000],
    ] as const) {
      const {body} = await shop.post('/_emulator/items', {user: 'seller', count: 20, bytes})
      expect(body).toMatchObject({user_id: seller.userId, seeded: 20})
      for (const {id} of shop.catalogue.listed(seller.userId).slice(-20)) {
        const size = Buffer.byteLength(JSON.stringify((await shop.get(`/items/${id}`)).body))
        expect(size).toBeGreaterThan(least)
        expect(size).toBeLessThan(most)
      }
    }
  })

  it('has all kinds of items, with prices whose decimal text is exact', async () => {
    for (const [user, id, currency] of [
      ['seller', seller.userId, 'USD'],
      ['stranger', stranger.userId, 'BRL'],
    ] as const) {
      await shop.post('/_emulator/items', {user, count: 600})
      const ids = shop.catalogue.listed(id).map((item) => item.id)
      const items = await Promise.all(ids.map(async (itemId) => (await shop.get(`/items/${itemId}`, user)).body))
      const some = (judge: (item: (typeof items)[number]) => boolean) => expect(items.some(judge)).toBe(true)
      some(({variations}) => variations.length > 1)
      some(({family_name: name}) => name !== null)
      some(({sub_status: sub}) => sub.includes('out_of_stock'))
      some(({title}) => /[áéíóúñãçô]/.test(title))
      expect(new Set(items.map(({status}) => status))).toEqual(
        new Set(['active', 'paused', 'closed', 'under_review', 'inactive']),
      )
      for (const {price, currency_id: shown, permalink, title} of items) {
        expect(String(price)).toMatch(/^\d+(\.\d{1,2})?$/)
        expect(shown).toBe(currency)
        expect(new URL(permalink).protocol).toBe('https:')
        expect(title).not.toBe('')
      }
    }
  })
})

describe('the control routes', () => {
  it('change an item whatever the rules say, and touch last_updated', async () => {
    const before = await publish(shop)
    shop.clock.advance(1000)
    const {body} = await shop.post(`/_emulator/items/${before.id}`, {
      status: 'closed',
      title: 'Vendida',
      sold_quantity: 3,
    })
    expect(body).toMatchObject({status: 'closed', title: 'Vendida', sold_quantity: 3})
    expect(body.last_updated > before.last_updated).toBe(true)
  })

  it('make an item vanish', async () => {
    const {id} = await publish(shop)
    expect((await shop.delete(`/_emulator/items/${id}`)).status).toBe(204)
    expect((await shop.get(`/items/${id}`)).status).toBe(404)
    expect((await shop.delete(`/_emulator/items/${id}`)).status).toBe(404)
  })

  it.each([
    ['/_emulator/items', {user: 'seller', count: -1}],
    ['/_emulator/items', {user: true, count: 1}],
    ['/_emulator/items/settings', {bulk: 'none'}],
    ['/_emulator/items/settings', {bulk: 'only-new', speed: 1}],
    ['/_emulator/items/outcomes', {id: 'MEC1', route: 'nowhere', status: 500}],
    ['/_emulator/items/outcomes', {id: 'MEC1', status: 42}],
  ])('refuse what they do not understand: %s %j', async (url, payload) => {
    const {body: before} = await shop.get('/_emulator/items/settings')
    expect((await shop.post(url, payload)).status).toBe(400)
    expect((await shop.get('/_emulator/items/settings')).body).toEqual(before)
  })
})

describe('whatever the catalogue', () => {
  const sorts = ['stop_time', 'start_time', 'available_quantity', 'price', 'last_updated'] as const

  it('a scan gives each id exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: 350}), fc.integer({min: 1, max: 100}), async (count, limit) => {
        const local = openShop()
        local.catalogue.seed(seller, count)
        const url = `/users/${seller.userId}/items/search?search_type=scan&limit=${limit}`
        const seen: string[] = []
        let page = await local.get(url)
        while (page.body.results.length > 0) {
          seen.push(...page.body.results)
          page = await local.get(`${url}&scroll_id=${encodeURIComponent(page.body.scroll_id)}`)
        }
        expect(seen.toSorted()).toEqual(
          local.catalogue
            .listed(seller.userId)
            .map(({id}) => id)
            .toSorted(),
        )
        await local.app.close()
      }),
      {numRuns: 15},
    )
  })

  it('sorted pages put together are the sorted list', async () => {
    const columns = {
      stop_time: 'stopMs',
      start_time: 'startMs',
      available_quantity: 'quantity',
      price: 'price',
      last_updated: 'updatedMs',
    } as const
    shop.catalogue.seed(seller, 230)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sorts),
        fc.constantFrom('asc', 'desc'),
        fc.integer({min: 7, max: 100}),
        async (sort, direction, limit) => {
          const seen: string[] = []
          for (let offset = 0; offset < 230; offset += limit) {
            const query = `orders=${sort}_${direction}&limit=${limit}&offset=${offset}`
            seen.push(...(await shop.get(`/users/${seller.userId}/items/search?${query}`)).body.results)
          }
          const sign = direction === 'asc' ? 1 : -1
          const column = columns[sort]
          const expected = shop.catalogue
            .listed(seller.userId)
            .toSorted((a, b) => sign * (a[column] - b[column]) || a.number - b.number)
          expect(seen).toEqual(expected.map(({id}) => id))
        },
      ),
      {numRuns: 25},
    )
  })

  it('an export can be imported elsewhere and gives the same answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({min: 1, max: 60}), async (seed, count) => {
        const catalogue = newCatalogue(seed)
        catalogue.seed(seller, count)
        catalogue.seed(stranger, 3)
        const [first] = catalogue.listed(seller.userId)
        catalogue.update(first!, {
          title: 'Cambiada',
          pictures: [{source: 'x'}],
          attributes: [{id: 'BRAND', value_name: 'Ñ'}],
        })
        catalogue.unlist(first!)
        const text = JSON.stringify(catalogue.export())
        const copy = openShop()
        copy.catalogue.import(JSON.parse(text))
        expect(JSON.stringify(copy.catalogue.export())).toBe(text)
        expect(copy.catalogue.size(seller.userId)).toBe(count - 1)
        expect((await copy.get(`/items/${first!.id}`)).body.title).toBe('Cambiada')
        await copy.app.close()
      }),
      {numRuns: 15},
    )
  })

  it('an import of something else is refused and changes nothing', async () => {
    shop.catalogue.seed(seller, 2)
    const {body: state} = await shop.get('/_emulator/state')
    const empty = {columns: state.catalogue.columns, last_number: 1, listed: [], unlisted: [], outcomes: []}
    for (const catalogue of [
      null,
      [],
      {...empty, columns: ['id']},
      {...empty, columns: empty.columns.toReversed()},
      {...empty, listed: [['MEC1']]},
      {...empty, last_number: 'x'},
    ]) {
      expect((await shop.put('/_emulator/state', {...state, catalogue})).status).toBe(400)
    }
    expect(shop.catalogue.size(seller.userId)).toBe(2)
    expect((await shop.put('/_emulator/state', {...state, catalogue: empty})).status).toBe(204)
    expect(shop.catalogue.size(seller.userId)).toBe(0)
  })
})
