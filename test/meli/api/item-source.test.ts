import {setMaxListeners} from 'node:events'
import {afterEach, describe, expect, it} from '@jest/globals'
import type {Settings} from '../../../src/emulator/model/settings.js'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {itemFields} from '../../../src/meli/wire/items.js'
import type {ItemSourceOptions, ListedPage, Product} from '../../../src/services/ports/index.js'
import {connect} from '../../support/connected.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import fc from '../../support/properties.js'
import {quickHttp, readable} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const {signal} = new AbortController()
// Each test has a transport of its own, which listens once.
setMaxListeners(0, signal)

/** An emulator with listings, and the clock of the client in step with it. */
async function emulate(items: number, {settings = {}, ...options}: Options = {}) {
  const connected = await connect()
  open.push(connected)
  const {emulator, grant} = connected
  const {catalogue, siteId} = emulator.world
  Object.assign(catalogue.settings, settings)
  catalogue.seed({userId: grant.userId, siteId, isTestUser: false}, items)
  const client = () => {
    const http = quickHttp(emulator.url, {now: () => emulator.clock.now()})
    open.push(http)
    return createMercadoLibre(http)({current: async () => grant.accessToken}).items(grant.userId, options)
  }
  const listed = () => catalogue.listed(grant.userId).map(({id}) => id)
  emulator.world.requests.clear()
  return {emulator, catalogue, source: client(), client, listed}
}

type Options = ItemSourceOptions & {settings?: Partial<Settings>}

async function serve(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {server, http, source: createMercadoLibre(http)({current: async () => 'hidden-token'}).items(7)}
}

async function collect(pages: AsyncIterable<ListedPage>): Promise<ListedPage[]> {
  const all: ListedPage[] = []
  for await (const page of pages) all.push(page)
  return all
}

const idsOf = (pages: readonly ListedPage[]) => pages.flatMap(({ids}) => ids)
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the list of items', () => {
  it.each(['scroll_id', 'results', 'both'] as const)('has every id once, its end marked by %s', async (scanEnd) => {
    for (const items of [0, 1, 200, 230]) {
      const {source, listed} = await emulate(items, {settings: {scroll_id: 'handle', scan_end: scanEnd}})
      const pages = await collect(source.list({}, null, signal))
      expect(idsOf(pages).sort()).toEqual(listed().sort())
      expect(pages.every(({total}) => total === listed().length)).toBe(true)
      expect(pages.map(({cursor}) => cursor === null)).toEqual([...pages.slice(1).map(() => false), true])
      // A short last page ends the scan by itself; a full one does not.
      expect(source.traffic.requests).toBeLessThanOrEqual(Math.floor(listed().length / 100) + 1)
    }
  })

  it.each([400, 404] as const)('says that its scroll has expired, told by %i', async (expiredScrollStatus) => {
    const {source, emulator} = await emulate(230, {
      settings: {scroll_id: 'handle', expired_scroll_status: expiredScrollStatus},
    })
    const pages = source.list({}, null, signal)[Symbol.asyncIterator]()
    await pages.next()
    emulator.advance(5 * 60_000 + 1)
    expect(await failure(pages.next())).toMatchObject({
      code: 'MELI_LISTING_EXPIRED',
      retryable: true,
      details: {status: expiredScrollStatus},
    })
  })

  it('says so of a scroll that the service does not know', async () => {
    const {source} = await emulate(230)
    expect(await failure(collect(source.list({}, '100.1.unknown', signal)))).toMatchObject({
      code: 'MELI_LISTING_EXPIRED',
    })
  })

  it('takes 429 for expiry on a scroll that was open for long, and for a limit on any other', async () => {
    const page = json({results: Array.from({length: 100}, (_, n) => `A${n}`), scroll_id: 'S', paging: {total: 200}})
    const old = await serve(text('', 429))
    expect(await failure(collect(old.source.list({}, '100.1.S', signal)))).toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    expect(old.server.requests).toHaveLength(4)
    const young = await serve(page, text('', 429))
    expect(await failure(collect(young.source.list({}, null, signal)))).toMatchObject({code: 'MELI_RATE_LIMITED'})
    expect(young.server.requests).toHaveLength(11)
  })

  it('does not take other refusals for expiry', async () => {
    const {source} = await serve(json({message: 'scroll', error: 'forbidden'}, 403))
    expect(await failure(collect(source.list({}, '100.1.S', signal)))).toMatchObject({code: 'MELI_FORBIDDEN'})
    const first = await serve(json({message: 'no scroll here'}, 400))
    expect(await failure(collect(first.source.list({}, null, signal)))).toMatchObject({code: 'MELI_API_REJECTED'})
  })

  it('parts the whole by status, without overlap', async () => {
    const {source, listed} = await emulate(150)
    const parts = []
    for (const slice of source.slices) parts.push(idsOf(await collect(source.list(slice, null, signal))))
    expect(parts.flat().sort()).toEqual(listed().sort())
    expect(parts.filter((part) => part.length > 0).length).toBeGreaterThan(1)
  })

  it('is of the chosen statuses when there are any', async () => {
    const one = await emulate(150, {statuses: ['paused']})
    expect(one.source.slices).toEqual([{status: 'paused'}])
    const whole = idsOf(await collect(one.source.list({}, null, signal)))
    expect(whole).toEqual(idsOf(await collect(one.source.list({status: 'paused'}, null, signal))))
    expect(whole.length).toBeLessThan(one.listed().length)
    const two = await emulate(10, {statuses: ['paused', 'active', 'paused']})
    expect(two.source.slices).toEqual([{status: 'paused'}, {status: 'active'}])
    expect(await failure(collect(two.source.list({}, null, signal)))).toBeInstanceOf(RangeError)
  })

  it('cannot be used without a total, or with other things than ids', async () => {
    const replies = [{results: ['A'], scroll_id: 'S'}, {results: [{}], paging: {total: 1}}, {paging: {total: 1}}]
    for (const body of replies) {
      const {source} = await serve(json(body))
      expect(await failure(collect(source.list({}, null, signal)))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
    }
  })
})

