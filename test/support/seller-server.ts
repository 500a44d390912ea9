import {afterEach} from '@jest/globals'
import {createMercadoLibre} from '../../src/meli/api/api.js'
import {json, type Reply, startServer} from './http-server.js'
import {scanReply} from './scan-server.js'
import {quickHttp} from './wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** What the service claims to have, from what it has and what the page at hand shows. */
export type Claim = (rows: number, onPage: number) => number

export const honest: Claim = (rows) => rows

export const claims: Record<string, Claim> = {
  nothing: () => 0,
  'one page, whatever there is': () => 50,
  'a hundred, whatever there is': () => 100,
  'too few': (rows) => Math.floor(rows / 2),
  'a few too many': (rows) => rows + 7,
  'far too many': () => 10_000,
  'those on the page': (_rows, onPage) => onPage,
}

/** A seller's service whose totals are as claimed, with nothing else wrong about it. */
export async function sellerServer(reply: Reply) {
  const server = await startServer(reply)
  const http = quickHttp(server.origin)
  open.push(server, http)
  return {server, api: createMercadoLibre(http)({current: async () => 'token'})}
}

function byPath(routes: Readonly<Record<string, Reply>>): Reply {
  return (response, request) => {
    const {pathname} = new URL(request.url, 'http://service')
    const reply = routes[pathname] ?? json({message: 'not found', error: 'not_found', status: 404}, 404)
    reply(response, request)
  }
}

/** Items of seller 7: the scan, the listing by change, and the bulk answer. */
export function itemShop(ids: readonly string[], claim: Claim): Reply {
  const total = (rows: number, onPage: number) => ({total: claim(rows, onPage)})
  const scan = scanReply({
    rows: () => ids,
    page: (results, rows, limit) => ({seller_id: '7', paging: {limit, ...total(rows, results.length)}, results}),
  })
  const recent: Reply = (response, request) => {
    const query = new URL(request.url, 'http://service').searchParams
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))]
    const results = ids.slice(offset, offset + limit)
    const paging = {offset, limit, ...total(ids.length, results.length)}
    json({paging, results, orders: [{id: 'last_updated_desc'}]})(response, request)
  }
  return byPath({
    '/users/7/items/search': (response, request) =>
      (request.url.includes('search_type=scan') ? scan : recent)(response, request),
    '/items/bulk': (response, request) => {
      const asked = new URL(request.url, 'http://service').searchParams.get('ids')?.split(',') ?? []
      const last_updated = '2026-01-01T00:00:00.000Z'
      const all = asked.map((id) => ({id, status_code: 200, body: {id, seller_id: 7, status: 'active', last_updated}}))
      json(all)(response, request)
    },
  })
}

/** Questions that seller 7 received, the newest first: the scan, the listing by date and single ones. */
export function questionShop(questions: readonly object[], claim: Claim): Reply {
  const page = (results: readonly unknown[], rows: number, limit: number) => ({
    ...{total: claim(rows, results.length), limit},
    questions: results,
  })
  const idOf = (row: unknown) => String((row as {id: number}).id)
  return byPath({
    '/questions/search': (response, request) => {
      const query = new URL(request.url, 'http://service').searchParams
      const status = query.get('status')
      const rows = questions.filter((row) => status === null || (row as {status: string}).status === status)
      if (query.get('search_type') === 'scan') return scanReply({rows: () => rows, idOf, page})(response, request)
      const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))]
      json(page(rows.slice(offset, offset + limit), rows.length, limit))(response, request)
    },
  })
}
