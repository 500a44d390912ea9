import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from '@jest/globals'
import type {FastifyInstance} from 'fastify'
import {Metrics} from '../../src/server/metrics.js'
import {metricsRoutes} from '../../src/server/routes/metrics.js'
import {buildServeApp} from '../../src/server/serve-app.js'
import type {StoreGauges} from '../../src/services/dashboard/overview/gauges.js'

const store: StoreGauges = {
  store_id: 'b0a5a8e2-0000-4000-8000-000000000001',
  ...{nickname: 'QUI"TO\n', site_id: 'MEC', kind: 'real', authorized: true, token_seconds_left: 12_000},
  ...{sync_age_seconds: {products: 2_460, orders: 60}, sync_refused: {questions: true, orders: false}},
  ...{sync_duration_seconds: 60.5, sync_missing_items: 4},
  ...{notifications_waiting: 3, notifications_parked: 2, notifications_oldest_seconds: 360},
}

function metricsOf(stores: () => Promise<StoreGauges[]> = async () => [store]): Metrics {
  return new Metrics({version: '1.2.3', stores, syncEveryMs: 7_200_000})
}

/** The value of one series. */
function read(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}

describe('the metrics', () => {
  it('read each store when they are asked for', async () => {
    const text = await metricsOf().text()
    const of = `{store_id="${store.store_id}"}`
    expect(read(text, `meli_token_seconds_left${of}`)).toBe(12_000)
    expect(read(text, `meli_token_authorized${of}`)).toBe(1)
    const by = (resource: string) => `{store_id="${store.store_id}",resource="${resource}"}`
    expect(read(text, `meli_sync_age_seconds${by('products')}`)).toBe(2_460)
    expect(read(text, `meli_sync_age_seconds${by('orders')}`)).toBe(60)
    expect(read(text, `meli_sync_age_seconds${by('questions')}`)).toBeUndefined()
    expect(read(text, `meli_sync_refused${by('questions')}`)).toBe(1)
    expect(read(text, `meli_sync_refused${by('orders')}`)).toBe(0)
    expect(read(text, `meli_sync_duration_seconds${of}`)).toBe(60.5)
    expect(read(text, `meli_sync_missing_items${of}`)).toBe(4)
    expect(read(text, `meli_notifications_waiting${of}`)).toBe(3)
    expect(read(text, `meli_notifications_parked${of}`)).toBe(2)
    expect(read(text, `meli_notifications_oldest_seconds${of}`)).toBe(360)
    expect(read(text, 'meli_sync_interval_seconds')).toBe(7_200)
    expect(read(text, 'meli_database_up')).toBe(1)
    expect(text).toContain('nickname="QUI\\"TO\\n",site="MEC",kind="real"} 1')
    expect(text).toContain(`meli_build_info{version="1.2.3",node="${process.version}"} 1`)
    expect(text).toContain('process_cpu_user_seconds_total')
  })

  it('forget a store that is gone, and say nothing of a sync that never was', async () => {
    let stores = [{...store, sync_duration_seconds: null}]
    const metrics = metricsOf(async () => stores)
    expect(await metrics.text()).not.toContain('meli_sync_duration_seconds{')
    stores = []
    expect(await metrics.text()).not.toContain(store.store_id)
  })

  it('are given without the stores when the database cannot be read', async () => {
    const metrics = metricsOf(async () => Promise.reject(new Error('busy')))
    metrics.refresh('stored')
    const text = await metrics.text()
    expect(read(text, 'meli_database_up')).toBe(0)
    expect(read(text, 'meli_token_refreshes_total{outcome="stored"}')).toBe(1)
    expect(text).not.toContain('store_id=')
  })

  it('count requests by endpoint and status, and 429s by themselves', async () => {
    const metrics = metricsOf()
    const request = {endpoint: '/items/:id', method: 'GET', ms: 200}
    for (const status of [200, 200, 429, null]) metrics.apiRequest({...request, status})
    const text = await metrics.text()
    const of = (status: string) => `meli_api_requests_total{endpoint="/items/:id",method="GET",status="${status}"}`
    expect([of('200'), of('429'), of('none')].map((series) => read(text, series))).toEqual([2, 1, 1])
    expect(read(text, 'meli_api_rate_limited_total')).toBe(1)
    expect(read(text, 'meli_api_request_duration_seconds_bucket{le="0.25",endpoint="/items/:id"}')).toBe(4)
    expect(read(text, 'meli_api_request_duration_seconds_bucket{le="0.1",endpoint="/items/:id"}')).toBe(0)
  })

  it('count notifications and jobs, with their times in seconds', async () => {
    const metrics = metricsOf()
    metrics.notification('done', 'items')
    metrics.notificationLag(1_500)
    metrics.job('sync', 'failed', 90_000)
    const text = await metrics.text()
    expect(read(text, 'meli_notifications_total{outcome="done",topic="items"}')).toBe(1)
    expect(read(text, 'meli_notification_lag_seconds_sum')).toBe(1.5)
    expect(read(text, 'meli_jobs_total{kind="sync",outcome="failed"}')).toBe(1)
    expect(read(text, 'meli_job_duration_seconds_sum{kind="sync"}')).toBe(90)
  })

  it('of two servers in one process are not mixed', async () => {
    const [one, other] = [metricsOf(), metricsOf()]
    one.refresh('failed')
    expect(read(await other.text(), 'meli_token_refreshes_total{outcome="failed"}')).toBe(0)
  })
})

