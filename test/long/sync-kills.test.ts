import {cpSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {afterEach, describe, expect, it} from '@jest/globals'
import {renderItem} from '../../src/emulator/model/items/render.js'
import type {SyncResult} from '../../src/services/sync/product-sync.js'
import {type EmulatorProcess, openEmulatorProcess} from '../support/emulator-process.js'
import {query} from '../support/query.js'
import {type RunningCli, watchCli} from '../support/running-cli.js'

const items = 10_000
const kills = 20
const seed = 20_260_301
/** What one kill may cost: eight requests are under way at a time, and as many answers may not be stored yet. */
const lostAtMost = 16
const lostOnAverage = 10
const timeout = 300_000
const homes: string[] = []

afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, {recursive: true, force: true})
})

/** A local catalogue of the emulator's seller, and the program that keeps it. */
class Copy {
  private readonly home = mkdtempSync(join(tmpdir(), 'meli-kills-'))

  constructor(private readonly emulator: EmulatorProcess) {
    homes.push(this.home)
  }

  /** Another one of the same account, as it is now. */
  fork(): Copy {
    const other = new Copy(this.emulator)
    cpSync(this.home, other.home, {recursive: true})
    return other
  }

  /** Resolves to the seller's id. */
  async login(): Promise<number> {
    const started = this.start('auth', 'login', '--no-wait')
    const {authorization_url} = await answerOf<{authorization_url: string}>(started)
    const consent = {method: 'POST', body: {authorization_url}}
    const {redirect_to} = await this.emulator.control<{redirect_to: string}>('consent', consent)
    return (await answerOf<{user_id: number}>(this.start('auth', 'complete', redirect_to))).user_id
  }

  sync(): RunningCli {
    return this.start('sync', 'products', '--rate', '10000000')
  }

  products(): object[] {
    return query(
      join(this.home, 'meli.db'),
      `SELECT id, price, available_quantity AS quantity, status, title FROM product
       WHERE removed_at IS NULL ORDER BY id`,
    )
  }

  private start(...args: string[]): RunningCli {
    return watchCli([...args, '--json'], {...this.emulator.env, HOME: this.home, MELI_HOME: this.home})
  }
}

async function answerOf<T>(program: RunningCli): Promise<T> {
  const {status, stdout, stderr} = await program.ended
  if (status !== 0) throw new Error(`it left with ${status}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}

async function productsAt(emulator: EmulatorProcess, userId: number): Promise<object[]> {
  const {catalogue} = await emulator.world()
  const rendered = [...catalogue.listed(userId)]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((item) => renderItem(item, ['id', 'price', 'available_quantity', 'status', 'title']))
  return rendered.map(({id, price, available_quantity: quantity, status, title}) => {
    return {id, price: String(price), quantity, status, title}
  })
}

/** Waits for it as long as the program runs. */
async function until(isSo: () => Promise<boolean>, program: RunningCli): Promise<void> {
  let over = false
  void program.ended.finally(() => {
    over = true
  })
  while (!over && !(await isSo())) await wait(2)
}

/** What a full sync costs when nothing is refused: pages of 100, bulk answers of 20, and two more. */
const costOf = (listings: number) => listings / 100 + listings / 20 + 2

/** So many numbers below `below`, ascending; the same ones for the same seed. */
function moments(count: number, below: number): number[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({length: count}, next).sort((a, b) => a - b)
}

describe('a sync of 350 products', () => {
  it(
    'has all of them, each once, whichever of its requests it is killed at',
    async () => {
      const listings = 350
      const emulator = await openEmulatorProcess('--items', String(listings))
      const connected = new Copy(emulator)
      const userId = await connected.login()
      const undisturbed = connected.fork()
      const before = await emulator.served()
      const first = await answerOf<SyncResult>(undisturbed.sync())
      expect(first).toMatchObject({complete: true, listed: listings, duplicates: 0, missing_count: 0})
      const needed = (await emulator.served()) - before
      expect(needed).toBeLessThanOrEqual(costOf(listings))
      const wanted = await productsAt(emulator, userId)
      expect(undisturbed.products()).toEqual(wanted)

      for (let answered = 0; answered < needed; answered++) {
        const killed = connected.fork()
        const begun = await emulator.served()
        // The next request is received, and never answered.
        await emulator.control('faults', {
          method: 'POST',
          body: {path: '/*', after: answered, fault: {type: 'delay', ms: timeout}},
        })
        const program = killed.sync()
        await until(async () => (await emulator.control<object[]>('faults')).length === 0, program)
        program.stop('SIGKILL')
        expect(await program.ended).toMatchObject({signal: 'SIGKILL'})
        const result = await answerOf<SyncResult>(killed.sync())
        expect(result).toMatchObject({complete: true, listed: listings, duplicates: 0, missing_count: 0})
        expect(killed.products()).toEqual(wanted)
        expect((await emulator.served()) - begun).toBeLessThanOrEqual(needed + lostAtMost)
      }
    },
    timeout,
  )
})

describe('a sync of 10,000 products that is killed twenty times', () => {
  it(
    'ends with what the service has, each once, for a few more requests per kill',
    async () => {
      const emulator = await openEmulatorProcess('--items', String(items))
      const undisturbed = new Copy(emulator)
      await undisturbed.login()
      const before = await emulator.served()
      expect(await answerOf<SyncResult>(undisturbed.sync())).toMatchObject({complete: true, listed: items})
      const needed = (await emulator.served()) - before
      expect(needed).toBeLessThanOrEqual(costOf(items))

      const killed = new Copy(emulator)
      const userId = await killed.login()
      const begun = await emulator.served()
      for (const moment of moments(kills, needed)) {
        const program = killed.sync()
        await until(async () => (await emulator.served()) - begun >= moment, program)
        program.stop('SIGKILL')
        expect(await program.ended).toMatchObject({signal: 'SIGKILL'})
      }
      const result = await answerOf<SyncResult>(killed.sync())
      expect(result).toMatchObject({complete: true, resumed: true, listed: items, duplicates: 0, missing_count: 0})
      expect((await emulator.served()) - begun).toBeLessThanOrEqual(needed + kills * lostOnAverage)
      expect(killed.products()).toEqual(await productsAt(emulator, userId))
    },
    timeout,
  )
})
