import {createServer} from 'node:http'
import {expect, it} from '@jest/globals'
import {startServing} from '../support/serving.js'
import {openWorld, type World} from '../support/world.js'

const timeout = 120_000

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** A seller with a synced catalogue. */
async function shop() {
  const world = await openWorld({items: 21})
  const {user_id: userId} = await world.login()
  await world.json(['sync', 'products'])
  const {catalogue, applications, notifications} = world.emulator.world
  const items = catalogue.listed(userId)
  const subscribe = (url: string) => notifications.subscribe(applications.first().id, {url, topics: ['items']})
  const price = (id: string) => world.sql<{price: string}>('SELECT price FROM product WHERE id = ?', id)[0]?.price
  const open = () =>
    world.sql<{n: number}>(`SELECT count(*) AS n FROM notification WHERE state IN ('waiting', 'working')`)[0]?.n
  return {world, userId, items, catalogue, notifications, subscribe, price, open}
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index]
  if (found === undefined) throw new Error(`there is no number ${index}`)
  return found
}

/** A program that listens, with the lines that it prints. */
async function listening(world: World, args: readonly string[]) {
  const {child, ended} = await world.start(['listen', ...args])
  let [out, errors] = ['', '']
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    errors += text
  })
  await until(() => errors.includes('Ctrl-C'))
  const address = /at (http:\S+\/notifications)/.exec(errors)?.[1] ?? ''
  const lines = () => out.split('\n').slice(0, -1)
  return {child, ended, address, lines}
}

it(
  'lets meli serve keep the catalogue in step with what the service tells',
  async () => {
    const {world, items, catalogue, notifications, subscribe, price, open} = await shop()
    const serving = await startServing(world)
    subscribe(`${serving.url}/notifications/`)
    const item = at(items, 0)
    catalogue.update(item, {price: 7.25})
    await notifications.idle()
    await until(() => price(item.id) === '7.25')
    await until(() => open() === 0)
    expect(notifications.counts()).toMatchObject({delivered: 1})
    const {changes} = await world.json<{changes: object[]}>(['products', 'log', item.id])
    expect(changes.at(-1)).toMatchObject({field: 'price', after: '7.25'})

    const list = await world.json<{notifications: {id: number}[]}>(['notifications', 'list'])
    expect(list).toMatchObject({notifications: [{resource: `/items/${item.id}`, state: 'done'}], waiting: 0, parked: 0})
    const shown = await world.run(['notifications', 'show', String(at(list.notifications, 0).id)])
    expect(shown.stdout).toContain(`/items/${item.id}`)
    for (const id of ['999', 'x']) expect((await world.run(['notifications', 'show', id, '--json'])).status).toBe(2)
    expect((await serving.stop()).status).toBe(0)
  },
  timeout,
)

it(
  'recovers what was missed while nothing listened, once',
  async () => {
    const {world, items, catalogue, notifications, subscribe, price} = await shop()
    subscribe('http://127.0.0.1:9/notifications')
    const changed = items.slice(0, 15)
    for (const item of changed) catalogue.update(item, {price: 9.75})
    for (let n = 0; n < 10; n += 1) {
      await notifications.idle()
      world.emulator.advance(10 * 60_000)
    }
    await notifications.idle()
    expect(notifications.missed()).toHaveLength(changed.length)
    const result = await world.json(['notifications', 'recover'])
    expect(result).toMatchObject({ok: true, accepted: changed.length})
    expect(await world.json(['notifications', 'recover'])).toMatchObject({ok: true, accepted: 0})
    const serving = await startServing(world)
    await until(() => changed.every(({id}) => price(id) === '9.75'))
    await serving.stop()
  },
  timeout,
)

it(
  'parks what needs a login, and tries it again after that',
  async () => {
    const {world, userId, items, catalogue, subscribe, price} = await shop()
    const serving = await startServing(world)
    subscribe(`${serving.url}/notifications`)
    // As if the seller had withdrawn the application's rights.
    world.sql(`UPDATE mercadolibre_token SET status = 'invalid' WHERE user_id = ?`, userId)
    const item = at(items, 0)
    catalogue.update(item, {price: 3.5})
    const parked = () => world.sql(`SELECT id FROM notification WHERE state = 'parked'`).length
    await until(() => parked() === 1)
    const list = await world.json(['notifications', 'list', '--parked'])
    expect(list).toMatchObject({parked: 1, notifications: [{error_code: 'MELI_AUTHORIZATION_LOST', failures: 1}]})
    await world.login()
    expect(await world.json(['notifications', 'replay', '--all'])).toEqual({replayed: 1, not_parked: []})
    await until(() => price(item.id) === '3.5')
    await serving.stop()
    expect((await world.run(['notifications', 'replay'])).status).toBe(2)
  },
  timeout,
)

it(
  'shows notifications as they come, passes them on, and leaves with 0 on Ctrl-C',
  async () => {
    const {world, userId, items, catalogue, subscribe} = await shop()
    const bodies: Array<Record<string, unknown>> = []
    const app = createServer((request, response) => {
      let body = ''
      request.on('data', (text) => {
        body += text
      })
      request.on('end', () => {
        bodies.push(JSON.parse(body))
        response.writeHead(bodies.length === 1 ? 204 : 500).end()
      })
    })
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
    const address = app.address()
    const port = typeof address === 'object' ? address?.port : undefined

    const receiver = await listening(world, ['--port', '0', '--forward-to', `localhost:${port}/hook`])
    const follower = await listening(world, ['--json'])
    subscribe(receiver.address)
    catalogue.update(at(items, 0), {price: 1.5})
    await until(() => receiver.lines().length === 1)
    catalogue.update(at(items, 1), {price: 1.5})
    await until(() => receiver.lines().length === 2 && follower.lines().length === 2)
    expect(bodies).toMatchObject([
      {topic: 'items', resource: `/items/${at(items, 0).id}`, user_id: userId, _id: expect.any(String)},
      {resource: `/items/${at(items, 1).id}`},
    ])
    expect(receiver.lines()[0]).toMatch(new RegExp(`items  /items/${at(items, 0).id}  ${userId}  204 in \\d+ ms$`))
    expect(receiver.lines()[1]).toMatch(/500 in \d+ ms$/)
    expect(follower.lines().map((line) => JSON.parse(line))).toMatchObject([
      {notification_id: bodies[0]?._id, forward: null},
      {notification_id: bodies[1]?._id, user_id: userId},
    ])
    for (const each of [receiver, follower]) {
      each.child.kill('SIGINT')
      expect((await each.ended).status).toBe(0)
    }
    app.close()
    const refused = await world.run(['listen', '--forward-to', 'http://example.com/'])
    expect(refused.status).toBe(2)
  },
  timeout,
)
