import {afterEach, describe, expect, it} from '@jest/globals'
import {createApp} from '../../../../src/app/create-app.js'
import {systemClock} from '../../../../src/app/system-clock.js'
import {Interrupts} from '../../../../src/cli/interrupts.js'
import {loadConfig} from '../../../../src/config/config.js'
import type {Clock} from '../../../../src/services/ports/index.js'
import type {PushRowView} from '../../../../src/services/writes/push/push-result.js'
import type {Wanted} from '../../../../src/services/writes/selling/wanted.js'
import {type HttpServer, json, type Reply, startServer} from '../../../support/http-server.js'
import {pushFiles} from '../../../support/push-files.js'
import {tempHomes} from '../../../support/temp-home.js'
import {refusal} from '../../../support/toolkit.js'

const newHome = tempHomes()
const file = pushFiles()
const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const user = 771_100_223
const me = {id: user, nickname: 'TIENDA', site_id: 'MLA', country_id: 'AR', tags: ['normal', 'test_user']}
const item = {
  ...{id: 'MLA1', seller_id: user, site_id: 'MLA', title: 'Lámpara', price: 219.9, currency_id: 'ARS'},
  ...{available_quantity: 5, status: 'active', sub_status: [], variations: [], tags: [], attributes: []},
}

type Body = Record<string, unknown>

interface Service {
  put: Reply
  /** The item at each reading; the last one from then on. */
  readings?: Body[]
  /** To readings of the item once a change was sent. */
  unreadable?: Reply
  /** Of `PUT /user-products/...`. */
  stock?: Reply
}

/** A service with one item, which answers a change in the given way; and all of meli before it. */
async function serve({put, readings = [{}], unreadable, stock = json({})}: Service) {
  const [sleeps, before]: [number[], Body[]] = [[], [...readings]]
  const now = () => ({...item, ...(before.length > 1 ? before.shift() : before[0])})
  const server = await startServer((response, request) => {
    const {pathname: path} = new URL(request.url, 'http://x')
    if (request.method === 'PUT') return (path.startsWith('/items/') ? put : stock)(response, request)
    if (path === '/users/me') return json(me)(response, request)
    const isLater = server.requests.some(({method}) => method === 'PUT')
    if (unreadable !== undefined && isLater && path.startsWith('/items')) return unreadable(response, request)
    if (path === '/items/MLA1') return json(now())(response, request)
    if (path.startsWith('/items'))
      return json([{id: 'MLA1', status_code: 200, code: 200, body: now()}])(response, request)
    const locations = [{type: 'selling_address', quantity: 5}]
    return json({id: 'MLAU7', user_id: user, locations}, 200, {'x-version': '3'})(response, request)
  })
  const env = {
    ...{MELI_HOME: newHome(), MELI_API_URL: server.url, MELI_ACCESS_TOKEN: 'APP_USR-hidden', MELI_CLIENT_ID: '1'},
    ...{MELI_RATE_LIMIT: '10000000', MELI_OPERATOR: 'ana'},
  }
  const clock: Clock = {
    now: () => new Date(),
    monotonic: () => performance.now(),
    // A lease that is renewed every so often takes its time.
    sleep: async (ms, signal) => {
      if (ms > 20_000) return systemClock.sleep(ms, signal)
      sleeps.push(ms)
      return undefined
    },
  }
  const app = createApp(loadConfig({env}), new Interrupts(), {clock})
  open.push(app, server)
  return {server, app, sleeps}
}

type World = Awaited<ReturnType<typeof serve>>

async function change({app}: World, wanted: Wanted) {
  const changes = await app.writes.changeItem()
  return changes.run({choice: {sandbox: true}, item: 'MLA1', wanted, command: 'price set', dryRun: false})
}

/** What became of each line. */
async function push({app}: World, table: string) {
  const rows: PushRowView[] = []
  const keep = async (all: AsyncIterable<PushRowView>) => {
    for await (const row of all) rows.push(row)
    return null
  }
  const options = {sandbox: true, skipBad: false, restart: false, signal: new AbortController().signal, keep}
  await (await app.writes.productPush()).run(await file(table), options)
  return rows
}

const writes = ({requests}: HttpServer) =>
  requests.flatMap(({method, url, body}) => (method === 'PUT' ? [`${url} ${body}`] : []))

