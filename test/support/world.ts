import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach} from '@jest/globals'
import {type Emulator, type EmulatorOptions, startEmulator} from '../../src/emulator/index.js'
import {type CliOptions, type CliResult, runCli, startCli} from './cli.js'
import {query} from './query.js'

const open: World[] = []

/** The built program with a home of its own, and an emulator for it to talk to. Both are gone when the test is over. */
export async function openWorld(options: EmulatorOptions = {}): Promise<World> {
  const world = new World(await startEmulator(options))
  open.push(world)
  return world
}

afterEach(async () => {
  for (const world of open.splice(0)) await world.close()
})

type Options = Partial<Omit<CliOptions, 'home'>>

export class World {
  readonly home = mkdtempSync(join(tmpdir(), 'meli-e2e-'))

  constructor(readonly emulator: Emulator) {}

  run(args: readonly string[], options: Options = {}): Promise<CliResult> {
    return runCli(args, {...options, home: this.home, env: {...this.emulator.env, ...options.env}})
  }

  start(args: readonly string[], options: Options = {}): ReturnType<typeof startCli> {
    return startCli(args, {...options, home: this.home, env: {...this.emulator.env, ...options.env}})
  }

  /** Runs with --json and fails the test unless it leaves with 0. */
  async json<T = Record<string, never>>(args: readonly string[], options: Options = {}): Promise<T> {
    const {status, stdout, stderr} = await this.run([...args, '--json'], options)
    if (status !== 0) throw new Error(`meli ${args.join(' ')} left with ${status}: ${stdout}${stderr}`)
    return JSON.parse(stdout) as T
  }

  async login(
    user?: string,
    args: readonly string[] = [],
  ): Promise<{user_id: number; nickname: string; store_id: string}> {
    return this.json(['auth', 'complete', await this.callback(user, args)])
  }

  /** Starts a login and allows it in the browser; gives the address that the browser ends on. */
  async callback(user?: string, args: readonly string[] = []): Promise<string> {
    const started = await this.json<{authorization_url: string}>(['auth', 'login', '--no-wait', ...args])
    return this.emulator.consent(started.authorization_url, user === undefined ? {} : {user})
  }

  /** How often a refresh or a code reached the token endpoint, whatever became of the answer. */
  get tokenRequests(): number {
    return this.emulator.world.requests.list().filter((r) => r.path === '/oauth/token').length
  }

  sql<T = Record<string, unknown>>(text: string, ...values: unknown[]): T[] {
    return query<T>(join(this.home, 'meli.db'), text, ...values)
  }

  /** As if the access token had run out by this machine's clock too. */
  expireTokens(): void {
    this.sql('UPDATE mercadolibre_token SET expires_at = 0')
  }

  async close(): Promise<void> {
    await this.emulator.close()
    rmSync(this.home, {recursive: true, force: true})
  }
}
