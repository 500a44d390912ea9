import {afterEach, describe, expect, it} from '@jest/globals'
import {rawApi} from '../../../src/meli/api/raw-api.js'
import {MercadoLibreClient} from '../../../src/meli/http/client.js'
import {type HttpServer, json, type Reply, startServer, text} from '../../support/http-server.js'
import {scanReply} from '../../support/scan-server.js'
import {quickHttp} from '../../support/wire.js'

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function build(...replies: Reply[]) {
  const server = await startServer(...replies)
  servers.push(server)
  const client = new MercadoLibreClient({accessToken: 'APP_USR-1', http: quickHttp(server.url)})
  return {server, api: rawApi({client})}
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines) found.push(line)
  return found
}

const page = (body: string) => text(body, 200, {'content-type': 'application/json'})

describe('a raw call', () => {
  it('sends the body as it was written, with the token and the headers', async () => {
    const {api, server} = await build(json({}))
    await api.raw({method: 'PUT', path: '/items/MEC1', headers: {'x-version': '3'}, body: '{"price": 19.90}'})
    expect(server.requests).toMatchObject([
      {
        method: 'PUT',
        url: '/items/MEC1',
        body: '{"price": 19.90}',
        headers: {authorization: 'Bearer APP_USR-1', 'x-version': '3', 'content-type': 'application/json'},
      },
    ])
  })

  it('gives answers of any status, and says what it means', async () => {
    const {api} = await build(json({message: 'gone', error: 'not_found'}, 404))
    const answer = await api.raw({method: 'GET', path: '/items/MEC1'})
    expect(answer).toMatchObject({status: 404, text: '{"message":"gone","error":"not_found"}'})
    expect(answer.error).toMatchObject({code: 'MELI_NOT_FOUND', exitCode: 5})
  })

  it('gives bytes that are no text as they are', async () => {
    const pdf = Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff, 0x00, 0x0a])
    const {api} = await build(text(pdf, 200, {'content-type': 'application/pdf'}))
    const {bytes, error} = await api.raw({method: 'GET', path: '/shipment_labels'})
    expect([Buffer.from(bytes), error]).toEqual([pdf, null])
  })

  it.each(['HEAD', 'OPTIONS'] as const)('asks with %s too', async (method) => {
    const {api, server} = await build((response) =>
      response.writeHead(200, {'x-total': '3', 'content-length': '0'}).end(),
    )
    expect(await api.raw({method, path: '/items/MEC1'})).toMatchObject({
      status: 200,
      headers: {'x-total': '3'},
      text: '',
    })
    expect(server.requests).toMatchObject([{method}])
  })

  it('understands the answer to HEAD, whose length is of a body that does not come', async () => {
    const {api} = await build((response) => response.writeHead(200, {'content-length': '500'}).end())
    expect(await api.raw({method: 'HEAD', path: '/items/MEC1'})).toMatchObject({status: 200, error: null})
  })

  it('tries reads again and nothing else', async () => {
    const {api, server} = await build(json({}, 503), json({ok: true}), json({}, 503))
    expect(await api.raw({method: 'GET', path: '/x'})).toMatchObject({status: 200})
    expect(await api.raw({method: 'POST', path: '/x', body: '{}'})).toMatchObject({status: 503})
    expect(server.requests).toHaveLength(3)
  })

  it('takes a redirect of a change for no success', async () => {
    const {api, server} = await build(json({}, 302, {location: '/elsewhere'}))
    const {status, error} = await api.raw({method: 'DELETE', path: '/x'})
    expect([status, error?.code]).toEqual([302, 'MELI_ANSWER_UNUSABLE'])
    expect(server.requests).toHaveLength(1)
  })
})

