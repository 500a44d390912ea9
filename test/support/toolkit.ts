import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach} from '@jest/globals'
import {type App, createApp} from '../../src/app/create-app.js'
import {Interrupts} from '../../src/cli/interrupts.js'
import {loadConfig} from '../../src/config/config.js'
import {isMeliError, type MeliError} from '../../src/core/errors.js'
import {type Emulator, type EmulatorOptions, type LoggedRequest, startEmulator} from '../../src/emulator/index.js'
import type {LinkResult} from '../../src/services/accounts/login/linker.js'
import type {LoginRequest, StartedLogin} from '../../src/services/accounts/login/login-service.js'
import type {TokenRecord} from '../../src/services/ports/index.js'
import {FakeBrowser, FakeTerminal} from './fake-terminal.js'
import {query} from './query.js'
import {TestClock} from './test-clock.js'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs

export interface ToolkitOptions extends EmulatorOptions {
  /** On top of what points at the emulator. */
  env?: Record<string, string | undefined>
}

const open: Toolkit[] = []

/** All of meli on a home of its own, against an emulator of its own; only the people, the browser and the clock are fakes. */
export async function toolkit(options: ToolkitOptions = {}): Promise<Toolkit> {
  const {env = {}, ...rest} = options
  const emulator = await startEmulator({start: new Date('2026-03-01T12:00:00Z'), ...rest})
  const made = new Toolkit(emulator, env)
  open.push(made)
  return made
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.end()
})

export class Toolkit {
  readonly home = join(mkdtempSync(join(tmpdir(), 'meli-services-')), 'home')
  readonly terminal = new FakeTerminal()
  readonly browser = new FakeBrowser()
  readonly clock: TestClock
  readonly interrupts = new Interrupts()
  /** What most tests use; `another()` is what a second process would be. */
  readonly app: App
  private readonly apps: App[] = []

  constructor(
    readonly emulator: Emulator,
    private readonly extra: Record<string, string | undefined>,
  ) {
    this.clock = new TestClock(emulator.clock)
    this.app = this.another()
  }

  get env(): Record<string, string | undefined> {
    return {
      ...this.emulator.env,
      MELI_HOME: this.home,
      MELI_OPERATOR: 'ana',
      MELI_RATE_LIMIT: '10000000',
      ...this.extra,
    }
  }

  another(env: Record<string, string | undefined> = {}): App {
    const {clock, terminal, browser} = this
    const app = createApp(loadConfig({env: {...this.env, ...env}}), this.interrupts, {clock, terminal, browser})
    this.apps.push(app)
    return app
  }

  loginRequest(more: Partial<LoginRequest> = {}): LoginRequest {
    return {siteId: this.emulator.world.siteId, redirectUri: this.emulator.redirectUri, pkce: true, ...more}
  }

  async start(more: Partial<LoginRequest> = {}): Promise<StartedLogin> {
    return (await this.app.accounts.login()).start(this.loginRequest(more))
  }

  async complete(callback: string, app = this.app): Promise<LinkResult> {
    return (await app.accounts.login()).complete(callback)
  }

  /** What the browser ends on when this user allows. */
  allow(started: StartedLogin, user?: string | number): Promise<string> {
    return this.emulator.consent(started.authorization_url, user === undefined ? {} : {user})
  }

  async connect(user?: string | number, more: Partial<LoginRequest> = {}): Promise<LinkResult> {
    return this.complete(await this.allow(await this.start(more), user))
  }

  /** A test user of the first seller, connected; the seller is connected first if need be. */
  async connectTestUser(siteId = 'MEC'): Promise<LinkResult & {password: string}> {
    const owner = String(this.emulator.world.users.list()[0]?.id)
    const accounts = await (await this.app.store()).accounts.list()
    if (!accounts.some((a) => String(a.userId) === owner)) await this.connect()
    const creator = await this.app.accounts.createTestUsers()
    const {test_users} = await creator.run({account: owner, siteId, roles: ['seller']})
    const {nickname, password} = test_users[0]!
    return {...(await this.connect(nickname)), password}
  }

  async record(userId: number): Promise<TokenRecord> {
    return (await (await this.app.store()).accounts.load(userId))!
  }

  /** What the service was asked, oldest first. */
  requests(method: string, path: string): LoggedRequest[] {
    return this.emulator.world.requests.list().filter((r) => r.method === method && r.path === path)
  }

  get tokenCalls(): number {
    return this.requests('POST', '/oauth/token').length
  }

  /** Straight at the tables, as somebody with a database browser. */
  sql<T = Record<string, unknown>>(text: string, ...values: unknown[]): T[] {
    return query<T>(join(this.home, 'meli.db'), text, ...values)
  }

  get hasDatabase(): boolean {
    return existsSync(join(this.home, 'meli.db'))
  }

  async end(): Promise<void> {
    for (const app of this.apps) await app.close()
    await this.emulator.close()
    rmSync(join(this.home, '..'), {recursive: true, force: true})
  }
}

/** The MeliError that a promise is rejected with; any other outcome fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<MeliError> {
  try {
    await promise
  } catch (error) {
    if (isMeliError(error)) return error
    throw error
  }
  throw new Error('nothing was refused')
}
