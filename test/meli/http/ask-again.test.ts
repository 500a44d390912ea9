import {setMaxListeners} from 'node:events'
import {afterEach, describe, expect, it} from '@jest/globals'
import {createMercadoLibre} from '../../../src/meli/api/api.js'
import type {HttpOptions} from '../../../src/meli/http/http-types.js'
import type {ItemSourceOptions} from '../../../src/services/ports/index.js'
import {json, type Reply, startServer, text} from '../../support/http-server.js'
import {quickHttp} from '../../support/wire.js'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const never = new AbortController().signal
// Each test has a transport of its own, which listens once.
setMaxListeners(0, never)
type Answers = Readonly<Record<string, number>>

/** What the multiget answers: a status for each id. */
const elements = (statuses: Answers) =>
  json(
    Object.entries(statuses).map(([id, status]) => ({
      ...{id, status_code: status},
      body: status < 300 ? {id} : {message: `failed with ${status}`},
    })),
  )

async function serve(replies: readonly Reply[], {http: more = {}, ...options}: Options = {}) {
  const server = await startServer(...replies)
  const http = quickHttp(server.origin, more)
  open.push(server, http)
  const source = createMercadoLibre(http)({current: async () => 'T'}).items(7, options)
  const asked = () => server.requests.map(({url = ''}) => new URL(url, server.origin).searchParams.get('ids'))
  return {server, http, source, asked}
}

type Options = ItemSourceOptions & {http?: Partial<HttpOptions>}

describe('elements of a bulk answer that fail by themselves', () => {
  it.each([408, 429, 500, 502, 503, 504])('are asked for again, and alone, after %i', async (status) => {
    const {source, http, asked} = await serve([
      elements({A: 200, B: status, C: 404, D: status}),
      elements({B: 200, D: status}),
      elements({D: 206}),
    ])
    const answers = await source.fetch(['A', 'B', 'C', 'D'], never)
    expect(answers.map(({id, ok}) => `${id} ${ok}`)).toEqual(['A true', 'B true', 'C false', 'D true'])
    expect(answers[3]).toMatchObject({record: {partial: true}})
    expect(asked()).toEqual(['A,B,C,D', 'B,D', 'D'])
    expect(http.waits).toEqual([250, 500])
    expect(source.traffic).toMatchObject({requests: 3, retries: 2})
  })

  it('are given up after as many tries as a request would be', async () => {
    const failing = await serve([elements({A: 200, B: 503})])
    expect(await failing.source.fetch(['A', 'B'], never)).toMatchObject([
      {ok: true},
      {ok: false, id: 'B', status: 503, message: 'failed with 503'},
    ])
    expect(failing.asked()).toEqual(['A,B', 'B', 'B', 'B'])
    const limited = await serve([elements({A: 429})])
    expect(await limited.source.fetch(['A'], never)).toMatchObject([{status: 429}])
    expect(limited.asked()).toHaveLength(10)
  })

  it.each([400, 401, 403, 404, 410])('are not, after %i', async (status) => {
    const {source, asked} = await serve([elements({A: status})])
    expect(await source.fetch(['A'], never)).toMatchObject([{ok: false, status}])
    expect(asked()).toHaveLength(1)
  })

  it('are not asked for after the deadline', async () => {
    const now = new Date('2026-03-01T12:00:00Z')
    const deadline = new Date(now.getTime() + 400)
    const {source, http, asked} = await serve([elements({A: 503})], {deadline, http: {now: () => now}})
    await source.fetch(['A'], never)
    // The second pause, of 500 ms, would end after it.
    expect(asked()).toHaveLength(2)
    expect(http.waits).toEqual([250])
  })

  it('are left alone once five batches one after another were asked again in vain, so that a failing service is not stormed', async () => {
    const {source, asked} = await serve([elements({A: 200, B: 503})])
    for (let batch = 0; batch < 9; batch++) await source.fetch(['A', 'B'], never)
    expect(asked()).toHaveLength(5 * 4 + 4)
  })

  it('are asked for again after a hiccup that failed all batches under way', async () => {
    const hiccup = Array.from({length: 8 * 4}, () => elements({A: 503}))
    const {source} = await serve([...hiccup, elements({A: 503}), elements({A: 200})])
    const fetch = () => source.fetch(['A'], never)
    expect(await Promise.all(Array.from({length: 8}, fetch))).toEqual(
      Array(8).fill([expect.objectContaining({ok: false})]),
    )
    expect(await fetch()).toMatchObject([{ok: true}])
  })

  it('are asked for again when one of them came at last', async () => {
    const cured = [elements({A: 503}), elements({A: 200})]
    const {source} = await serve(Array.from({length: 8}, () => cured).flat())
    for (let batch = 0; batch < 8; batch++) expect(await source.fetch(['A'], never)).toMatchObject([{ok: true}])
  })

  it('cost nothing of what is in hand, when asking again fails altogether', async () => {
    const {source} = await serve([elements({A: 200, B: 503}), text('no', 403)])
    expect(await source.fetch(['A', 'B'], never)).toMatchObject([{ok: true}, {ok: false, status: 503}])
  })

  it('nor when it is interrupted', async () => {
    const interrupt = new AbortController()
    const sleep = async () => {
      interrupt.abort(new Error('stopped'))
      throw interrupt.signal.reason
    }
    const {source, asked} = await serve([elements({A: 200, B: 503})], {http: {sleep}})
    expect(await source.fetch(['A', 'B'], interrupt.signal)).toMatchObject([{ok: true}, {ok: false, status: 503}])
    expect(asked()).toHaveLength(1)
  })
})