describe('the pages of a listing', () => {
  it('come over offsets, each result as it was written, in one line', async () => {
    const first =
      '{"paging":{"total":3},\n "results":[{"price": 19.90,\n  "título":"Ñandú \\n x"}, 12345678901234567890]}'
    const {api, server} = await build(page(first), page('{"results":["a"],"paging":{"total":3,"offset":2}}'))
    const lines = await all(api.rawPages({path: '/orders/search?seller=1', headers: {'x-a': 'b'}}))
    expect(lines).toEqual(['{"price": 19.90,"título":"Ñandú \\n x"}', '12345678901234567890', '"a"'])
    expect(server.requests.map(({url}) => url)).toEqual([
      '/orders/search?seller=1&offset=0',
      '/orders/search?seller=1&offset=2',
    ])
    expect(server.requests.every(({headers}) => headers['x-a'] === 'b')).toBe(true)
  })

  it('come over a scroll when a scan is asked for', async () => {
    const {api, server} = await build(
      page('{"results":["MEC1","MEC2"],"scroll_id":"s","paging":{"total":3}}'),
      page('{"results":["MEC3"],"scroll_id":"s","paging":{"total":3}}'),
    )
    const path = '/users/1/items/search?search_type=scan&limit=2'
    expect(await all(api.rawPages({path}))).toEqual(['"MEC1"', '"MEC2"', '"MEC3"'])
    expect(server.requests[1]?.url).toContain('scroll_id=s')
  })

  it('keep all values of a name to the letter, and take only what turns the pages out of the path', async () => {
    const one = '{"results":["MEC1"],"scroll_id":"s","paging":{"total":2}}'
    const two = '{"results":["MEC2"],"scroll_id":"s","paging":{"total":2}}'
    const {api, server} = await build(page(one), page(two))
    const path = '/users/1/items/search?tags=b&search_type=scan&tags=a+%C3%B1&offset=4&limit=1&limit=9&tags='
    expect(await all(api.rawPages({path}))).toEqual(['"MEC1"', '"MEC2"'])
    const kept = '/users/1/items/search?tags=b&tags=a+%C3%B1&tags='
    expect(server.requests.map(({url}) => url)).toEqual([
      `${kept}&limit=9&search_type=scan`,
      `${kept}&limit=9&search_type=scan&scroll_id=s`,
    ])
  })

  it('go on with the scroll that the path has, and then with the one that each page gives', async () => {
    const one = '{"results":["MEC1"],"scroll_id":"b","paging":{"total":9}}'
    const two = '{"results":["MEC2"],"scroll_id":null,"paging":{"total":9}}'
    const {api, server} = await build(page(one), page(two))
    expect(await all(api.rawPages({path: '/x?tags=t&search_type=scan&scroll_id=a&tags=u'}))).toEqual([
      '"MEC1"',
      '"MEC2"',
    ])
    expect(server.requests.map(({url}) => new URL(url, server.url).searchParams.getAll('scroll_id'))).toEqual([
      ['a'],
      ['b'],
    ])
  })

  it('begin at the offset that the path has', async () => {
    const {api, server} = await build(page('{"results":[3],"paging":{"total":3}}'))
    expect(await all(api.rawPages({path: '/x?offset=2&limit=2&a=1'}))).toEqual(['3'])
    expect(server.requests.map(({url}) => url)).toEqual(['/x?a=1&offset=2&limit=2'])
  })

  it('may be the answer itself, or its only list', async () => {
    const {api} = await build(page(' [1, [2], {"results": 3}]'), page('{"total":1,"questions":[{"id":1}]}'))
    expect(await all(api.rawPages({path: '/sites'}))).toEqual(['1', '[2]', '{"results": 3}'])
    expect(await all(api.rawPages({path: '/questions'}))).toEqual(['{"id":1}'])
  })

  it('go on where the total stands beside the list, whatever lists say how it is sorted', async () => {
    const about = '"available_filters":[{"id":"x"}],"available_sorts":["y"]'
    const {api} = await build(
      page(`{"total":3,"questions":[{"id":1},{"id":2}],${about}}`),
      page(`{"total":3,"questions":[{"id":3}],${about}}`),
    )
    expect(await all(api.rawPages({path: '/questions/search'}))).toEqual(['{"id":1}', '{"id":2}', '{"id":3}'])
  })

  it('come whole where each page has a scroll id of its own', async () => {
    const ids = Array.from({length: 350}, (_, n) => `MLA${n}`)
    const {api, server} = await build(scanReply({rows: () => ids}))
    const lines = await all(api.rawPages({path: '/users/7/items/search?search_type=scan'}))
    expect(lines.map((line) => JSON.parse(line))).toEqual(ids)
    expect(server.requests).toHaveLength(4)
  })

  it.each([
    [
      'offsets',
      '/x',
      [page('{"results":[1,2],"paging":{"total":5}}'), page('{"results":[],"paging":{"total":5}}')],
      5,
      2,
    ],
    [
      'offsets from the third on',
      '/x?offset=2',
      [page('{"results":[3],"total":9}'), page('{"results":[],"total":9}')],
      7,
      1,
    ],
    ['offsets that the service overlooks', '/x', [page('{"results":[1,2],"paging":{"total":5}}')], 5, 2],
    [
      'a scroll that ends early',
      '/x?search_type=scan',
      [page('{"results":[1],"scroll_id":"","paging":{"total":4}}')],
      4,
      1,
    ],
    [
      'a scroll that stands still',
      '/x?search_type=scan',
      [page('{"results":[1],"scroll_id":"s","paging":{"total":4}}')],
      4,
      1,
    ],
    [
      'a scroll that has nothing',
      '/x?search_type=scan',
      [page('{"results":[],"scroll_id":"","paging":{"total":4}}')],
      4,
      0,
    ],
  ])('are printed and said to be fewer than the service counts: %s', async (_name, path, replies, total, rows) => {
    const {api} = await build(...replies)
    const found: string[] = []
    const read = async () => {
      for await (const line of api.rawPages({path})) found.push(line)
    }
    const details = {received: rows, total}
    await expect(read()).rejects.toMatchObject({code: 'MELI_LISTING_INCOMPLETE', exitCode: 7, details})
    expect(found).toHaveLength(rows)
  })

  it('come to their end though the service counts none of them', async () => {
    const ids = Array.from({length: 1_350}, (_, n) => n)
    const scan = await build(scanReply({rows: () => ids, total: () => 0}))
    expect(await all(scan.api.rawPages({path: '/x?search_type=scan'}))).toHaveLength(1_350)
    const offsets = await build((response, request) => {
      const offset = Number(new URL(request.url, 'http://x').searchParams.get('offset'))
      json({results: ids.slice(offset, offset + 50), paging: {total: 0}})(response, request)
    })
    expect(await all(offsets.api.rawPages({path: '/x'}))).toHaveLength(1_350)
  })

  it.each(['{"id":1}', '{"id":1,"tags":["normal"]}'])('are none of what is no listing: %s', async (answer) => {
    const {api} = await build(page(answer))
    await expect(all(api.rawPages({path: '/users/me'}))).rejects.toMatchObject({code: 'MELI_ANSWER_UNUSABLE'})
  })
})
