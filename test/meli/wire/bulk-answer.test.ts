import {setMaxListeners} from 'node:events'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {HttpOptions} from '../../../src/meli/http/http-types.js'
import type {ItemSourceOptions} from '../../../src/services/ports/index.js'
import {hangUp, json, type Reply, startServer, text} from '../../support/http-server.js'
import fc from '../../support/properties.js'
import {refusal} from '../../support/toolkit.js'
import {quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const {signal} = new AbortController()
setMaxListeners(0, signal)

const ids = ['MLA100', 'MLA200', 'MLA300']
const found = (id: string) => ({id, seller_id: 7, price: 1250.5, variations: []})
const forbidden = {
  message: 'access to the requested resource is forbidden',
  error: 'access_denied',
  status: 403,
  cause: [],
}
const notFound = (id: string) => ({message: `Item with id ${id} not found`, error: 'not_found', status: 404, cause: []})

/** What each request for one item answers: MLA100 is there, MLA200 is another seller's, MLA300 is gone. */
const singles: Readonly<Record<string, Reply>> = {
  MLA100: json(found('MLA100')),
  MLA200: json(forbidden, 403),
  MLA300: json(notFound('MLA300'), 404),
}

type Options = ItemSourceOptions & {http?: Partial<HttpOptions>; one?: Readonly<Record<string, Reply>>}

/** A service with this answer to a multiget. `requested`: paths with the ids of a multiget. */
async function serve(bulk: Reply, {http: more = {}, one = singles, ...options}: Options = {}) {
  const server = await startServer((response, request) => {
    const {pathname} = new URL(request.url, 'http://host')
    const single = /^\/items\/(?!bulk)(\w+)$/.exec(pathname)?.[1]
    const reply = single === undefined ? bulk : one[single]
    return (reply ?? text('', 500))(response, request)
  })
  const http = quickHttp(server.origin, more)
  open.push(server, http)
  const api = createMercadoLibre(http)({current: async () => 'T'})
  const requested = () =>
    server.requests.map(({url}) => {
      const {pathname, searchParams} = new URL(url, server.origin)
      return [pathname, searchParams.get('ids')].filter(Boolean).join(' ')
    })
  return {server, http, api, source: api.items(7, options), requested}
}

const whole = [
  {ok: true, id: 'MLA100', record: {price: '1250.5'}},
  {ok: false, id: 'MLA200', status: 403, message: 'access to the requested resource is forbidden'},
  {ok: false, id: 'MLA300', status: 404, message: 'Item with id MLA300 not found'},
]
const refusedWith = (id: string, status: number, message: string) => ({id, status_code: status, error: {message}})
const missing = refusedWith('MLA300', 404, 'Item with id MLA300 not found')
const foreign = refusedWith('MLA200', 403, forbidden.message)
const there = {id: 'MLA100', status_code: 200, body: found('MLA100')}

/** The elements as captured, and which ids are asked for singly because none of them accounts for these. */
const shapes: ReadonlyArray<[name: string, elements: unknown, singly: readonly string[]]> = [
  ['with the envelope, in any order', [missing, there, foreign], []],
  ['with neither ids nor statuses, refusals being empty', [{}, {body: found('MLA100')}, {}], ['MLA200', 'MLA300']],
  ['with ids alone', [{id: 'MLA200'}, {id: 'MLA100'}, {id: 'MLA300'}], ids],
  ['with fewer elements than ids', [there], ['MLA200', 'MLA300']],
  ['with none at all', [], ids],
  ['with ids and bodies, and no status', [{id: 'MLA100', body: found('MLA100')}, foreign, missing], []],
  ['with statuses and no id', [{status_code: 200, body: found('MLA100')}, {status_code: 403}, missing], ['MLA200']],
  ['with refusals whose status stands in their error', [there, {id: 'MLA200', error: forbidden}, missing], []],
  ['with refusals of no status', [there, foreign, {id: 'MLA300', error: {message: 'gone'}}], ['MLA300']],
  ['with the words of a refusal as a text', [there, {...foreign, error: forbidden.message}, missing], []],
  ['with refusals in the body', [there, {...foreign, error: undefined, body: forbidden}, missing], []],
  [
    'with the envelope of the old route',
    [
      {code: 404, body: {...notFound('MLA300'), id: 'MLA300'}},
      {code: 200, body: found('MLA100')},
      {code: 403, body: {...forbidden, id: 'MLA200'}},
    ],
    [],
  ],
  [
    'with refusals of the old route that name no item',
    [
      {code: 403, body: forbidden},
      {code: 404, body: notFound('MLA300')},
      {code: 200, body: found('MLA100')},
    ],
    ['MLA200', 'MLA300'],
  ],
  ['with a success and no body', [{id: 'MLA100', status_code: 200}, foreign, missing], ['MLA100']],
  ['with an item twice, once refused', [{...missing, id: 'MLA100'}, there, foreign, missing], []],
  ['with items that nobody asked for', [there, foreign, missing, {...there, id: 'MLA900', body: found('MLA900')}], []],
  ['with things that are no elements', [null, 7, 'MLA100', [], there, foreign, missing], []],
]

describe.each(shapes)('a multiget answered %s', (_name, elements, singly) => {
  it('reads every item, and names every refusal with its status, in the order asked', async () => {
    const {source, requested} = await serve(json(elements))
    expect(await source.fetch(ids, signal)).toMatchObject(whole)
    expect(requested()).toEqual([`/items/bulk ${ids.join(',')}`, ...singly.map((id) => `/items/${id}`)])
    expect(source.traffic).toMatchObject({requests: 1 + singly.length, retries: 0})
  })

  it('does so for states and owners', async () => {
    const {api, source} = await serve(json(elements))
    expect(await api.itemStates(ids, signal)).toMatchObject(whole)
    expect(await source.owners(ids, signal)).toEqual(new Map([['MLA100', 7]]))
  })

  it('does so by the old route', async () => {
    for (const unknown of [404, 405, 410, 501]) {
      const {source, requested} = await serve((response, {url}) =>
        (url.startsWith('/items/bulk') ? text('', unknown) : json(elements))(response, {} as never),
      )
      expect(await source.fetch(ids, signal)).toMatchObject(whole)
      expect(requested()).toEqual([
        `/items/bulk ${ids.join(',')}`,
        `/items ${ids.join(',')}`,
        ...singly.map((id) => `/items/${id}`),
      ])
    }
  })
})

it('reads any mixture of shapes in any order', async () => {
  const elementOf = (id: string, shape: number) =>
    [there, {body: found('MLA100')}, {id}, {}, {code: 200, body: found('MLA100')}][shape]
  const shape = fc.integer({min: 0, max: 4})
  await fc.assert(
    fc.asyncProperty(shape, shape, shape, fc.shuffledSubarray([0, 1, 2]), async (first, second, third, order) => {
      const refused = (element: object, at: number) =>
        [element, {}, {id: ids[at]}, {}, {code: 404, body: notFound('')}][at === 1 ? second : third]
      const elements = [elementOf('MLA100', first), refused(foreign, 1), refused(missing, 2)]
      const {source} = await serve(json(order.map((at) => elements[at])))
      expect(await source.fetch(ids, signal)).toMatchObject(whole)
    }),
    {numRuns: 60},
  )
})

describe('an item that is asked for singly', () => {
  it('is asked for with the same fields', async () => {
    const {source, server} = await serve(json([]))
    await source.fetch(['MLA100'], signal)
    const [bulk, single] = server.requests.map(({url}) => new URL(url, server.origin).searchParams.get('attributes'))
    expect(bulk).toBe(
      `id,status_code,error,${single
        ?.split(',')
        .map((name) => `body.${name}`)
        .join(',')}`,
    )
  })

  it.each([
    [429, 'MELI_RATE_LIMITED', 10],
    [500, 'MELI_SERVICE_FAILING', 4],
    [503, 'MELI_SERVICE_FAILING', 4],
    [408, 'MELI_API_REJECTED', undefined],
    [451, 'MELI_API_REJECTED', 1],
    [304, 'MELI_ANSWER_UNUSABLE', 1],
  ] as const)(
    'ends all with %i after the tries of one request, for the next would fail too',
    async (status, code, tries) => {
      const one = Object.fromEntries(ids.map((id) => [id, text('', status)]))
      const {source, requested} = await serve(json([]), {one})
      expect(await refusal(source.fetch(ids, signal))).toMatchObject({code})
      expect(new Set(requested().slice(1))).toEqual(new Set(['/items/MLA100']))
      if (tries !== undefined) expect(requested()).toHaveLength(1 + tries)
    },
  )

  it.each([400, 403, 404, 410])('is a named failure with %i, and stops no other', async (status) => {
    const {source} = await serve(json([{}, there]), {one: {MLA200: json({message: 'not this one'}, status)}})
    expect(await source.fetch(['MLA200', 'MLA100'], signal)).toMatchObject([
      {ok: false, id: 'MLA200', status, message: 'not this one'},
      {ok: true, id: 'MLA100'},
    ])
  })

  it('is a named failure where it cannot be read, and stops no other', async () => {
    for (const reply of [json({}), json([]), json(found('MLA999')), json(null)]) {
      const {source} = await serve(json([{}, there]), {one: {...singles, MLA200: reply}})
      expect(await source.fetch(['MLA100', 'MLA200'], signal)).toMatchObject([
        {ok: true, id: 'MLA100'},
        {ok: false, id: 'MLA200', status: 200, message: 'not readable'},
      ])
    }
  })

  it('is a named failure where its answer is no JSON', async () => {
    const {source} = await serve(json([there]), {one: {...singles, MLA200: text('<html>')}})
    expect(await source.fetch(['MLA100', 'MLA200'], signal)).toMatchObject([{ok: true}, {ok: false, status: 200}])
  })

  it('comes with its variations missing as one that is partial', async () => {
    const {source} = await serve(json([]), {one: {MLA100: json({id: 'MLA100'}, 206)}})
    expect(await source.fetch(['MLA100'], signal)).toMatchObject([{ok: true, record: {partial: true}}])
  })

  it('is not asked for after the deadline, nor once interrupted', async () => {
    let now = new Date('2026-11-01T12:00:00Z')
    const deadline = new Date(now.getTime() + 1000)
    const late: Reply = (response, request) => {
      now = deadline
      json([])(response, request)
    }
    const slow = await serve(late, {deadline, http: {now: () => now}})
    expect(await refusal(slow.source.fetch(ids, signal))).toMatchObject({code: 'MELI_TIMED_OUT'})
    expect(slow.requested()).toHaveLength(1)
    const interrupt = new AbortController()
    const stopping: Reply = (response, request) => {
      interrupt.abort(new Error('stopped'))
      json([])(response, request)
    }
    const stopped = await serve(stopping)
    await expect(stopped.source.fetch(ids, interrupt.signal)).rejects.toThrow('stopped')
    expect(stopped.requested()).toHaveLength(1)
  })

  it('takes its turn in the budget', async () => {
    const turns: number[] = []
    const budget = {take: async () => void turns.push(1), throttled: async () => undefined}
    const {source} = await serve(json([]), {http: {budget: budget as never}})
    await source.fetch(ids, signal)
    expect(turns).toHaveLength(4)
  })

  it('fails as all others where the token is refused, or nothing is answered', async () => {
    const refused = await serve(json([]), {
      one: {MLA100: json({message: 'invalid access token', error: 'unauthorized'}, 401)},
    })
    expect(await refusal(refused.source.fetch(['MLA100'], signal))).toMatchObject({code: 'MELI_TOKEN_REJECTED'})
    const silent = await serve(json([]), {one: {MLA100: hangUp}})
    expect(await refusal(silent.source.fetch(['MLA100'], signal))).toMatchObject({code: 'MELI_UNREACHABLE'})
  })
})

describe('an element that cannot be read', () => {
  it('is a named failure beside the others', async () => {
    const {api} = await serve(json([{id: 'MLA200', status_code: 200, body: {id: 'MLA200', seller_id: null}}, there]))
    expect(await api.itemStates(['MLA100', 'MLA200'], signal)).toMatchObject([
      {ok: true},
      {ok: false, id: 'MLA200', status: 200, message: 'not readable'},
    ])
  })

  it('makes no answer of what is no list', async () => {
    const {source} = await serve(json({id: 'bulk'}))
    expect(await refusal(source.fetch(ids, signal))).toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })
})

describe('SKUs of variations', () => {
  const skusOf = async (...variations: object[]) => {
    const {source} = await serve(json([{...there, body: {...found('MLA100'), variations}}]))
    return (await source.fetch(['MLA100'], signal))[0]
  }

  it('are unknown where no variation has attributes, and known where one has', async () => {
    expect(await skusOf({id: 1}, {id: 2})).toMatchObject({record: {variationSkus: 'unknown'}})
    for (const variations of [[{id: 1, attributes: []}, {id: 2}], []])
      expect(await skusOf(...variations)).not.toHaveProperty('record.variationSkus')
  })
})

describe('the SKU', () => {
  it.each<[string, object]>([
    ['an attribute', {attributes: [{id: 'SELLER_SKU', value_name: 'A-1'}], seller_custom_field: 'old'}],
    ['an attribute with values alone', {attributes: [{id: 'SELLER_SKU', value_name: null, values: [{name: 'A-1'}]}]}],
    [
      'the old field, behind an empty attribute',
      {attributes: [{id: 'SELLER_SKU', value_name: ''}], seller_custom_field: 'A-1'},
    ],
    ['the old field, where attributes are missing', {seller_custom_field: 'A-1'}],
    [
      'a second attribute, behind an empty one',
      {
        attributes: [
          {id: 'SELLER_SKU', value_name: ' '},
          {id: 'SELLER_SKU', value_name: 'A-1'},
        ],
      },
    ],
  ])('is read from %s', async (_name, fields) => {
    const body = {...found('MLA100'), ...fields, variations: [{id: 1, ...fields}]}
    const {source, api} = await serve(json([{...there, body}]))
    expect(await source.fetch(['MLA100'], signal)).toMatchObject([{record: {seller_sku: 'A-1'}}])
    expect(await api.itemStates(['MLA100'], signal)).toMatchObject([
      {record: {seller_sku: 'A-1', variations: [{seller_sku: 'A-1'}]}},
    ])
  })
})
