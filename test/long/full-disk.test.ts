import {type ChildProcessWithoutNullStreams, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join, resolve} from 'node:path'
import {afterEach, describe, expect, it} from '@jest/globals'
import {type Interceptor, intercept} from '../support/interceptor.js'
import {query} from '../support/query.js'
import {openWorld, type World} from '../support/world.js'

const cli = join(resolve(import.meta.dirname, '../..'), 'bin/run.js')
const folders: string[] = []
const wires: Interceptor[] = []

afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

type Disk = 'full' | 'nearly full' | 'read-only'

/** A mount of our own in a namespace of our own; where that is not allowed, a folder without write permission does. */
const mayMount =
  spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

/** Bytes that are left: none, or enough for SQLite's index of the log but not for what is to be written. */
const left = {full: 0, 'nearly full': 40_000} as const

function script(disk: Disk): string {
  if (!mayMount) return 'chmod -R a-w "$MELI_HOME"; exec "$@"'
  const mount = 'mount -t tmpfs -o size=2m tmpfs "$MELI_HOME" && cp -a "$COPY/." "$MELI_HOME"'
  if (disk === 'read-only') return `${mount} && mount -o remount,ro "$MELI_HOME" && exec "$@"`
  const free = '$(($(stat -f -c %a "$MELI_HOME") * $(stat -f -c %S "$MELI_HOME")))'
  return `${mount} && head -c $((${free} - ${left[disk]})) /dev/zero > "$MELI_HOME/filler"; exec "$@"`
}

/** Runs a command where the home, as it is now, lies on such a disk. The home itself stays as it was. */
function onDisk(world: World, disk: Disk, args: readonly string[], stdin = '') {
  const copy = mkdtempSync(join(tmpdir(), 'meli-disk-'))
  folders.push(copy)
  // Without the compiled code, which would fill the disk by itself.
  cpSync(world.home, copy, {recursive: true, filter: (path) => basename(path) !== 'cache'})
  const [shell = 'sh', ...rest] = mayMount ? ['unshare', '--map-root-user', '--mount', 'sh'] : ['sh']
  const home = mayMount ? world.home : copy
  const env = {PATH: process.env.PATH, HOME: '/nonexistent', COPY: copy, ...world.emulator.env, MELI_HOME: home}
  const command = [...rest, '-c', script(disk), 'sh', process.execPath, cli, ...args, '--json']
  // In a process of its own, or the emulator of this one could not answer.
  return runAs(shell, command, env, stdin)
}

type Env = Record<string, string | undefined>

async function runAs(program: string, args: readonly string[], env: Env, stdin: string) {
  return ended(spawn(program, args, {env}), stdin)
}

async function ended(child: ChildProcessWithoutNullStreams, stdin = '') {
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const [status] = await once(child, 'close')
  return {status, stdout, stderr, code: stdout === '' ? undefined : JSON.parse(stdout).error?.code}
}

it.each([['config', '--json'], ['db', 'path'], ['--help']])(
  'says that %s could not be written when its output goes to a full disk, without a trace',
  async (...args) => {
    const world = await openWorld()
    const env = {PATH: process.env.PATH, HOME: '/nonexistent', ...world.emulator.env, MELI_HOME: world.home}
    const command = [process.execPath, cli, ...args]
    const result = await runAs('sh', ['-c', '"$@" > /dev/full', 'sh', ...command], env, '')
    expect(result).toMatchObject({status: 3, stderr: 'Error: the result could not be written (ENOSPC)\n'})
  },
)

const refused = {full: 'MELI_STORAGE_FULL', 'nearly full': 'MELI_STORAGE_FULL', 'read-only': 'MELI_STORAGE_READ_ONLY'}

async function connected(): Promise<World> {
  const world = await openWorld({items: 300})
  await world.login()
  return world
}

