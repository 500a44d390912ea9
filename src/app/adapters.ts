import {hostname} from 'node:os'
import type {Interrupts} from '../cli/interrupts.js'
import {type Config, terminalEnv} from '../config/config.js'
import {newHolder} from '../core/holder.js'
import {once} from '../core/once.js'
import {version} from '../core/version.js'
import type {Http, HttpLogEntry, HttpOptions} from '../meli/http/http.js'
import type {
  Browser,
  Clock,
  ConnectMercadoLibre,
  OAuth,
  RateBudget,
  Store,
  Terminal,
  ThisProcess,
  Wait,
} from '../services/ports/index.js'
import type {LogOutput} from '../ui/log.js'
import type {Progress} from '../ui/progress.js'
import type {WaitNotices} from '../ui/waits.js'
import {applicationOf} from './application.js'
import {systemClock} from './system-clock.js'
import {TelemetryHub} from './telemetry-hub.js'

/** Waits shorter than this are not reported. */
const longWaitMs = 5_000

/** The parts of the world outside that somebody can put another in the place of; all else is always real. */
export interface Surroundings {
  clock: Clock
  terminal: Terminal
  browser: Browser
}

/** What the services stand on: each part is imported and made when it is first asked for. */
export class Adapters {
  readonly clock: Clock
  readonly process: ThisProcess = {pid: process.pid, host: hostname(), newHolder}
  readonly telemetry = new TelemetryHub()
  /** The live line of the command; other lines take its place. */
  private live: Progress | undefined

  constructor(
    readonly config: Config,
    protected readonly interrupts: Interrupts,
    private readonly surroundings: Partial<Surroundings> = {},
  ) {
    this.clock = surroundings.clock ?? systemClock
  }

  readonly store = once(async (): Promise<Store> => {
    const {openStore} = await loadStore()
    const {home, databaseFile: file, encryptionKey, runner} = this.config
    const store = await openStore({home, file, runner, ...(encryptionKey !== undefined && {encryptionKey})})
    // On stderr, and so under --json too, whatever the command.
    for (const warning of store.warnings) (await this.terminal()).say(`Warning: ${warning}`)
    return store
  })

  readonly http = once(async (): Promise<Http> => {
    const {createHttp} = await import('../meli/http/http.js')
    const log = await this.onRequest()
    const budget: RateBudget = {
      take: async (signal) => (await this.budget())?.take(signal),
      throttled: async (retryAfterMs) => (await this.budget())?.throttled(retryAfterMs),
      state: async () => (await this.rateBudget()).state(),
    }
    return createHttp({...this.httpOptions(), budget, log, onWait: this.onWait})
  })

  /** Of the application, shared with every process of this machine that uses the same database. */
  readonly rateBudget = once(async (): Promise<RateBudget> => {
    const {rateLimit: perMinute, clientId = 'unknown'} = this.config
    return (await this.store()).rateBudget(clientId, {perMinute, clock: this.clock, onWait: this.onWait})
  })

  /** Whoever acts with MELI_ACCESS_TOKEN, and keeps nothing here, gets no database for the sake of the budget. */
  private async budget(): Promise<RateBudget | undefined> {
    if (this.config.accessToken !== undefined && this.store.made() === undefined) return undefined
    return this.rateBudget()
  }

  readonly connect = once(async (): Promise<ConnectMercadoLibre> => {
    const {createMercadoLibre} = await import('../meli/api/api.js')
    return createMercadoLibre(await this.http())
  })

  readonly oauth = once(async (): Promise<OAuth> => {
    const {createOAuth} = await import('../meli/api/oauth.js')
    const {authUrl} = this.config
    const {clientId, clientSecret} = applicationOf(this.config)
    return createOAuth({
      http: await this.http(),
      clientId,
      clientSecret,
      ...(authUrl !== undefined && {authUrl}),
      clock: this.clock.now,
    })
  })

