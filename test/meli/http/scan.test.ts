import {setMaxListeners} from 'node:events'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import {MercadoLibreClient} from '../../../src/meli/http/client.js'
import type {ListedPage} from '../../../src/services/ports/index.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {type ScanOptions, scanReply, scrollsIn} from '../../support/scan-server.js'
import {quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const {signal} = new AbortController()
// Each test has a transport of its own, which listens once.
setMaxListeners(0, signal)
const numbered = (count: number) => Array.from({length: count}, (_, n) => `MLA${1_000 + n}`)
const kinds = ['positions', 'handles'] as const
const questionPage: ScanOptions['page'] = (questions, total, limit) => ({total, limit, questions})
const asQuestion = (id: string) => ({
  id: Number(id.slice(3)),
  status: 'ANSWERED',
  date_created: '2026-03-01T08:00:00.000-04:00',
})

async function serve(...replies: Reply[]) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin)
  open.push(server, http)
  const api = createMercadoLibre(http)({current: async () => 'hidden-token'})
  const client = new MercadoLibreClient({accessToken: 'APP_USR-1', http})
  return {server, api, client}
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}

const idsOf = (pages: readonly ListedPage[]) => pages.flatMap(({ids}) => ids)

describe.each(kinds)('a scan whose scroll ids are %s', (scrollIds) => {
  it.each([0, 1, 100, 200, 350])('lists %i items, each once', async (count) => {
    const ids = numbered(count)
    const {server, api} = await serve(scanReply({rows: () => ids, scrollIds}))
    const pages = await all(api.items(7).list({}, null, signal))
    expect(idsOf(pages)).toEqual(ids)
    expect(pages.every(({total}) => total === count)).toBe(true)
    // A full last page does not say that it is the last.
    expect(server.requests).toHaveLength(Math.floor(count / 100) + 1)
  })

  it.each([0, 49, 120])('lists %i questions, each once', async (count) => {
    const ids = numbered(count)
    const rows = ids.map(asQuestion)
    const idOf = (row: unknown) => String((row as {id: number}).id)
    const {api} = await serve(scanReply({rows: () => rows, idOf, scrollIds, page: questionPage}))
    const from = {since: null, startedAt: new Date(), cursor: null}
    const pages = await all(api.questions(7, async () => []).walk(from, signal))
    const found = pages.flatMap(({records}) => records.map(({id}) => `MLA${id}`))
    expect([...new Set(found)].sort()).toEqual([...ids].sort())
  })

  it('is paginated to its end by the library', async () => {
    const {client} = await serve(scanReply({rows: () => numbered(350), scrollIds}))
    expect(await all(client.paginate('/users/7/items/search', {query: {search_type: 'scan'}}))).toEqual(numbered(350))
  })
})

describe('a scroll id that is a position', () => {
  it('is the one of the page before in each request', async () => {
    const {server, api} = await serve(scanReply({rows: () => numbered(350)}))
    const pages = await all(api.items(7).list({}, null, signal))
    const sent = scrollsIn(server.requests)
    expect(new Set(sent).size).toBe(4)
    expect(pages.slice(0, -1).map(({cursor}) => cursor?.replace(/^\d+\.\d+\./, ''))).toEqual(sent.slice(1))
  })

  it('gives the page that another process has asked for and never got', async () => {
    const {api} = await serve(scanReply({rows: () => numbered(350)}))
    let kept: ListedPage | undefined
    for await (const page of api.items(7).list({}, null, signal)) {
      if (kept !== undefined) break
      kept = page
    }
    const rest = await all(api.items(7).list({}, kept?.cursor ?? null, signal))
    expect([...(kept?.ids ?? []), ...idsOf(rest)]).toEqual(numbered(350))
  })

  it.each([
    ['an empty text', {scroll_id: ''}],
    ['null', {scroll_id: null}],
    ['nothing', {}],
    ['no results', {scroll_id: 'again', results: null, questions: null}],
  ])('ends with %s', async (_name, end) => {
    const items = await serve(scanReply({rows: () => numbered(200), end}))
    expect(idsOf(await all(items.api.items(7).list({}, null, signal)))).toEqual(numbered(200))
    const raw = await serve(scanReply({rows: () => numbered(200), end}))
    const query = {search_type: 'scan'}
    expect(await all(raw.client.paginate('/users/7/items/search', {query}))).toEqual(numbered(200))
  })

  it.each([
    [
      'invalid.scroll.id',
      json({message: 'Invalid Scroll Id', error: 'invalid.scroll.id', status: 400, cause: []}, 400),
    ],
    ['400', json({message: 'scroll_id expired', status: 400}, 400)],
    ['404', text('scroll not found', 404)],
  ])('is lost when the service refuses it: %s', async (_name, refusal) => {
    const first = json({results: numbered(100), scroll_id: 'S', paging: {total: 350}})
    const items = await serve(first, refusal)
    await expect(all(items.api.items(7).list({}, null, signal))).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
    const page = {total: 120, questions: numbered(50).map(asQuestion), scroll_id: 'S'}
    const questions = await serve(json(page), refusal)
    const from = {since: null, startedAt: new Date(), cursor: null}
    const walk = questions.api.questions(7, async () => []).walk(from, signal)
    await expect(all(walk)).rejects.toMatchObject({code: 'MELI_LISTING_EXPIRED'})
  })
})
