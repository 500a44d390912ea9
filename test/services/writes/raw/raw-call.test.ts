import {describe, expect, it} from '@jest/globals'
import type {RawInput} from '../../../../src/services/writes/raw/request.js'
import {json, startServer} from '../../../support/http-server.js'
import {refusal, type Toolkit, toolkit} from '../../../support/toolkit.js'

const input = (method: string, path: string, more: Partial<RawInput> = {}): RawInput => ({
  ...{method, path, fields: [], typed: [], headers: [], input: undefined, ...more},
})
const real = {sandbox: false}

async function withItems() {
  const kit = await toolkit({items: 5})
  const {user_id, nickname} = await kit.connect()
  const [item] = kit.emulator.world.catalogue.listed(user_id)
  return {kit, userId: user_id, nickname, item: item?.id ?? '', call: await kit.app.writes.rawCall()}
}

/** Everything but reads that the service was asked for. */
function writes(kit: Toolkit) {
  const sent = kit.emulator.world.requests.list().filter(({path}) => !path.startsWith('/oauth'))
  return sent.filter(({method}) => method !== 'GET').map(({method, path}) => `${method} ${path}`)
}

async function written(kit: Toolkit) {
  return (await kit.app.writes.history()).list({sandbox: false, limit: 9})
}

describe('meli api', () => {
  it('reads without being asked anything, and leaves no trace in the log', async () => {
    const {kit, call, userId} = await withItems()
    kit.terminal.interactive = false
    const {result} = await call.run(input('GET', '/users/{user_id}'), real)
    expect(result).toMatchObject({status: 200, path: `/users/${userId}`, error: null, write_id: null})
    expect(result.body).toMatchObject({id: userId})
    expect(await written(kit)).toEqual({writes: [], total: 0})
  })

  it('fills in the site, and the application', async () => {
    const {call} = await withItems()
    const {requests} = await call.dryRun(input('GET', '/sites/{site_id}', {fields: ['app={app_id}']}), real)
    expect(requests[0]?.path).toMatch(/^\/sites\/MEC\?app=\d+$/)
  })

  it('asks before a change, shows it, and writes it down', async () => {
    const {kit, call, item} = await withItems()
    kit.terminal.answers.set('Continue?', () => 'yes')
    const change = input('PUT', `/items/${item}`, {typed: ['available_quantity:=7']})
    const {result} = await call.run(change, real)
    expect(result).toMatchObject({status: 200, error: null, write_id: 1})
    expect(kit.terminal.heard.join('\n')).toContain('{"available_quantity":7}')
    const {writes: log} = await written(kit)
    expect(log).toMatchObject([
      {
        command: 'api',
        action: 'request',
        subject: item,
        method: 'PUT',
        body: '{"available_quantity":7}',
        outcome: 'done',
      },
    ])
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('sends no %s without a yes, or the right name', async (method) => {
    const {kit, call, item} = await withItems()
    const change = input(method, `/items/${item}`, {typed: ['available_quantity:=7']})
    kit.terminal.answers.set('Continue?', () => 'n').set('to continue', () => 'y')
    expect(await refusal(call.run(change, real))).toMatchObject({code: 'MELI_NOT_CONFIRMED', exitCode: 8})
    kit.terminal.interactive = false
    expect(await refusal(call.run(change, real))).toMatchObject({code: 'MELI_LIVE_NEEDED', exitCode: 2})
    const wrong = {...real, live: 'OTHER'}
    expect(await refusal(call.run(change, wrong))).toMatchObject({code: 'MELI_WRONG_ACCOUNT', exitCode: 8})
    expect(await refusal(call.run(change, {sandbox: true}))).toMatchObject({exitCode: 4})
    expect(writes(kit)).toEqual([])
    expect(await written(kit)).toMatchObject({total: 0})
  })

  const closing = 'closing is final: a closed item cannot be opened again'
  const deleting = 'deleting is final: a deleted item does not come back'
  it.each<[string, Partial<RawInput>, string]>([
    ['status closed, typed', {typed: ['status="closed"', 'price:=3']}, closing],
    ['status closed, as text', {fields: ['status=closed']}, closing],
    ['status closed, in a file', {input: '{"price": 3, "status": "closed"}'}, closing],
    ['status closed, in capitals', {input: '{"status":"CLOSED"}'}, closing],
    ['deleted', {input: '{"deleted": true}'}, deleting],
    ['deleted, as the documentation writes it', {fields: ['deleted=true']}, deleting],
    ['deleted, in capitals', {fields: ['deleted=True']}, deleting],
  ])('wants the nickname for a body that ends a listing: %s', async (_, body, why) => {
    const {kit, call, item, nickname} = await withItems()
    const change = input('PUT', `/items/${item}`, body)
    kit.terminal.answers.set('to continue', () => 'y').set('Continue?', () => 'y')
    expect(await refusal(call.run(change, real))).toMatchObject({code: 'MELI_NOT_CONFIRMED', exitCode: 8})
    expect(writes(kit)).toEqual([])
    kit.terminal.answers.set(`Type ${nickname} to continue`, () => nickname)
    kit.terminal.answers.delete('to continue')
    await call.run(change, real)
    const heard = kit.terminal.heard.join('\n')
    expect(heard).toContain(why)
    expect(heard).not.toContain(why === closing ? deleting : closing)
    expect(writes(kit)).toEqual([`PUT /items/${item}`])
  })

  it('shows at the question the body of a file without the end of its last line, and sends it with that', async () => {
    const {kit, call, item} = await withItems()
    kit.terminal.answers.set('Continue?', () => 'y')
    await call.run(input('PUT', `/items/${item}`, {input: '{"status":"paused"}\r\n'}), real)
    expect(kit.terminal.heard.join('\n').split(/\n/)).toContain('  {"status":"paused"}')
    const {writes: logged} = await (await kit.app.writes.history()).list({sandbox: false, limit: 1})
    expect(logged).toMatchObject([{body: '{"status":"paused"}\r\n'}])
  })

  it('asks a plain question for a body that only has such words in it', async () => {
    const {kit, call, item} = await withItems()
    kit.terminal.answers.set('Continue?', () => 'y')
    for (const body of [
      '{"status":"paused"}',
      '{"deleted":false}',
      '{"title":"closed"}',
      '["closed"]',
      '{"status":{"toString":1}}',
      'null',
    ])
      await call.run(input('PUT', `/items/${item}`, {input: body}), real)
    expect(writes(kit)).toHaveLength(6)
    expect(kit.terminal.heard.join('\n')).not.toContain('final')
  })

  it('keeps a refusal in the log, and gives the answer with its status', async () => {
    const {kit, call, item, nickname} = await withItems()
    const change = input('PUT', `/items/${item}`, {typed: ['price:=-1']})
    const outcome = await call.run(change, {...real, live: nickname})
    expect(outcome.error).toMatchObject({exitCode: 5})
    expect(outcome.result).toMatchObject({status: 400, error: {exit_code: 5}, write_id: 1})
    expect(outcome.result.error).toMatchObject({retryable: false, suggestions: expect.any(Array)})
    expect(await written(kit)).toMatchObject({writes: [{outcome: 'refused', status: 400}]})
  })

  it('does not know what became of a change whose answer was lost', async () => {
    const {kit, call, item, nickname} = await withItems()
    kit.emulator.world.faults.add({path: `/items/${item}`, times: 1, fault: {type: 'drop-after-commit'}})
    const change = input('PUT', `/items/${item}`, {typed: ['available_quantity:=7']})
    const error = await refusal(call.run(change, {...real, live: nickname}))
    expect(error).toMatchObject({exitCode: 6, details: {write_id: 1}})
    expect(await written(kit)).toMatchObject({writes: [{outcome: 'unknown', status: null}]})
    expect(writes(kit)).toHaveLength(1)
  })

  it('asks nobody and opens nothing for what it refuses, or only shows', async () => {
    const kit = await toolkit()
    const call = await kit.app.writes.rawCall()
    for (const path of ['/oauth/token', 'https://evil.example.com/', '/users/test_user'])
      expect(await refusal(call.run(input('POST', path), real))).toMatchObject({code: 'MELI_USAGE', exitCode: 2})
    const {requests} = await call.dryRun(input('PUT', '/items/MEC1', {typed: ['price:=19.90']}), real)
    const shown = {method: 'PUT', path: '/items/MEC1', headers: {}, body: {price: 19.9}, body_text: '{"price":19.90}'}
    expect(requests).toEqual([shown])
    expect(kit.emulator.world.requests.list()).toEqual([])
    expect(kit.hasDatabase).toBe(false)
  })

  it('writes as a test user in silence, with a token of the environment too', async () => {
    const kit = await toolkit()
    const tester = await kit.connectTestUser()
    kit.terminal.interactive = false
    const {accessToken} = await kit.record(tester.user_id)
    for (const app of [kit.app, kit.another({MELI_ACCESS_TOKEN: accessToken})]) {
      const call = await app.writes.rawCall()
      const {result} = await call.run(input('PUT', '/items/MEC1', {input: '{}'}), {sandbox: true})
      expect(result).toMatchObject({status: 404, write_id: expect.any(Number)})
      expect(await refusal(call.run(input('PUT', '/items/MEC1', {input: '{}'}), real))).toMatchObject({
        code: app === kit.app ? 'MELI_LIVE_NEEDED' : 'MELI_WRONG_KIND',
      })
    }
    const {total, writes} = await (await kit.app.writes.history()).list({sandbox: true, limit: 9})
    expect([total, writes.map((write) => write.is_test_user)]).toEqual([2, [true, true]])
  })

  it('streams a listing over offsets and by scroll', async () => {
    const {call, kit, userId} = await withItems()
    const ids = kit.emulator.world.catalogue.listed(userId).map(({id}) => JSON.stringify(id))
    for (const fields of [['limit=2'], ['search_type=scan', 'limit=2']]) {
      const lines: string[] = []
      const listing = input('GET', '/users/{user_id}/items/search', {fields})
      for await (const line of await call.lines(listing, real, new AbortController().signal)) lines.push(line.trim())
      expect(lines.sort()).toEqual([...ids].sort())
    }
    const post = input('POST', '/users/1/items/search')
    expect(await refusal(call.lines(post, real, new AbortController().signal))).toMatchObject({code: 'MELI_USAGE'})
  })

  it.each([
    ['/x/search?a=1&b=%C3%B1&a=2', ['tags=b', 'tags=a'], '/x/search?a=1&b=%C3%B1&a=2&tags=b&tags=a'],
    ['/x/search?tags=b&tags=a', [], '/x/search?tags=b&tags=a'],
  ])('asks each page of %s with every value of a name', async (path, fields, asked) => {
    const {kit} = await withItems()
    const server = await startServer(
      json({results: [1, 2], paging: {total: 3}}),
      json({results: [3], paging: {total: 3}}),
    )
    try {
      const call = await kit.another({MELI_API_URL: server.url}).writes.rawCall()
      const lines = await call.lines(input('GET', path, {fields}), real, new AbortController().signal)
      const read: string[] = []
      for await (const line of lines) read.push(line.trim())
      expect(read).toEqual(['1', '2', '3'])
      expect(server.requests.map(({url}) => url)).toEqual([`${asked}&offset=0`, `${asked}&offset=2`])
    } finally {
      await server.close()
    }
  })

  it('says how a listing goes on that ends at an offset', async () => {
    const {call, kit, userId} = await withItems()
    const rule = {type: 'status', status: 400, body: {message: 'limit reached'}} as const
    kit.emulator.world.faults.add({path: `/users/${userId}/items/search`, after: 1, times: 1, fault: rule})
    const listing = input('GET', '/users/{user_id}/items/search', {fields: ['limit=2']})
    const lines = await call.lines(listing, real, new AbortController().signal)
    const read = async () => {
      for await (const _ of lines);
    }
    expect((await refusal(read())).suggestions[0]).toContain('search_type=scan')
  })
})