  readonly terminal = once(async (): Promise<Terminal> => {
    if (this.surroundings.terminal !== undefined) return this.surroundings.terminal
    const {createTerminal} = await import('../ui/terminal.js')
    const {stdin: input, stderr: output} = process
    return createTerminal({input, output, interactive: input.isTTY === true && output.isTTY === true})
  })

  /** Everything on standard input; refuses to wait for somebody to type it. */
  readonly stdin = async (wanted: {what: string; example: string}): Promise<string> => {
    const {readStdin} = await import('../ui/stdin.js')
    return readStdin(process.stdin, wanted)
  }

  /** JSON lines on stderr, for programs that run long and for --debug. */
  readonly log = once(async (): Promise<LogOutput> => {
    const {createLog} = await import('../ui/log.js')
    return createLog({level: this.config.logLevel})
  })

  readonly progress = async (noun: string) => {
    const {createProgress} = await import('../ui/progress.js')
    const now = () => this.clock.now().getTime()
    this.live = createProgress({stream: process.stderr, now, noun, term: terminalEnv().TERM})
    return this.live
  }

  private readonly waits = once(async (): Promise<WaitNotices> => {
    const {WaitNotices} = await import('../ui/waits.js')
    const reader = this.config.logLevel === 'silent' ? await this.terminal() : sayingIn(await this.log())
    const say = (line: string) => {
      this.live?.end()
      reader.say(line)
    }
    return new WaitNotices({now: () => this.clock.now().getTime(), say})
  })

  private readonly onWait = (wait: Wait): void => {
    if (wait.ms >= longWaitMs) void this.waits().then((waits) => waits.tell(wait))
  }

  protected readonly browser = once(async (): Promise<Browser> => {
    if (this.surroundings.browser !== undefined) return this.surroundings.browser
    const {createBrowser} = await import('../ui/browser.js')
    return createBrowser({env: this.config.childEnv})
  })

  httpOptions(own: {apiUrl?: string | URL; timeoutMs?: number} = {}): HttpOptions {
    const {apiUrl, httpTimeoutMs, proxy} = this.config
    const {now, sleep} = this.clock
    const origin = new URL(own.apiUrl ?? apiUrl)
    const timeoutMs = own.timeoutMs ?? httpTimeoutMs
    return {origin, userAgent: `meli-toolkit/${version}`, timeoutMs, now, sleep, ...(proxy !== undefined && {proxy})}
  }

  /** Where the store is, without opening it. */
  readonly storeLocation = once(async () => {
    const {locateStore} = await import('../store/location.js')
    const {home, databaseFile: file, encryptionKey, runner} = this.config
    return locateStore({home, file, encryptionKey, runner})
  })

  async close(): Promise<void> {
    const store = await this.store.made()?.catch(() => undefined)
    await store?.close()
    const http = await this.http.made()?.catch(() => undefined)
    http?.close()
  }

  /** Each try is counted, and logged where that is wished. */
  private async onRequest(): Promise<(entry: HttpLogEntry) => void> {
    const {endpointOf} = await import('../meli/http/endpoint.js')
    const log = this.config.logLevel === 'silent' ? undefined : (await this.log()).log
    return (entry) => {
      const {method, path, status, ms} = entry
      this.telemetry.apiRequest({endpoint: endpointOf(path), method, status, ms})
      log?.debug({...entry}, 'http')
    }
  }
}

/** Long-running commands and --debug write only JSON lines to stderr. */
function sayingIn({log}: LogOutput): Pick<Terminal, 'say'> {
  return {say: (line) => log.info(line)}
}

/** A package that lacks its native part fails here, before there is a store to say so. */
async function loadStore() {
  try {
    return await import('../store/open.js')
  } catch (cause) {
    const {isNativeFailure, nativeUnavailable} = await import('../store/translate.js')
    throw isNativeFailure(cause) ? nativeUnavailable() : cause
  }
}
