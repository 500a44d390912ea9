import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {afterEach, describe, expect, it} from '@jest/globals'
import {renderItem} from '../../src/emulator/items/render.js'
import type {SyncResult} from '../../src/services/sync/product-sync.js'
import {type EmulatorProcess, openEmulatorProcess} from '../support/emulator-process.js'
import {query} from '../support/query.js'
import {type RunningCli, watchCli} from '../support/running-cli.js'

const items = 20_000
const kills = 20
const seed = 20_260_301
const timeout = 180_000
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

/** So many numbers below `below`, ascending; the same ones for the same seed. */
function moments(count: number, below: number): number[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({length: count}, next).sort((a, b) => a - b)
}

describe('a sync of 20,000 products that is killed twenty times', () => {
  it(
    'ends with what the service has, for a fifth more requests at most than one that nobody disturbs',
    async () => {
      const emulator = await openEmulatorProcess('--items', String(items))
      const undisturbed = new Copy(emulator)
      await undisturbed.login()
      const before = await emulator.served()
      expect(await answerOf<SyncResult>(undisturbed.sync())).toMatchObject({complete: true, listed: items})
      const needed = (await emulator.served()) - before

      const killed = new Copy(emulator)
      const userId = await killed.login()
      const begun = await emulator.served()
      for (const moment of moments(kills, needed)) {
        const program = killed.sync()
        let over = false
        const ended = program.ended.finally(() => {
          over = true
        })
        while (!over && (await emulator.served()) - begun < moment) await wait(2)
        program.stop('SIGKILL')
        expect(await ended).toMatchObject({signal: 'SIGKILL'})
      }
      const result = await answerOf<SyncResult>(killed.sync())
      expect(result).toMatchObject({complete: true, resumed: true, listed: items, missing: [], missing_count: 0})
      expect(((await emulator.served()) - begun) / needed).toBeLessThanOrEqual(1.2)
      expect(killed.products()).toEqual(await productsAt(emulator, userId))
    },
    timeout,
  )
})
