import {describe, expect, it} from '@jest/globals'
import {json} from '../../support/http-server.js'
import fc from '../../support/properties.js'
import {claims} from '../../support/seller-server.js'
import {hourMs, now, openShop, openSource, type Sale, sale, seller, walk} from './order-shop.js'

const hoursAgo = (count: number, ms = 0) => new Date(now.getTime() - count * hourMs + ms)
const idsOf = (sales: readonly Sale[]) => new Set(sales.map(({id}) => String(id)))
const many = (count: number, dateOf: (index: number) => Date, changes: Partial<Sale> = {}) =>
  Array.from({length: count}, (_, index) => sale(2_000_001_000 + index, dateOf(index), changes))

describe('all orders', () => {
  it('are asked for by the date of their making over twelve months, and cancelled ones by their status', async () => {
    const shop = await openShop({
      sales: [
        sale(1, hoursAgo(5)),
        sale(2, hoursAgo(24 * 300), {status: 'cancelled'}),
        sale(3, hoursAgo(0)),
        sale(4, hoursAgo(24 * 400)),
      ],
    })
    expect((await walk(shop.source)).ids).toEqual(new Set(['1', '2', '3']))
    const [first, second] = shop.requests.map(({searchParams}) => Object.fromEntries(searchParams))
    expect(shop.requests).toHaveLength(2)
    expect(first).toEqual({
      seller: String(seller),
      'order.date_created.from': '2025-02-28T12:00:00.000-00:00',
      'order.date_created.to': '2026-03-01T14:00:00.000-00:00',
      sort: 'date_asc',
      offset: '0',
      limit: '50',
    })
    expect(second).toEqual({...first, 'order.status': 'cancelled'})
  })

  it('come in windows that paging can reach, however many there are', async () => {
    const sales = many(2_600, (index) => hoursAgo((index % 97) * 89, index))
    const shop = await openShop({sales})
    const {ids, beyond, pages} = await walk(shop.source)
    expect(ids).toEqual(idsOf(sales))
    expect(beyond).toEqual([])
    expect(pages.at(-1)).toMatchObject({cursor: null, total: 2_600})
    expect(shop.requests.length).toBeLessThan(2_600 / 50 + 40)
    expect(Math.max(...pages.map(({records}) => records.length))).toBe(50)
  })

  it.each([
    ['refuses', false],
    ['leaves empty', true],
  ])('come where the service %s pages much sooner', async (_, silent) => {
    const sales = many(400, (index) => hoursAgo(index))
    const {source} = await openShop({sales, cap: 100, silent})
    expect((await walk(source)).ids).toEqual(idsOf(sales))
  })

  it('that are too many for an hour come by their statuses', async () => {
    const sales = many(1_800, (index) => hoursAgo(50, index)).map((each, index) => ({
      ...each,
      status: index % 2 === 0 ? 'paid' : 'confirmed',
    }))
    const {source} = await openShop({sales})
    const {ids, beyond} = await walk(source)
    expect(ids).toEqual(idsOf(sales))
    expect(beyond).toEqual([])
  })

  it('that even so cannot be reached are told of', async () => {
    const sales = many(1_300, (index) => hoursAgo(50, index))
    const {source} = await openShop({sales})
    const {ids, beyond} = await walk(source)
    expect(ids.size).toBe(1_000)
    expect(beyond).toEqual([
      {
        id: 'orders created 2026-02-27T10:00Z',
        status: 0,
        message: '300 of the 1300 orders of this hour are beyond what the service lists',
      },
    ])
  })

  it('go on being told of, in an hour that is neither read again nor past what the service keeps', async () => {
    const {source} = await openShop({sales: many(3, (index) => hoursAgo(1, index))})
    const named = (id: string) => ({id, status: 0, message: 'too many'})
    const [kept, again, gone, readAgain, other] = [
      named('orders created 2026-02-27T10:00Z'),
      named('orders changed 2026-02-27T10:00Z cancelled'),
      named('orders created 2025-02-27T10:00Z'),
      named('orders changed 2026-03-01T11:00Z'),
      named('of another version'),
    ] as const
    const request = {since: hoursAgo(0), startedAt: now, cursor: null, beyond: [kept, again, gone, readAgain, other]}
    const pages = []
    for await (const page of source.walk(request, new AbortController().signal)) pages.push(page)
    expect(pages.flatMap(({beyond = []}) => beyond)).toEqual([kept, again, other])
    expect(pages.at(-1)).toMatchObject({cursor: null, beyond: [kept, again, other]})
  })

  it('are read again where one was cancelled meanwhile and moved those behind it', async () => {
    const sales = many(120, (index) => hoursAgo(100 + index))
    const shop = await openShop({sales})
    shop.before = (search) => {
      if (search === 2) shop.sales = [{...sales[119]!, status: 'cancelled'}, ...sales.slice(0, 119)]
    }
    expect((await walk(shop.source)).ids).toEqual(idsOf(sales))
  })

  it('of the hour that is not over do not hold the walk up, however fast they come', async () => {
    const sales = many(60, (index) => hoursAgo(100 + index))
    const shop = await openShop({sales})
    shop.before = (search) => void shop.sales.push(sale(9_000 + search, hoursAgo(0, search)))
    const before = idsOf(sales)
    const {ids, beyond} = await walk(shop.source)
    expect([...before].filter((id) => !ids.has(id))).toEqual([])
    expect(beyond).toEqual([])
    expect(shop.requests.length).toBeLessThan(20)
  })

  it('of another seller are not taken', async () => {
    const {source} = await openShop({sales: [sale(1, hoursAgo(5), {sellerId: 9})]})
    const refused = {ok: false, id: '1', status: 403, message: 'the order is of another seller'}
    expect((await walk(source)).answers).toEqual([refused])
  })
})