const cause = (code: string, message: string, type = 'error') => ({
  department: 'items',
  cause_id: 1,
  type,
  code,
  message,
})
const dynamic = {
  message: 'Cannot modify price on items with dynamic pricing',
  ...{error: 'item.price.not_modifiable', status: 400, cause: []},
}
const validation = (...causes: unknown[]) => ({
  message: 'Validation error',
  error: 'validation_error',
  status: 400,
  cause: causes,
})
const promotion = validation(cause('item.price.not_modifiable', 'the item takes part in a promotion'))
const dropped = {...item, warnings: [cause('item.price.dropped', 'price was dropped', 'warning')]}

describe('an answer to a change of price', () => {
  it.each<[string, Service, string, RegExp]>([
    [
      'names automation where its words do',
      {put: json(dynamic, 400)},
      'price_automation',
      /set by price automation.*Cannot modify price on items with dynamic pricing/,
    ],
    [
      'names automation where a tag of the item does',
      {
        put: json(validation(cause('item.price.not_modifiable', 'not modifiable')), 400),
        readings: [{tags: ['dynamic_standard_price']}],
      },
      'price_automation',
      /set by price automation/,
    ],
    [
      'gives the words of the service, and no rule beside them',
      {put: json(promotion, 400)},
      'not_modifiable',
      /does not let the price of MLA1 be changed \(.*the item takes part in a promotion\)$/,
    ],
    [
      'is read with one cause as text',
      {
        put: json(
          {
            error: 'item.price.not_modifiable',
            message: 'Validation error',
            status: 400,
            cause: 'takes part in a promotion',
          },
          400,
        ),
      },
      'not_modifiable',
      /does not let the price of MLA1 be changed \(.*takes part in a promotion\)$/,
    ],
    [
      'is a yes that shows the old price',
      {put: json({id: 'MLA1', price: 219.9})},
      'price_not_taken',
      /the price of MLA1 is not as wanted: it is 219.9 and not 250$/,
    ],
    [
      'is a yes with a warning',
      {put: json(dropped)},
      'price_not_taken',
      /not as wanted: it is 219.9 and not 250 \(Mercado Libre: item.price.dropped: price was dropped\)$/,
    ],
    [
      'is a yes with a warning that names automation',
      {put: json({...item, warnings: [cause('x', 'ignored: the item has price automation', 'warning')]})},
      'price_automation',
      /set by price automation, and Mercado Libre takes no other \(Mercado Libre: x: ignored/,
    ],
  ])('%s', async (_, service, rule, message) => {
    const error = await refusal(change(await serve(service), {price: '250'}))
    expect(error).toMatchObject({code: 'MELI_CHANGE_REFUSED', details: {rule, item_id: 'MLA1', fields: ['price']}})
    expect(error.message).toMatch(message)
    if (rule !== 'price_automation') {
      expect(error.message).not.toContain('automation')
      expect(error.suggestions.join()).toContain(
        'price automation or a promotion of the item may be what is against it',
      )
    }
    const [row] = await push(await serve(service), 'id,price\nMLA1,250\n')
    expect(row).toMatchObject({result: 'failed', code: 'MELI_CHANGE_REFUSED', message: expect.stringMatching(message)})
  })

  it('may lag behind: it is a change when the item, read again, is as wanted', async () => {
    const lagging = {put: json(item), readings: [{}, {price: 250}]}
    expect(await change(await serve(lagging), {price: '250'})).toMatchObject({changed: true, warnings: []})
    const slow = await serve({...lagging, readings: [{}, {}, {price: 250.0}]})
    expect(await change(slow, {price: '250.00'})).toMatchObject({changed: true})
    expect(slow.sleeps).toEqual([2000])
    const pushed = await serve({...lagging, readings: [{}, {}, {price: 250}]})
    const [row] = await push(pushed, 'id,price\nMLA1,250\n')
    expect(row).toMatchObject({result: 'done', message: null})
  })

  it.each<[string, Reply, string]>([
    ['is limited', json({message: 'too many requests'}, 429), 'MELI_RATE_LIMITED'],
    ['fails', json({message: 'internal error'}, 500), 'MELI_SERVICE_FAILING'],
    ['is refused', json({message: 'forbidden'}, 403), 'MELI_FORBIDDEN'],
    ['is cut off', (response) => response.destroy(), 'MELI_UNREACHABLE'],
  ])('is neither taken nor refused where the reading after it %s', async (_, unreadable, code) => {
    for (const put of [json(item), json(dropped)]) {
      const world = await serve({put, unreadable})
      const error = await refusal(change(world, {price: '250'}))
      expect(error).toMatchObject({code, details: {outcome: 'unknown', item_id: 'MLA1'}})
      expect(error.details).not.toHaveProperty('rule')
      expect(error.message).toMatch(/^MLA1 could not be read again.*; whether the change was carried out is not known$/)
      expect(error.message).not.toContain('219.9')
      expect(writes(world.server)).toHaveLength(1)
      const [row] = await push(await serve({put, unreadable}), 'id,price\nMLA1,250\n')
      expect(row).toMatchObject({result: 'failed', code, message: expect.stringMatching(/is not known$/)})
    }
  })

  it('is a change where the reading after it fails, and the next one shows it', async () => {
    let failures = 0
    const unreadable: Reply = (response, request) => {
      failures += 1
      const now = {...item, price: 250}
      const one = new URL(request.url, 'http://x').pathname === '/items/MLA1'
      const body = one ? now : [{id: 'MLA1', code: 200, status_code: 200, body: now}]
      json(failures === 1 ? {message: 'forbidden'} : body, failures === 1 ? 403 : 200)(response, request)
    }
    const world = await serve({put: json(item), unreadable})
    expect(await change(world, {price: '250'})).toMatchObject({changed: true, attempts: 1})
    expect(writes(world.server)).toHaveLength(1)
  })

  it('is not waited for where the service says that the price was dropped', async () => {
    const world = await serve({put: json(dropped)})
    await refusal(change(world, {price: '250'}))
    expect(world.sleeps).toEqual([])
  })

  it('with another spelling of the price is a yes', async () => {
    const put: Reply = (response) =>
      response.writeHead(200, {'content-type': 'application/json'}).end('{"id":"MLA1","price":50000.00}')
    const world = await serve({put})
    expect(await change(world, {price: '50000'})).toMatchObject({changed: true})
    expect(world.server.requests.filter(({method}) => method === 'GET')).toHaveLength(3)
  })

  it('costs a line of a push neither its stock nor its pause', async () => {
    const put: Reply = (response, request) => {
      const isPrice = request.body.includes('"price"')
      json(isPrice ? promotion : {...item, available_quantity: 9, status: 'paused'}, isPrice ? 400 : 200)(
        response,
        request,
      )
    }
    const world = await serve({put})
    const [row] = await push(world, 'id,price,stock,status\nMLA1,250,9,paused\n')
    expect(row).toMatchObject({
      result: 'failed',
      quantity_before: 5,
      message: /promotion.*what else the line asks for is as wanted$/,
    })
    expect(writes(world.server)).toEqual([
      '/items/MLA1 {"price":250,"available_quantity":9,"status":"paused"}',
      '/items/MLA1 {"available_quantity":9,"status":"paused"}',
    ])
  })
})

describe('an answer to a change of stock', () => {
  const notUpdatable = json(validation(cause('item.available_quantity.not_updatable', 'not updatable')), 400)

  it('that says so leads to the stock by location', async () => {
    const service = {put: notUpdatable, readings: [{user_product_id: 'MLAU7'}]}
    const world = await serve(service)
    expect(await change(world, {quantity: 9})).toMatchObject({
      ...{changed: true, after: {available_quantity: 9}, attempts: 2},
      requests: [{path: '/user-products/MLAU7/stock/type/selling_address', body: {quantity: 9}}],
    })
    expect(writes(world.server)).toEqual([
      '/items/MLA1 {"available_quantity":9}',
      '/user-products/MLAU7/stock/type/selling_address {"quantity":9}',
    ])
    expect(await push(await serve(service), 'id,stock\nMLA1,9\n')).toMatchObject([{result: 'done', message: null}])
  })

  it('that says so of an item without a user product is told as that', async () => {
    const error = await refusal(change(await serve({put: notUpdatable}), {quantity: 9}))
    expect(error).toMatchObject({details: {rule: 'stock_by_location', fields: ['available_quantity']}})
    expect(error.message).toMatch(/kept by location.*item.available_quantity.not_updatable - not updatable\)$/)
  })

  it('that shows the stock of before is a refusal once the item, read again, shows it too', async () => {
    const error = await refusal(change(await serve({put: json(item)}), {quantity: 9}))
    expect(error).toMatchObject({details: {rule: 'stock_not_taken'}})
    expect(error.message).toMatch(/the stock of MLA1 is not as wanted: it is 5 and not 9$/)
    const lagging = {put: json(item), readings: [{}, {available_quantity: 9}]}
    expect(await change(await serve(lagging), {quantity: 9})).toMatchObject({changed: true})
    // One was sold in between.
    const sold = {put: json({...item, available_quantity: 8})}
    expect(await change(await serve(sold), {quantity: 9})).toMatchObject({changed: true})
  })
})