describe('the items that changed last', () => {
  it('come newest first, page by page', async () => {
    const {source, catalogue, emulator, listed} = await emulate(130)
    emulator.advance(60_000)
    const changed = listed().slice(40, 43)
    for (const id of changed) {
      catalogue.get(id)!.updatedMs = emulator.clock.now().getTime()
      emulator.advance(1000)
    }
    const {ids, total} = await source.recent({offset: 0, limit: 100}, signal)
    expect(ids.slice(0, 3)).toEqual(changed.reverse())
    expect([ids.length, total]).toEqual([100, listed().length])
    const next = await source.recent({offset: 100, limit: 100}, signal)
    expect([...ids, ...next.ids].sort()).toEqual(listed().sort())
  })

  it('come by status too', async () => {
    const {source, catalogue, listed} = await emulate(150)
    const paused = listed().filter((id) => catalogue.get(id)?.status === 'paused')
    const {ids, total} = await source.recent({offset: 0, limit: 100, slice: {status: 'paused'}}, signal)
    expect([...ids].sort()).toEqual(paused.sort())
    expect(total).toBe(paused.length)
  })

  it('are asked for up to the cap of the service and no further', async () => {
    const {source, emulator} = await emulate(5)
    expect(source.recentCap).toBe(1000)
    await source.recent({offset: 950, limit: 100}, signal)
    expect(emulator.world.requests.list().map(({status}) => status)).toEqual([200])
    expect(await failure(source.recent({offset: 1000, limit: 100}, signal))).toBeInstanceOf(RangeError)
  })

  it('are not believed when the service sorted by something else', async () => {
    const {source} = await serve(json({results: ['A'], paging: {total: 1}, orders: [{id: 'stop_time_asc'}]}))
    expect(await failure(source.recent({offset: 0, limit: 50}, signal))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })
})

describe('items', () => {
  const body = (fields: string) => text(`[{"id":"A","status_code":200,"body":{"id":"A",${fields}}}]`)
  const one = async (fields: string): Promise<Product> => {
    const {source} = await serve(body(fields))
    const [answer] = await source.fetch(['A'], signal)
    return readable(answer)
  }

  it('are asked for with the fields of a product and no others', async () => {
    const both = json(['A', 'B'].map((id) => ({id, status_code: 404, code: 404, error: {}})))
    const bulk = await serve(both)
    await bulk.source.fetch(['A', 'B'], signal)
    const names = ['id', 'status_code', 'error', ...itemFields.map((name) => `body.${name}`)].join(',')
    expect(bulk.server.requests[0]?.url).toBe(`/items/bulk?ids=A,B&attributes=${names}&include_attributes=all`)
    expect(names).toContain('body.id,')
    const old = await serve(text('', 404), both)
    await old.source.fetch(['A', 'B'], signal)
    await old.source.fetch(['A'], signal)
    expect(old.server.requests.slice(1).map(({url}) => url)).toEqual([
      `/items?ids=A,B&attributes=${itemFields.join(',')}&include_attributes=all`,
      `/items?ids=A&attributes=${itemFields.join(',')}&include_attributes=all`,
    ])
  })

  it.each(['both', 'only-old', 'only-new'] as const)('come by the routes there are: %s', async (bulk) => {
    const {source, catalogue, listed} = await emulate(25, {settings: {bulk}})
    const [first = '', second = ''] = listed()
    const answers = await source.fetch([second, 'MEC1', first], signal)
    expect(answers.map((answer) => [answer.id, answer.ok])).toEqual([
      [second, true],
      ['MEC1', false],
      [first, true],
    ])
    expect(answers[1]).toMatchObject({status: 404, message: expect.stringContaining('MEC1')})
    const record = readable(answers[2])
    expect(source.changedAt(record)?.getTime()).toBe(catalogue.get(first)!.updatedMs)
    expect(Object.keys(JSON.parse(record.json)).every((name) => itemFields.some((field) => field === name))).toBe(true)
  })

  it('are kept and marked when parts of them are missing', async () => {
    const {source} = await serve(
      json([
        {id: 'A', status_code: 206, body: {id: 'A'}},
        {id: 'B', status_code: 200, body: {id: 'B'}},
      ]),
    )
    const answers = await source.fetch(['A', 'B'], signal)
    expect(answers.map((answer) => source.isPartial(readable(answer)))).toEqual([true, false])
    const whole = await serve(json([{id: 'A', status_code: 200, body: {id: 'A'}}], 206))
    expect(whole.source.isPartial(readable((await whole.source.fetch(['A'], signal))[0]))).toBe(true)
  })

  it.each(['0.1', '99999999.99', '0.10', '12345678901234567890.12', '1e-7'])(
    'keep the price %s to the digit',
    async (price) => {
      expect((await one(`"variations":[{"price":5}],"price":${price}`)).price).toBe(price)
    },
  )

  it('may lack a title, a date, anything; and may have what we do not know', async () => {
    const {id: _id, ...nothing} = Object.fromEntries(itemFields.map((name) => [name, null]))
    for (const fields of [JSON.stringify(nothing).slice(1, -1), '"family_name":"F","new":[{}]', '"title":7,"price":{}'])
      expect(await one(fields)).toMatchObject({id: 'A', user_id: 7, title: null, price: null, last_updated: null})
  })

  it('keep titles in every script', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({unit: 'grapheme', maxLength: 60}), async (title) => {
        const record = await one(`"title":${JSON.stringify(title)},"price":1.50`)
        expect([record.title, record.price]).toEqual([title, '1.50'])
        expect(JSON.parse(record.json).title).toBe(title)
      }),
      {numRuns: 25},
    )
  })

  it.each([
    ['as UTF-8', 'señal 日本 🎈'],
    ['escaped', String.raw`se\u00f1al \u65e5\u672c \ud83c\udf88`],
    ['escaped in part', String.raw`se\u00f1al 日本 \ud83c\udf88`],
  ])('read texts %s, and keep the document as it was', async (_name, title) => {
    const fields = `"title":"${title}","price":0.10,"attributes":[{"id":"SELLER_SKU","value_name":"ñ"}]`
    const record = await one(fields)
    expect(record).toMatchObject({title: 'señal 日本 🎈', price: '0.10', seller_sku: 'ñ', json: `{"id":"A",${fields}}`})
  })

  it('replace what is no UTF-8, and say what was refused in any script', async () => {
    const broken = Buffer.concat([
      Buffer.from('[{"id":"A","status_code":200,"body":{"id":"A","title":"ñ'),
      Buffer.from([0xff, 0x22]),
    ])
    const {source} = await serve(
      text(Buffer.concat([broken, Buffer.from('}}]')])),
      text('[{"id":"A","status_code":403,"body":{"message":"prohibido: ñandú"}}]'),
    )
    const [answer] = await source.fetch(['A'], signal)
    expect(readable(answer)).toMatchObject({title: 'ñ\ufffd', json: '{"id":"A","title":"ñ\ufffd"}'})
    expect(await source.fetch(['A'], signal)).toMatchObject([{ok: false, message: 'prohibido: ñandú'}])
  })

  it('keep 250 variations to the byte', async () => {
    const variations = JSON.stringify(Array.from({length: 250}, (_, id) => ({id, price: 1.1, name: `"{[${id}`})))
    const record = await one(`"variations":${variations} , "price":20.00`)
    expect(record).toMatchObject({price: '20.00', json: `{"id":"A","variations":${variations} , "price":20.00}`})
  })

  it('are of any site', async () => {
    const ids = ['MLA', 'MLB', 'MLM', 'MEC', 'MCO', 'MLC', 'MLU', 'MPE', 'MLV', 'MBO', 'MPY', 'CBT', 'MRD', 'MSV']
    const {source} = await serve(json(ids.map((id) => ({id: `${id}1`, status_code: 200, body: {id: `${id}1`}}))))
    const asked = ids.map((id) => `${id}1`)
    expect((await source.fetch(asked, signal)).map((answer) => answer.ok && answer.record.id)).toEqual(asked)
  })

  it('are refused as a whole when the service refuses, and never more than 20', async () => {
    const {source} = await serve(json({message: 'no'}, 403))
    expect(await failure(source.fetch(['A'], signal))).toMatchObject({code: 'MELI_FORBIDDEN'})
    const many = Array.from({length: 21}, (_, n) => `A${n}`)
    expect(source.batchSize).toBe(20)
    expect(await failure(source.fetch(many, signal))).toBeInstanceOf(RangeError)
    expect(await source.fetch([], signal)).toEqual([])
  })

  it('say what they cost', async () => {
    const {source} = await serve(text('', 429), text('<html>', 200), json([]), json({id: 'A'}))
    await source.fetch(['A'], signal)
    expect(source.traffic).toEqual({requests: 4, retries: 2, rateLimited: 1, bytes: 8 + 10})
    const {source: packed} = await emulate(40)
    await packed.fetch(idsOf(await collect(packed.list({}, null, signal))).slice(0, 20), signal)
    expect(packed.traffic.bytes).toBeLessThan(30_000)
    expect(packed.traffic).toMatchObject({requests: 2, retries: 0, rateLimited: 0})
  })
})
