import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from '@jest/globals'
import {readDoc} from '../docs/markdown.js'
import {ensureBuilt} from '../support/build-once.js'
import {hasTerminals, onTerminal} from '../support/terminal.js'
import {openWorld, type World} from '../support/world.js'

const timeout = 120_000

interface Shop {
  world: World
  nickname: string
  tester: string
  item: string
  question: string
}

/** A real seller with a listing, a question and a change that can be taken back, and a test user. */
async function shop(): Promise<Shop> {
  const world = await openWorld({items: 3})
  // Changes follow each other faster here than the service's lock goes away, and meli api does not try again.
  world.emulator.world.catalogue.settings.lock_window_ms = 0
  const {user_id, nickname} = await world.login()
  const made = await world.json<{test_users: [{nickname: string}]}>(['create-test-user'])
  const tester = made.test_users[0].nickname
  await world.login(tester)
  const item = world.emulator.world.catalogue.listed(user_id)[0]?.id ?? ''
  await world.json(['stock', 'set', item, '7', '--live', nickname])
  const buyer = world.emulator.world.users.addReal({siteId: 'MEC'})
  const asked = {itemId: item, sellerId: user_id, buyerId: buyer.id, appId: null, text: 'Tienen en azul?'}
  const question = String(world.emulator.world.questions.ask(asked).id)
  writeFileSync(join(world.home, 'changes.csv'), `id,stock\n${item},9\n`)
  return {world, nickname, tester, item, question}
}

/** Every command that can change something, on the seller's own listing. */
const commands: Record<string, (shop: Shop) => string[]> = {
  api: ({item}) => ['api', 'PUT', `/items/${item}`, '-F', 'available_quantity:=9'],
  'history undo': () => ['history', 'undo', '2'],
  'price set': ({item}) => ['price', 'set', item, '9.99'],
  'products activate': ({item}) => ['products', 'activate', item],
  'products close': ({item}) => ['products', 'close', item],
  'products pause': ({item}) => ['products', 'pause', item],
  'products push': ({world}) => ['products', 'push', join(world.home, 'changes.csv')],
  'questions answer': ({question}) => ['questions', 'answer', question, 'Claro'],
  'stock set': ({item}) => ['stock', 'set', item, '9'],
}

/** What would change something, had the service let it. */
function writes({emulator}: World): string[] {
  const sent = emulator.world.requests.list().filter(({path}) => path !== '/oauth/token')
  return sent.filter(({method}) => method !== 'GET').map(({method, path}) => `${method} ${path}`)
}

/** Whatever somebody may believe to open the guard. */
function openEnv(nickname: string): Record<string, string> {
  const names = ['MELI_LIVE', 'LIVE', 'MELI_YES', 'MELI_FORCE', 'MELI_CONFIRM', 'CI']
  return {...Object.fromEntries(names.map((name) => [name, nickname])), MELI_ACCOUNT: nickname, MELI_SANDBOX: 'true'}
}

it('is in front of every command that has --live', async () => {
  await ensureBuilt()
  const manifest = JSON.parse(readDoc('oclif.manifest.json')) as {commands: Record<string, {flags: object}>}
  const guarded = Object.entries(manifest.commands).filter(([, {flags}]) => 'live' in flags)
  expect(guarded.map(([id]) => id.replaceAll(':', ' ')).sort()).toEqual(Object.keys(commands).sort())
})

describe.each(Object.entries(commands))('the guard of meli %s', (_, command) => {
  it(
    'lets nothing through from any side',
    async () => {
      const made = await shop()
      const {world, nickname, tester} = made
      if (command === commands['products activate'])
        await world.json(['products', 'pause', made.item, '--live', nickname])
      const before = writes(world)
      const env = openEnv(nickname)
      const sides: Array<[string[], number, string, Record<string, string>?]> = [
        [[], 2, 'MELI_LIVE_NEEDED'],
        [[], 2, 'MELI_LIVE_NEEDED', env],
        [['--live', 'SOMEBODY_ELSE'], 8, 'MELI_WRONG_ACCOUNT'],
        [['--live', tester], 8, 'MELI_WRONG_ACCOUNT'],
        [['--account', tester], 8, 'MELI_WRONG_KIND'],
        [['--account', nickname, '--sandbox'], 8, 'MELI_WRONG_KIND'],
        [['--live', nickname, '--sandbox'], 2, 'MELI_USAGE'],
      ]
      for (const [args, status, code, extra = {}] of sides) {
        const {stdout, ...run} = await world.run([...command(made), ...args, '--json'], {env: extra})
        expect({args, status: run.status, code: JSON.parse(stdout).error?.code}).toEqual({args, status, code})
      }
      // The account that was a test user when it logged in.
      const user = world.emulator.world.users.find(tester)
      if (user !== undefined) user.tags = ['normal']
      const expired = await world.run([...command(made), '--sandbox'])
      expect({...expired, stdout: ''}).toMatchObject({status: 8, stderr: expect.stringContaining('MELI_WRONG_KIND')})
      const shown = await world.run([...command(made), '--dry-run', '--json'])
      expect(shown).toMatchObject({status: 0, stdout: expect.stringContaining('"dry_run": true')})
      expect(writes(world)).toEqual(before)
      const done = await world.run([...command(made), '--live', nickname.toLowerCase(), '--json'])
      expect({status: done.status, output: done.status === 0 ? '' : done.stdout}).toEqual({status: 0, output: ''})
      expect(writes(world)).toHaveLength(before.length + 1)
    },
    timeout,
  )
})

if (hasTerminals)
  it(
    'asks at a terminal, and takes anything but yes for a no',
    async () => {
      const made = await shop()
      const {world, nickname, item} = made
      const before = writes(world).length
      for (const [answer, status, sent] of [
        ['n', 8, 0],
        ['', 8, 0],
        ['y', 0, 1],
      ] as const) {
        const shown = await onTerminal(world, ['api', 'PUT', `/items/${item}`, '-F', 'available_quantity:=9'], {
          columns: 100,
        })
        await shown.shows(/Continue/)
        shown.type(`${answer}\r`)
        const screen = await shown.ended
        expect(screen.raw).toContain(nickname)
        expect(screen.raw).toContain('{"available_quantity":9}')
        expect([screen.status, writes(world).length - before]).toEqual([status, sent])
      }
    },
    timeout,
  )
