import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process'
import {cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from '@jest/globals'
import {type Emulator, startEmulator} from '../../src/emulator/index.js'
import {makeCertificate} from '../../src/server/certificate.js'
import {openStore} from '../../src/store/open.js'
import {ask} from '../docs/ask.js'
import {readDoc} from '../docs/markdown.js'
import {type Desk, openDesk} from '../docs/shell.js'
import {freePort} from '../server/free-port.js'
import {ensureBuilt} from '../support/build-once.js'
import {runCli} from '../support/cli.js'

/** The nickname that the examples use for a test user. */
const testUser = {id: 2345678901, nickname: 'TESTABC123', password: 'qatest4242', site_id: 'MEC', role: 'seller'}

await ensureBuilt()
const manifest = JSON.parse(readDoc('oclif.manifest.json')) as {commands: Record<string, {examples?: string[]}>}
const examples = Object.entries(manifest.commands).flatMap(([id, command]) => {
  const spoken = id.replaceAll(':', ' ')
  const fill = (text: string) =>
    text.replace(/^\$ /, '').replaceAll('<%= config.bin %>', 'meli').replaceAll('<%= command.id %>', spoken)
  return (command.examples ?? []).map(fill)
})

describe('the examples of the help', () => {
  let desk: Desk
  let emulator: Emulator
  let world: Record<string, unknown>
  /** The home as it was when everything was set up, and the refresh token in it. */
  let prepared: string
  let refreshToken: string
  /** Two that the local catalogue has. */
  let items: string[]
  let installation: string
  /** One of the test user's, and the entry of a change of it in the log. */
  let mine: {item: string; entry: number}
  let questions: {real: string; sandbox: string}
  /** Two of each that the local copy has. */
  let sales: {orders: string[]; shipments: string[]}

  beforeAll(async () => {
    desk = await openDesk()
    emulator = await startEmulator({items: 21, redirectUris: [`http://127.0.0.1:${await freePort()}/callback`]})
    await login()
    const made = await json(['create-test-user'])
    const nickname = (made.test_users as {nickname: string}[])[0]?.nickname ?? ''
    await login(nickname)
    await json(['test-users', 'adopt'], JSON.stringify(testUser))
    await json(['sync', 'products'])
    const {products} = await json(['products', 'list', '--limit', '2'])
    items = (products as {id: string}[]).map(({id}) => id)
    sales = await sell()
    mine = await change(nickname)
    questions = {real: await ask(emulator, 'TIENDA_ANDINA'), sandbox: await ask(emulator, nickname)}
    await json(['sync', 'questions'])
    await json(['auth', 'refresh', '--on-rotate', `cat > '${join(desk.cwd, 'refresh-token')}'`])
    refreshToken = readFileSync(join(desk.cwd, 'refresh-token'), 'utf8').trim()
    await json(['operators', 'add', 'ana@example.com'])
    await holdInstallation()
    await parkNotification()
    prepared = `${desk.home}.prepared`
    cpSync(desk.home, prepared, {recursive: true})
    world = (await (await fetch(`${emulator.url}/_emulator/state`)).json()) as Record<string, unknown>
    fillDesk()
    const {cert, key} = await makeCertificate('meli.example.com')
    writeFileSync(join(desk.cwd, 'cert.pem'), cert)
    writeFileSync(join(desk.cwd, 'key.pem'), key)
  }, 60_000)

  afterAll(async () => {
    await emulator.close()
    desk.close()
  })

  it.each(examples)('work: %s', async (example) => {
    await putEverythingBack()
    const {status, output} = await type(await completed(example))
    for (const name of ['products.csv', 'label.pdf', 'labels.zpl']) rmSync(join(desk.cwd, name), {force: true})
    expect({status, output: status === 0 ? '' : output}).toEqual({status: 0, output: ''})
  })

  /** What an example leaves open, filled in: a callback that works, the emulator's address, a port that is free. */
  async function completed(example: string): Promise<string> {
    return example
      .replace(/https:\/\/example\.com\/callback\?code=TG-\.\.\.&state=\.\.\./, await callback())
      .replaceAll('https://api.mercadolibre.com', emulator.url)
      .replace('6f9619ff-8b86-4d01-b42d-00cf4fc964ff', installation)
      .replace('MEC123456789', /--sandbox/.test(example) ? mine.item : (items[0] ?? ''))
      .replace(/(?<=history undo )\d+/, String(mine.entry))
      .replace('MEC987654321', items[1] ?? '')
      .replace('13000000001', /--sandbox/.test(example) ? questions.sandbox : questions.real)
      .replace('2000000000000001', sales.orders[0] ?? '')
      .replace('44000000001', sales.shipments[0] ?? '')
      .replace('44000000002', sales.shipments[1] ?? '')
      .replace(/--port (?:8080|443)|(?<=^meli serve)(?!.*--port)/, ` --port ${await freePort()}`)
  }

  /** A listing of the test user's whose stock was set. */
  async function change(nickname: string): Promise<typeof mine> {
    const {users, catalogue} = emulator.world
    const {id: userId = 0} = users.list().find((user) => user.nickname === nickname) ?? {}
    const fields = {title: 'Item de prueba', price: 10, available_quantity: 5}
    const {id: item} = catalogue.create({userId, siteId: 'MEC', isTestUser: true}, fields)
    const {write_ids} = await json(['stock', 'set', item, '7', '--sandbox'])
    return {item, entry: (write_ids as number[])[0] ?? 0}
  }

  /** Two purchases of a listing, synced. */
  async function sell(): Promise<{orders: string[]; shipments: string[]}> {
    const {world} = emulator
    const [seller, buyer] = ['TIENDA_ANDINA', 'CASA_DEL_SUR'].map((name) =>
      world.users.list().find(({nickname}) => nickname === name),
    )
    const item = world.catalogue.listed(seller?.id ?? 0).find(({variations}) => variations.length === 0)
    if (item !== undefined) world.catalogue.update(item, {available_quantity: 9, status: 'active', sub_status: []})
    const made = {orders: [] as string[], shipments: [] as string[]}
    for (let n = 0; n < 2; n += 1) {
      const headers = {'content-type': 'application/json'}
      const body = JSON.stringify({buyer: buyer?.id, item: item?.id})
      const answer = await fetch(`${emulator.url}/_emulator/purchase`, {method: 'POST', headers, body})
      const {order_ids, shipment_ids} = (await answer.json()) as {order_ids: number[]; shipment_ids: number[]}
      made.orders.push(...order_ids.map(String))
      made.shipments.push(...shipment_ids.map(String))
    }
    await json(['sync', 'orders'])
    await json(['sync', 'shipments'])
    return made
  }

  /** A seller who waits for an operator, under the id that the examples use. */
  async function holdInstallation(): Promise<void> {
    const store = await openStore({home: desk.home})
    const [userId, now] = [987654321, new Date()]
    const expiresAt = new Date(now.getTime() + 6 * 3_600_000)
    const tokens = {accessToken: 'APP_USR-of-an-example', refreshToken: 'TG-of-an-example-987654321'}
    const grant = {userId, ...tokens, scope: 'offline_access read write', expiresAt}
    const id = await store.heldGrants.hold('state:example', grant, emulator.clientId, now)
    const identity = {userId, nickname: 'TIENDA_QUITO', email: null, siteId: 'MEC', tags: [], isTestUser: false}
    await store.installs.pend(id, identity, new Date(now.getTime() + 7 * 86_400_000))
    await store.close()
    installation = id
  }

  /** Number 1, which the examples use, waits for somebody to replay it. */
  async function parkNotification(): Promise<void> {
    const {inbox, accounts, close} = await openStore({home: desk.home})
    const [[account], at] = [await accounts.list(), new Date()]
    const told = {topic: 'items', resource: `/items/${items[0]}`, user_id: account?.userId ?? 0, actions: null}
    const notification = {...told, id: 'example', application_id: emulator.clientId, sent_at: at, attempts: 1}
    await inbox.accept([{notification, waits: true}], at)
    const [work] = await inbox.claim({holder: 'example', limit: 1, now: at, until: new Date(at.getTime() + 1_000)})
    const failure = {id: work?.id ?? 0, code: 'MELI_TIMED_OUT', message: 'too slow', dueAt: null}
    await inbox.fail([failure], 'example', at)
    await close()
  }

  function fillDesk(): void {
    const files = {
      'token.json': {refresh_token: refreshToken},
      'test-user.json': testUser,
      'package.json': {scripts: {test: 'node --version'}},
    }
    writeFileSync(join(desk.cwd, 'changes.csv'), `id;precio\n${items[0]};19,90\n`)
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(desk.cwd, name), JSON.stringify(content))
    }
  }

  async function putEverythingBack(): Promise<void> {
    rmSync(desk.home, {recursive: true})
    mkdirSync(desk.home, {mode: 0o700})
    cpSync(prepared, desk.home, {recursive: true})
    const headers = {'content-type': 'application/json'}
    const put = await fetch(`${emulator.url}/_emulator/state`, {method: 'PUT', headers, body: JSON.stringify(world)})
    expect(put.ok).toBe(true)
  }

  async function login(user?: string): Promise<void> {
    await json(['auth', 'complete', await callback(user)])
  }

  async function callback(user?: string): Promise<string> {
    const {authorization_url: address} = await json(['auth', 'login', '--no-wait'])
    return emulator.consent(String(address), user === undefined ? {} : {user})
  }

  async function json(args: readonly string[], stdin = ''): Promise<Record<string, unknown>> {
    const options = {home: desk.home, env: emulator.env, cwd: desk.cwd, stdin}
    const {status, stdout} = await runCli([...args, '--json'], options)
    if (status !== 0) throw new Error(`meli ${args.join(' ')} left with ${status}: ${stdout}`)
    return JSON.parse(stdout)
  }

  async function type(command: string): Promise<{status: number | null; output: string}> {
    const env = {
      ...emulator.env,
      PATH: desk.path,
      HOME: desk.home,
      MELI_HOME: desk.home,
      REFRESH_TOKEN: refreshToken,
      PASSWORD: testUser.password,
    }
    const child = spawn('sh', ['-c', command.startsWith('meli ') ? `exec ${command}` : command], {env, cwd: desk.cwd})
    const done = reactTo(child, command)
    child.stdin.end()
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return {status, output: done()}
  }

  /** Allows the application when a login waits for the browser, and ends an emulator once it is ready. */
  function reactTo(child: ChildProcessWithoutNullStreams, command: string): () => string {
    let output = ''
    let reacted = false
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        if (reacted) return
        const address = /(http\S+\/authorization\?\S+)\s/.exec(output)?.[1]
        if (command.startsWith('meli auth login') && !command.includes('--no-wait') && address !== undefined) {
          reacted = true
          void emulator.consent(address).then((back) => fetch(back))
        } else if (/^meli (?:emulator start|listen|serve)/.test(command) && /Ctrl-C/.test(output)) {
          reacted = true
          child.kill('SIGTERM')
        }
      })
    }
    return () => output
  }
})
