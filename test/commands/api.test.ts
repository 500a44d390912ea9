import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, it} from '@jest/globals'
import Api from '../../src/commands/api.js'
import {errorDocument, MeliError} from '../../src/core/errors.js'
import {runCommand} from '../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'meli-api-'))
afterAll(() => rmSync(folder, {recursive: true}))

const answered = {
  ...{
    method: 'GET',
    path: '/users/me',
    status: 200,
    headers: {'content-type': 'application/json', 'x-request-id': 'r1'},
  },
  ...{body: {price: 19.9}, error: null, write_id: null},
}

function services({error = null, bytes = '{"price":19.90}'}: {error?: MeliError | null; bytes?: string | Buffer} = {}) {
  const asked: unknown[] = []
  const said: string[] = []
  async function* lines(): AsyncGenerator<string> {
    yield '"MEC1"\n'
    yield '"MEC2"\n'
  }
  const call = {
    run: async (...given: unknown[]) => {
      asked.push(given.slice(0, 2))
      const described = error && errorDocument(error)
      return {result: {...answered, error: described}, bytes: Buffer.from(bytes), error}
    },
    dryRun: async () => ({
      dry_run: true,
      requests: [{method: 'PUT', path: '/x', headers: {'x-version': '3'}, body: {a: 1.1}, body_text: '{"a":1.10}'}],
    }),
    lines: async () => lines(),
  }
  return {
    ...{asked, said},
    app: {writes: {rawCall: async () => call}, terminal: async () => ({say: (line: string) => said.push(line)})},
  }
}

describe('meli api', () => {
  it('prints the body as it came, and hands on what was typed', async () => {
    const {asked, app} = services()
    const argv = ['put', '/x', '-f', 'a=b', '-F', 'c:=1', '-H', 'X-A: b', '-f', 'd=e', '--live', 'TIENDA']
    const {stdout, status, stderr} = await runCommand(Api, argv, app)
    expect({stdout, status, stderr}).toEqual({stdout: '{"price":19.90}\n', status: 0, stderr: ''})
    const input = {method: 'put', path: '/x', fields: ['a=b', 'd=e'], typed: ['c:=1'], headers: ['X-A: b']}
    const choice = {account: undefined, sandbox: false, site: undefined, live: 'TIENDA'}
    expect(asked).toEqual([[{...input, input: undefined}, choice]])
  })

  it('takes a path alone for a GET, and wants a path', async () => {
    const {asked, app} = services()
    await runCommand(Api, ['/users/me', '-f', 'a=b'], app)
    expect(asked).toMatchObject([[{method: 'GET', path: '/users/me', fields: ['a=b'], typed: [], headers: []}, {}]])
    const {status, stderr} = await runCommand(Api, ['GET'], app)
    expect({status, said: stderr.includes('missing argument PATH')}).toEqual({status: 2, said: true})
  })

  it('prints status and headers before the body when they are asked for', async () => {
    const {stdout} = await runCommand(Api, ['GET', '/users/me', '-i'], services().app)
    expect(stdout).toBe('HTTP/1.1 200\ncontent-type: application/json\nx-request-id: r1\n\n{"price":19.90}\n')
  })

  it('prints what is no text byte for byte', async () => {
    const {stdout} = await runCommand(Api, ['GET', '/label'], services({bytes: Buffer.from('%PDF-1.4\n%%EOF\n')}).app)
    expect(stdout).toBe('%PDF-1.4\n%%EOF\n')
  })

  it('prints the answer of a failure, says what it means, and leaves with its status', async () => {
    const error = new MeliError('MELI_NOT_FOUND', 'Mercado Libre answered 404: gone')
    const {app, said} = services({error, bytes: '{"message":"gone"}'})
    const {stdout, status} = await runCommand(Api, ['GET', '/items/MEC1'], app)
    expect([stdout, status, said]).toEqual(['{"message":"gone"}\n', 5, [`${error.message} (MELI_NOT_FOUND)`]])
  })

  it('gives one document under --json, of a failure too', async () => {
    const error = new MeliError('MELI_NOT_FOUND', 'gone')
    const {stdout, status} = await runCommand(Api, ['GET', '/items/MEC1', '--json'], services({error}).app)
    expect(status).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({status: 200, error: {code: 'MELI_NOT_FOUND', exit_code: 5}})
  })

  it('streams a listing', async () => {
    const {stdout} = await runCommand(Api, ['GET', '/x', '--paginate'], services().app)
    expect(stdout).toBe('"MEC1"\n"MEC2"\n')
  })

  it('prints the rows of a listing that lacks some, says how many, and leaves with 7', async () => {
    const {app} = services()
    const call = await app.writes.rawCall()
    call.lines = async () =>
      (async function* (): AsyncGenerator<string> {
        yield '"MEC1"\n'
        throw new MeliError('MELI_LISTING_INCOMPLETE', '1 of 3 results came; the rest was not listed')
      })()
    const {stdout, stderr, status} = await runCommand(Api, ['GET', '/x', '--paginate'], app)
    expect([stdout, status]).toEqual(['"MEC1"\n', 7])
    expect(stderr).toContain('1 of 3 results came')
  })

  it('shows the request of a dry run, to the digit', async () => {
    const {stdout, status} = await runCommand(Api, ['PUT', '/x', '--dry-run'], services().app)
    expect(status).toBe(0)
    expect(stdout).toBe(
      '1 request would be sent; nothing was changed.\n\nPUT /x\n  x-version: 3\n  {\n    "a": 1.10\n  }\n',
    )
  })

  it('reads the body from a file, and says so when it cannot', async () => {
    const file = join(folder, 'body.json')
    writeFileSync(file, '{"a":1}')
    const {asked, app} = services()
    await runCommand(Api, ['PUT', '/x', '--input', file], app)
    expect(asked).toMatchObject([[{input: '{"a":1}'}, {}]])
    const missing = await runCommand(Api, ['PUT', '/x', '--input', join(folder, 'none')], app)
    expect(missing).toMatchObject({status: 2, stderr: expect.stringContaining('MELI_INPUT_UNREADABLE')})
  })

  it.each([
    [['GET', '/x', '--paginate', '--json']],
    [['GET', '/x', '--paginate', '--include']],
    [['PUT', '/x', '--sandbox', '--live', 'TIENDA']],
    [['PUT', '/x', '--live', '']],
    [['PUT']],
  ])('refuses %j', async (argv) => {
    expect(await runCommand(Api, argv, services().app)).toMatchObject({status: 2})
  })
})