describe('the names of the metrics', () => {
  const root = join(import.meta.dirname, '../..')
  const given = async () => {
    const metrics = metricsOf()
    metrics.apiRequest({endpoint: '/items', method: 'GET', status: 200, ms: 1})
    metrics.notification('done', 'items')
    metrics.job('sync', 'done', 1)
    return (await metrics.text()).matchAll(/^# TYPE (\w+)/gm)
  }
  const ours = async () => [...(await given())].map(([, name = '']) => name).filter((name) => name.startsWith('meli_'))

  it('are those that the alerts ask for', async () => {
    const rules = readFileSync(join(root, 'ops/alerts.yml'), 'utf8')
    const asked = new Set([...rules.matchAll(/\bmeli_\w+/g)].map(([name]) => name))
    expect(asked.size).toBeGreaterThan(8)
    const known = new Set(await ours())
    expect([...asked].filter((name) => !known.has(name))).toEqual([])
  })

  it('are all explained in docs/metrics.md, and no others', async () => {
    const page = readFileSync(join(root, 'docs/metrics.md'), 'utf8')
    const explained = new Set([...page.matchAll(/^\| `(meli_\w+)`/gm)].map(([, name]) => name))
    expect([...explained].sort()).toEqual((await ours()).sort())
  })
})

describe('who may read the metrics', () => {
  let app: FastifyInstance | undefined
  afterEach(async () => {
    await app?.close()
    app = undefined
  })

  async function status(request: {
    from?: string[]
    trustProxy?: string[]
    remoteAddress?: string
    headers?: Record<string, string>
  }) {
    const {from, trustProxy = false as const, remoteAddress = '127.0.0.1', headers = {}} = request
    app = await buildServeApp({
      publicUrl: new URL('https://shop.example'),
      trustProxy,
      sessions: {find: async () => undefined},
      routes: [metricsRoutes({metrics: metricsOf(), from})],
    })
    const answer = await app.inject({url: '/metrics', remoteAddress, headers: {host: '127.0.0.1:3000', ...headers}})
    expect(answer.body.includes('meli_token')).toBe(answer.statusCode === 200)
    return answer.statusCode
  }

  it.each([
    ['this machine', {}],
    ['this machine, by IPv6', {remoteAddress: '::1', headers: {host: '[::1]:3000'}}],
    ['this machine, by its name', {headers: {host: 'localhost:3000'}}],
    ['a named address', {from: ['10.1.0.0/16'], remoteAddress: '10.1.2.3', headers: {host: '10.0.0.7:3000'}}],
    [
      'a named address behind a proxy',
      {
        from: ['10.1.2.3'],
        trustProxy: ['10.0.0.0/16'],
        remoteAddress: '10.0.0.9',
        headers: {'x-forwarded-for': '10.1.2.3'},
      },
    ],
  ])('is %s', async (_who, request) => {
    expect(await status(request)).toBe(200)
  })

  it.each([
    ['another machine', {remoteAddress: '10.1.2.3'}],
    ['another machine behind a proxy here', {trustProxy: ['127.0.0.1'], headers: {'x-forwarded-for': '203.0.113.9'}}],
    ['whoever comes by a proxy here that nobody named', {headers: {'x-forwarded-for': '203.0.113.9'}}],
    ['whoever comes by a proxy here that says nothing of itself', {headers: {host: 'shop.example'}}],
    ['this machine where others are named', {from: ['10.1.0.0/16']}],
    [
      'whoever comes by an unnamed proxy of a named address',
      {from: ['127.0.0.1'], headers: {'x-real-ip': '203.0.113.9'}},
    ],
    [
      'whoever comes by a second proxy that nobody named',
      {from: ['127.0.0.1'], trustProxy: ['10.0.0.9'], headers: {'x-forwarded-for': '203.0.113.9'}},
    ],
    ['who only says to be named', {from: ['10.1.2.3'], headers: {'x-forwarded-for': '10.1.2.3'}}],
  ])('is not %s', async (_who, request) => {
    expect(await status(request)).toBe(403)
  })
})