describe('a page that is not whole', () => {
  it('makes those partial that lack what it names', async () => {
    const results = [
      {id: 1, buyer: {id: 5}},
      {id: 2, buyer: null},
    ]
    const page = json({results, paging: {total: 2}}, 206, {'x-content-missing': 'buyer'})
    const none = json({results: [], paging: {total: 0}})
    const {source} = await openSource(page, none)
    expect((await walk(source)).answers).toMatchObject([
      {record: {id: '1', partial: false, missing: []}},
      {record: {id: '2', partial: true, missing: ['buyer']}},
    ])
  })

  it.each([
    ['has no total', json({results: []})],
    ['is no page', json([])],
  ])('ends the walk when it %s', async (_, reply) => {
    const {source} = await openSource(reply)
    await expect(walk(source)).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })
})

describe('orders of which one cannot be read', () => {
  it('come all the same, and it is named', async () => {
    const results = [{id: 1}, {status: 'paid'}, {id: 3}, null]
    const {source} = await openSource(json({results, paging: {total: 4}}), json({results: [], paging: {total: 0}}))
    const {answers} = await walk(source)
    expect(answers).toMatchObject([
      {ok: true, id: '1'},
      {ok: false, id: expect.stringMatching(/^unreadable order [0-9a-f]{12}$/), status: 200},
      {ok: true, id: '3'},
      {ok: false, id: expect.stringMatching(/^unreadable order [0-9a-f]{12}$/), status: 200},
    ])
    expect(new Set(answers.map((each) => each.id)).size).toBe(4)
  })
})

describe('orders that changed', () => {
  it('come whatever their own last change says: the filter goes by another date', async () => {
    const order = {
      id: 1,
      last_updated: '2025-12-01T08:00:00.000-04:00',
      date_last_updated: '2026-03-01T11:30:00.000+00:00',
    }
    const none = json({results: [], paging: {total: 0}})
    const {source} = await openSource(json({results: [order], paging: {total: 1}}), none)
    expect((await walk(source, hoursAgo(2))).answers).toMatchObject([
      {ok: true, id: '1', record: {last_updated: new Date('2025-12-01T12:00:00Z')}},
    ])
  })

  it('are asked for by their last change, an hour before the last run too', async () => {
    const sales = [
      sale(1, hoursAgo(900), {updatedAt: hoursAgo(3)}),
      sale(2, hoursAgo(900), {updatedAt: hoursAgo(2), status: 'cancelled'}),
      sale(3, hoursAgo(900)),
    ]
    const shop = await openShop({sales})
    expect((await walk(shop.source, hoursAgo(2.2))).ids).toEqual(new Set(['1', '2']))
    expect(shop.requests).toHaveLength(2)
    const {searchParams} = shop.requests[0]!
    expect(searchParams.get('order.date_last_updated.from')).toBe('2026-03-01T09:00:00.000-00:00')
    expect(searchParams.has('order.date_created.from')).toBe(false)
  })
})

