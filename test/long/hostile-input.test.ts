import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it} from '@jest/globals'
import type {ErrorDocument} from '../../src/core/errors.js'
import {type HttpServer, startServer, text} from '../support/http-server.js'
import {openWorld, type World} from '../support/world.js'

const deep = `${'['.repeat(5000)}1${']'.repeat(5000)}`
const deepObject = `{"a":${deep}}`

const servers: HttpServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function failed(
  world: World,
  args: readonly string[],
  options: {stdin?: string; env?: Record<string, string>} = {},
) {
  const {status, stdout} = await world.run([...args, '--json'], options)
  const {code, message} = (JSON.parse(stdout) as {error: ErrorDocument}).error
  return {status, code, message}
}

function fileIn({home}: World, name: string, content: string): string {
  mkdirSync(home, {recursive: true})
  writeFileSync(join(home, name), content)
  return join(home, name)
}

describe('JSON of thousands of levels', () => {
  const levels = 'is JSON of more than 500 levels'

  it('is refused as what it was given for', async () => {
    const world = await openWorld()
    const put = ['api', 'PUT', '/items/MEC1', '--dry-run']
    const file = fileIn(world, 'body.json', deepObject)
    const usage = (code: string, message: string) => ({status: 2, code, message: expect.stringContaining(message)})
    const ofInput = usage('MELI_INPUT_UNREADABLE', `the body given by --input ${levels}`)
    expect(await failed(world, [...put, '--input', file])).toEqual(ofInput)
    expect(await failed(world, [...put, '--input', '-'], {stdin: deepObject})).toEqual(ofInput)
    expect(await failed(world, [...put, '-F', `a:=${deep}`])).toEqual(
      usage('MELI_USAGE', `the value of the field a ${levels}`),
    )
    expect(await failed(world, ['auth', 'import'], {stdin: deepObject})).toEqual(usage('MELI_INPUT_UNREADABLE', levels))
    expect(await failed(world, ['test-users', 'adopt'], {stdin: deepObject})).toEqual(
      usage('MELI_INPUT_UNREADABLE', levels),
    )
    fileIn(world, 'config.json', deepObject)
    expect(await failed(world, ['config'])).toMatchObject({
      status: 3,
      code: 'MELI_CONFIG_INVALID',
      message: expect.stringContaining(levels),
    })
  })

  it('fails the line of a push that it stands in', async () => {
    const world = await openWorld({items: 1})
    await world.login()
    const file = fileIn(world, 'push.jsonl', `{"id":"MEC1","price":1}\n${deepObject}\n`)
    const {status, stdout} = await world.run(['products', 'push', file, '--live=TIENDA_ANDINA', '--json'])
    expect(status).toBe(7)
    expect(JSON.parse(stdout)).toMatchObject({bad_lines: [{line: 2, message: `this ${levels}`}]})
  })

  it('is an answer that cannot be used, and the text of one that is only handed on', async () => {
    const world = await openWorld()
    await world.login()
    const server = await startServer(text(deepObject, 200, {'content-type': 'application/json'}))
    servers.push(server)
    const env = {MELI_API_URL: server.url}
    expect(await failed(world, ['sync', 'questions'], {env})).toMatchObject({
      status: 6,
      code: 'MELI_ANSWER_UNUSABLE',
      message: expect.stringContaining(levels),
    })
    expect(await world.run(['api', '/deep'], {env})).toEqual({status: 0, stdout: `${deepObject}\n`, stderr: ''})
    expect(await world.json(['api', '/deep'], {env})).toMatchObject({status: 200, body: deepObject})
  })

  it('is refused by the emulator, in a request and in its state', async () => {
    const world = await openWorld()
    const headers = {'content-type': 'application/json'}
    const answer = await fetch(`${world.emulator.url}/answers`, {method: 'POST', body: deepObject, headers})
    expect({status: answer.status, body: await answer.json()}).toMatchObject({
      status: 400,
      body: {message: 'Malformed JSON'},
    })
    const state = fileIn(world, 'state.json', deepObject)
    const {status, stderr} = await world.run(['emulator', 'start', '--state', state])
    expect({status, stderr}).toEqual({
      status: 3,
      stderr: expect.stringContaining('nested more deeply than any state of the emulator)'),
    })
  })
})

describe('text of tens of megabytes', () => {
  it('is sent as a body, shown, and kept in the log', async () => {
    const world = await openWorld()
    await world.login()
    const file = fileIn(world, 'body.json', `{"a":"${'\\n'.repeat(30_000_000)}"}`)
    const dry = await world.run(['api', 'PUT', '/items/MEC1', '--input', file, '--dry-run', '--json'])
    expect(dry.status).toBe(0)
    const sent = await failed(world, ['api', 'PUT', '/items/MEC1', '--input', file, '--live=TIENDA_ANDINA'])
    expect(sent).toMatchObject({status: 5, code: 'MELI_NOT_FOUND'})
    expect((await world.run(['history', 'show', '1', '--json'])).status).toBe(0)
  })

  it('is refused where it never ends', async () => {
    const world = await openWorld()
    const put = ['api', 'PUT', '/items/MEC1', '--dry-run', '--input', '/dev/zero']
    expect(await failed(world, put)).toMatchObject({
      status: 2,
      code: 'MELI_INPUT_UNREADABLE',
      message: '/dev/zero is larger than 64 MB',
    })
    expect(await failed(world, ['config', '--settings', '/dev/zero'])).toMatchObject({
      status: 3,
      message: expect.stringContaining('larger than a megabyte'),
    })
  })

  it('is no answer to a question', async () => {
    const world = await openWorld()
    await world.login()
    const answered = await failed(world, ['questions', 'answer', '1', '-'], {stdin: 'x'.repeat(50_000_000)})
    expect(answered).toMatchObject({status: 2, message: expect.stringContaining('the answer has 50000000 characters')})
  })
})