describe.each<Disk>(['full', 'nearly full', 'read-only'])('a home on a %s disk', (disk) => {
  const expected = {status: 3, code: mayMount ? refused[disk] : 'MELI_STORAGE_READ_ONLY'}

  it('does not begin a login', async () => {
    const world = await connected()
    expect(await onDisk(world, disk, ['auth', 'login', '--no-wait'])).toMatchObject(expected)
  })

  it('does not spend a code that it could not keep the tokens of', async () => {
    const world = await connected()
    const callback = await world.callback()
    const tokenRequests = world.tokenRequests
    expect(await onDisk(world, disk, ['auth', 'complete', callback])).toMatchObject(expected)
    expect(world.tokenRequests).toBe(tokenRequests)
    // With room again the same callback works.
    expect(await world.run(['auth', 'complete', callback])).toMatchObject({status: 0})
  })

  it('does not spend a refresh token that it could not keep the answer of', async () => {
    const world = await connected()
    world.expireTokens()
    const tokenRequests = world.tokenRequests
    const result = await onDisk(world, disk, ['auth', 'token'])
    expect(result).toMatchObject(expected)
    expect(world.tokenRequests).toBe(tokenRequests)
    expect(await world.run(['verify-handshake'])).toMatchObject({status: 0})
  })

  it('does not create a test user whose password it could not keep', async () => {
    const world = await connected()
    expect(await onDisk(world, disk, ['create-test-user'])).toMatchObject(expected)
    expect(world.emulator.world.requests.list().filter((r) => r.path === '/users/test_user')).toEqual([])
  })

  it('stops a sync, and says why', async () => {
    const world = await connected()
    expect(await onDisk(world, disk, ['sync', 'products'])).toMatchObject(expected)
    expect(await world.json(['sync', 'products'])).toMatchObject({created: 300, complete: true})
  })

  it('does not serve, and leaves nothing running', async () => {
    const world = await connected()
    expect(await onDisk(world, disk, ['serve', '--port', '0'])).toMatchObject(expected)
  })

  it('refuses to import, to switch, to adopt, and keeps what was there', async () => {
    const world = await connected()
    const record = JSON.stringify({id: 7, nickname: 'TESTX', password: 'qatest1', site_id: 'MEC', role: 'buyer'})
    expect(await onDisk(world, disk, ['test-users', 'adopt'], record)).toMatchObject(expected)
    expect(await onDisk(world, disk, ['auth', 'switch', 'TIENDA_ANDINA'])).toMatchObject(expected)
    expect(await onDisk(world, disk, ['auth', 'import'], 'TG-0000000000000000000000ff-7')).toMatchObject(expected)
    expect(world.tokenRequests).toBe(1)
    expect(readdirSync(world.home)).toContain('meli.db')
  })
})

/** Takes what is left on the disk that the home is for this process, to the last block. */
function fill(pid: number, home: string): void {
  const filler = join(`/proc/${pid}/root`, home, 'filler')
  try {
    for (;;) appendFileSync(filler, Buffer.alloc(4096))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

describe('a disk that fills up between the request and its answer', () => {
  const refresh = /POST \/oauth\/token/
  const expired = async (world: World) => {
    world.expireTokens()
    return {args: ['auth', 'token']}
  }
  const imported = async ({emulator}: World) => {
    const [user] = emulator.world.users.list()
    const application = emulator.world.applications.first()
    const {grant} = emulator.world.grants.authorize(user!.id, application)
    return {args: ['auth', 'import'], stdin: grant.refreshToken?.value ?? ''}
  }

  it.each<[string, RegExp, (world: World) => Promise<{args: string[]; stdin?: string}>, string]>([
    ['a refresh', refresh, expired, 'verify-handshake'],
    ['a login', refresh, async (world) => ({args: ['auth', 'complete', await world.callback()]}), 'verify-handshake'],
    ['an import', refresh, imported, 'verify-handshake'],
    ['a new test user', /POST \/users\/test_user/, async () => ({args: ['create-test-user']}), 'test-users list'],
  ])('costs %s nothing', async (_, match, prepare, then) => {
    const world = await connected()
    const {args, stdin = ''} = await prepare(world)
    const wire = await intercept(world.emulator.url, match, 'answer')
    wires.push(wire)
    const copy = mkdtempSync(join(tmpdir(), 'meli-disk-'))
    folders.push(copy)
    // Without the compiled code, which would fill the disk by itself.
    cpSync(world.home, copy, {recursive: true, filter: (path) => basename(path) !== 'cache'})
    const env = {PATH: process.env.PATH, HOME: '/nonexistent', COPY: copy, ...world.emulator.env, MELI_HOME: world.home}
    const mount = 'mount -t tmpfs -o size=4m tmpfs "$MELI_HOME" && cp -a "$COPY/." "$MELI_HOME" || exit 99'
    const keep = 'rm -f "$MELI_HOME/filler" && cp -a "$MELI_HOME/." "$COPY"'
    const script = mayMount ? `${mount}; "$@"; status=$?; ${keep} || exit 98; exit $status` : 'MELI_HOME="$COPY" "$@"'
    const inside = mayMount ? ['unshare', '--map-root-user', '--mount'] : []
    const [program = '', ...rest] = [...inside, 'sh', '-c', script, 'sh', process.execPath, cli, ...args, '--json']
    const child = spawn(program, rest, {env: {...env, MELI_API_URL: wire.url}})
    const end = ended(child, stdin)
    await wire.held
    if (mayMount) fill(Number(child.pid), world.home)
    wire.release()
    expect(await end).toMatchObject({status: 0, stderr: ''})
    expect(query(join(copy, 'meli.db'), "SELECT * FROM token_refresh WHERE outcome <> 'stored'")).toEqual([])
    const requests = world.tokenRequests
    const next = await runAs(process.execPath, [cli, ...then.split(' '), '--json'], {...env, MELI_HOME: copy}, '')
    expect(next).toMatchObject({status: 0})
    expect(world.tokenRequests).toBe(requests)
  })
})
