import {spawn} from 'node:child_process'
import {rmSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {statusOf} from '../cli/child-process.js'
import {type Emulator, startEmulator} from '../emulator/index.js'
import {Demo, type DemoResult} from '../services/accounts/demo/demo.js'
import type {Audience, Stage, StageRun, Watcher} from '../services/accounts/demo/stage.js'
import {systemClock} from './system-clock.js'

const listings = 250
/** A step takes half a second; one that hangs ends the demo. */
const patienceMs = 60_000

export interface DemoStageOptions {
  site: string
  /** The program to run, a JavaScript file. */
  program: string
  /** Without any setting of the user's. */
  env: Readonly<Record<string, string | undefined>>
}

export interface OpenDemo {
  run(signal: AbortSignal): Promise<DemoResult>
  close(): Promise<void>
}

/** The demo on its stage; nothing of either is left after `close`. */
export async function openDemo(options: DemoStageOptions, audience: Audience): Promise<OpenDemo> {
  const stage = await openStage(options)
  const demo = new Demo({stage, audience, clock: systemClock})
  return {run: (signal) => demo.run(signal), close: () => stage.close()}
}

/** An emulator inside this process, a temporary home, and the real program in processes of its own. */
async function openStage(options: DemoStageOptions): Promise<DemoStage> {
  const home = await mkdtemp(join(tmpdir(), 'meli-demo-'))
  try {
    const redirectUri = `http://127.0.0.1:${await freePort()}/callback`
    const emulator = await startEmulator({site: options.site, items: listings, redirectUris: [redirectUri]})
    return new DemoStage(options, home, emulator)
  } catch (error) {
    await rm(home, {recursive: true, force: true})
    throw error
  }
}

class DemoStage implements Stage {
  readonly url: string
  readonly site: string
  readonly listings = listings

  constructor(
    private readonly options: DemoStageOptions,
    private readonly home: string,
    private readonly emulator: Emulator,
  ) {
    this.url = emulator.url
    process.once('exit', this.clearAway)
    this.site = options.site
  }

  meli(args: readonly string[], watcher: Watcher, signal: AbortSignal): Promise<StageRun> {
    if (signal.aborted) return Promise.resolve({exitCode: 130})
    const env = {...this.options.env, ...this.emulator.env, MELI_HOME: this.home}
    const command = [this.options.program, ...args]
    const child = spawn(process.execPath, command, {env, stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs})
    const stop = () => child.kill('SIGTERM')
    const browser = new PlayedBrowser(this.emulator, watcher, stop)
    child.stdout.setEncoding('utf8').on('data', (text: string) => watcher.output(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      watcher.output(text)
      browser.read(text)
    })
    signal.addEventListener('abort', stop, {once: true})
    process.once('exit', stop)
    return new Promise<StageRun>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, ended) => resolve({exitCode: statusOf(code, ended)}))
    }).finally(() => {
      signal.removeEventListener('abort', stop)
      process.off('exit', stop)
    })
  }

  changeListings({prices, stocks}: {prices: number; stocks: number}): void {
    const {catalogue, users} = this.emulator.world
    const seller = users.list()[0]
    const listed = catalogue.listed(seller?.id ?? 0)
    // The stock of a user product would change its other items too.
    const alone = listed.filter((item) => item.status === 'active' && item.userProductId === null)
    for (const [at, item] of alone.slice(0, prices + stocks).entries()) {
      catalogue.update(item, at < prices ? {price: (item.price ?? 10) + 5} : {available_quantity: 7 + at})
    }
  }

  advance(ms: number): void {
    this.emulator.advance(ms)
  }

  async close(): Promise<void> {
    await this.emulator.close()
    process.off('exit', this.clearAway)
    await rm(this.home, {recursive: true, force: true})
  }

  /** A reader that goes away (head, less) ends the process on the spot. */
  private readonly clearAway = () => rmSync(this.home, {recursive: true, force: true})
}

/** Does what a person would: opens the address that meli prints, logs in as whom it says, and allows. */
class PlayedBrowser {
  private unread = ''

  constructor(
    private readonly emulator: Emulator,
    private readonly watcher: Watcher,
    private readonly giveUp: () => void,
  ) {}

  read(text: string): void {
    this.unread += text
    for (;;) {
      const start = this.unread.indexOf(`${this.emulator.url}/authorization?`)
      const length = start < 0 ? -1 : this.unread.slice(start).search(/\s/)
      if (length < 0) return
      const address = this.unread.slice(start, start + length)
      const user = this.addressee(this.unread.slice(0, start))
      this.unread = this.unread.slice(start + length)
      void this.visit(address, user)
    }
  }

  private async visit(address: string, user: string | undefined): Promise<void> {
    try {
      const callback = await this.emulator.consent(address, user === undefined ? {} : {user})
      this.watcher.browser(`${user ?? 'the seller'} logs in and allows the application`)
      await (await fetch(callback)).text()
    } catch (error) {
      this.watcher.browser(error instanceof Error ? error.message : 'the page failed')
      // Nobody else will come back from the browser.
      this.giveUp()
    }
  }

  /** The test user who was named last before the address; without one the seller decides. */
  private addressee(text: string): string | undefined {
    const named = this.emulator.world.users
      .list()
      .map(({nickname}) => ({nickname, at: text.lastIndexOf(nickname)}))
      .filter(({at}) => at >= 0)
    return named.sort((a, b) => b.at - a.at)[0]?.nickname
  }
}

/** A port that is free now, for the redirect URI: it has to be registered before anybody listens there. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