describe('orders that changed, by a clock that was set back', () => {
  it('are asked for an hour back from now', async () => {
    const shop = await openShop({sales: [sale(1, hoursAgo(900), {updatedAt: hoursAgo(0.5)})]})
    expect((await walk(shop.source, hoursAgo(-50))).ids).toEqual(new Set(['1']))
  })
})

describe('a walk that was cut off', () => {
  it('is gone on with from any cursor, and leaves nothing out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({min: 0, max: 24 * 360}), fc.boolean()), {maxLength: 160}),
        fc.integer({min: 50, max: 120}),
        fc.array(fc.boolean(), {maxLength: 40}),
        async (drawn, cap, cuts) => {
          const sales = drawn.map(([hours, isCancelled], index) =>
            sale(index + 1, hoursAgo(hours, index), isCancelled ? {status: 'cancelled'} : {}),
          )
          const {source} = await openShop({sales, cap})
          let at = 0
          // A window is read from its beginning, so only what ends one is a step for who goes on.
          const {ids} = await walk(source, null, () => cuts[at++] ?? false)
          expect(ids).toEqual(idsOf(sales))
        },
      ),
      {numRuns: 25},
    )
  })

  it.each(['{}', 'no json', '{"pass":7,"at":"2026-02-01T00:00:00.000Z","hours":1,"total":0,"counted":true}'])(
    'begins anew with a cursor that is of no use: %s',
    async (cursor) => {
      const {source} = await openShop()
      const pages = source.walk({since: null, startedAt: now, cursor}, new AbortController().signal)
      await expect(pages[Symbol.asyncIterator]().next()).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    },
  )
})

describe.each(Object.entries(claims))('orders of which the service counts %s', (_name, claim) => {
  const spread = (count: number) => many(count, (index) => hoursAgo(5 + ((index * 631) % (24 * 350)), index))
  const recent = (count: number) => many(count, (index) => hoursAgo(5 + (index % 40), index))

  it.each([
    [0, spread],
    [1, spread],
    [20, spread],
    [50, recent],
    [50, spread],
    [60, recent],
    [100, spread],
    [120, spread],
    [120, recent],
    [350, spread],
    [350, recent],
    [1_500, spread],
  ] as const)(
    'are all read, proved or said to be in doubt, for twice the requests at most: %i',
    async (count, when) => {
      const sales = when(count)
      const usual = await openShop({sales})
      expect((await walk(usual.source)).ids.size).toBe(count)
      const shop = await openShop({sales, claim})
      const {ids, pages} = await walk(shop.source)
      expect(ids).toEqual(idsOf(sales))
      expect(shop.requests.length).toBeLessThanOrEqual(2 * usual.requests.length)
      const doubts = pages.flatMap(({unreachable = []}) => unreachable)
      const isSteadilyWrong = claim(count, 1) === claim(count, 50) && claim(count, 0) !== count
      if (isSteadilyWrong)
        expect(doubts.at(-1)).toMatchObject({id: 'listing', message: expect.stringMatching(/^the service counts/)})
    },
  )

  it.each([0, 30, 50, 120])('that changed in one hour are read too: %i', async (count) => {
    const sales = many(count, (index) => hoursAgo(900 + index)).map((each) => ({...each, updatedAt: hoursAgo(5)}))
    const usual = await openShop({sales})
    await walk(usual.source, hoursAgo(4))
    const shop = await openShop({sales, claim})
    expect((await walk(shop.source, hoursAgo(4))).ids.size).toBe(count)
    expect(shop.requests.length).toBeLessThanOrEqual(2 * usual.requests.length)
  })
})
