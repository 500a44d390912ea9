import {hostname} from 'node:os'
import type {Interrupts} from '../cli/interrupts.js'
import {type Config, terminalEnv} from '../config/config.js'
import {newHolder} from '../core/holder.js'
import {once} from '../core/once.js'
import {version} from '../core/version.js'
import type {HttpLogEntry, HttpOptions} from '../meli/http/http.js'
import type {Browser, Clock, RateBudget, RecordFile, Terminal, ThisProcess, Wait} from '../services/ports/index.js'
import type {Progress} from '../ui/progress.js'
import {applicationOf} from './application.js'
import {systemClock} from './system-clock.js'
import {TelemetryHub} from './telemetry-hub.js'

/** The adapters that a caller, most likely a test, may replace. */
export interface Overrides {
  clock: Clock
  terminal: Terminal
  browser: Browser
}

export type World = ReturnType<typeof createWorld>

/**
 * The adapters that all modules share. Each is imported and made when it is first asked for, so that a command pays only for
 * what it uses.
 */
export function createWorld(config: Config, {protect}: Interrupts, overrides: Partial<Overrides> = {}) {
  const clock = overrides.clock ?? systemClock
  const telemetry = new TelemetryHub()
  const thisProcess: ThisProcess = {pid: process.pid, host: hostname(), newHolder}
  const terminal = terminalAdapters(config, clock, overrides)
  const database = storeAdapters(config, clock, terminal)
  const mercadoLibre = mercadoLibreAdapters(config, {clock, telemetry, ...terminal, ...database})
  return {
    config,
    clock,
    telemetry,
    process: thisProcess,
    protect,
    ...terminal,
    ...database,
    ...mercadoLibre,
    /** Sends each change to the service, whatever the feature, and logs it. */
    writer: once(async () => {
      const {Writer} = await import('../services/writes/writer.js')
      const {redact} = await import('../core/redact.js')
      const {writeLog: log} = await database.store()
      return new Writer({log, clock, process: thisProcess, protect, redact})
    }),
    async close(): Promise<void> {
      const store = await database.store.made()?.catch(() => undefined)
      await store?.close()
      const http = await mercadoLibre.http.made()?.catch(() => undefined)
      http?.close()
    },
  }
}

/** Waits shorter than this are not reported. */
const longWaitMs = 5_000

type TerminalAdapters = ReturnType<typeof terminalAdapters>

function terminalAdapters(config: Config, clock: Clock, overrides: Partial<Overrides>) {
  const now = () => clock.now().getTime()
  /** The live line of the command; other lines take its place. */
  let live: Progress | undefined

  const terminal = once(async () => {
    if (overrides.terminal !== undefined) return overrides.terminal
    const {createTerminal} = await import('../ui/terminal.js')
    const {stdin: input, stderr: output} = process
    return createTerminal({input, output, interactive: input.isTTY === true && output.isTTY === true})
  })

  /** JSON lines on stderr, for programs that run long and for --debug. */
  const log = once(async () => {
    const {createLog} = await import('../ui/log.js')
    return createLog({level: config.logLevel})
  })

  const waitNotices = once(async () => {
    const {WaitNotices} = await import('../ui/waits.js')
    // Long-running commands and --debug write only JSON lines to stderr.
    const output = config.logLevel === 'silent' ? await terminal() : await log()
    const say = (line: string) => {
      live?.end()
      if ('say' in output) output.say(line)
      else output.log.info(line)
    }
    return new WaitNotices({now, say})
  })

  return {
    terminal,
    log,
    browser: once(async () => {
      if (overrides.browser !== undefined) return overrides.browser
      const {createBrowser} = await import('../ui/browser.js')
      return createBrowser({env: config.childEnv})
    }),
    /** Everything on standard input; refuses to wait for somebody to type it. */
    async stdin(wanted: {what: string; example: string}): Promise<string> {
      const {readStdin} = await import('../ui/stdin.js')
      return readStdin(process.stdin, wanted)
    },
    /** A file of changes; `-` is standard input. */
    async recordFile(path: string, signal: AbortSignal): Promise<RecordFile> {
      const {openRecordFile} = await import('../files/record-file.js')
      return openRecordFile(path, {stdin: process.stdin, signal})
    },
    async progress(noun: string): Promise<Progress> {
      const {createProgress} = await import('../ui/progress.js')
      live = createProgress({stream: process.stderr, now, noun, term: terminalEnv().TERM})
      return live
    },
    onWait(wait: Wait): void {
      if (wait.ms >= longWaitMs) void waitNotices().then((notices) => notices.tell(wait))
    },
  }
}

function storeAdapters(config: Config, clock: Clock, {terminal, onWait}: TerminalAdapters) {
  const store = once(async () => {
    const {openStore} = await loadStore()
    const opened = await openStore(storeOptions(config))
    // On stderr, and so under --json too, whatever the command.
    for (const warning of opened.warnings) (await terminal()).say(`Warning: ${warning}`)
    return opened
  })
  return {
    store,
    /** Where the store is, without opening it. */
    storeLocation: once(async () => {
      const {locateStore} = await import('../store/location.js')
      return locateStore(storeOptions(config))
    }),
    /** The budget of the application, shared with every process of this machine that uses the same database. */
    rateBudget: once(async () => {
      const {rateLimit: perMinute, clientId = 'unknown'} = config
      return (await store()).rateBudget(clientId, {perMinute, clock, onWait})
    }),
  }
}

/** The place of the database that a configuration names, and the key that opens it. */
export function storeOptions({home, databaseFile: file, encryptionKey, runner}: Config) {
  return {home, file, encryptionKey, runner}
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

type HttpDeps = {clock: Clock; telemetry: TelemetryHub} & TerminalAdapters & ReturnType<typeof storeAdapters>

function mercadoLibreAdapters(config: Config, deps: HttpDeps) {
  const {clock, onWait} = deps
  const http = once(async () => {
    const {createHttp} = await import('../meli/http/http.js')
    const log = await requestLog(config, deps)
    return createHttp({...httpOptions(config, clock), budget: requestBudget(config, deps), log, onWait})
  })
  return {
    http,
    connect: once(async () => {
      const {createMercadoLibre} = await import('../meli/api/api.js')
      return createMercadoLibre(await http())
    }),
    oauth: once(async () => {
      const {createOAuth} = await import('../meli/api/oauth.js')
      const {clientId, clientSecret} = applicationOf(config)
      const {authUrl} = config
      return createOAuth({
        http: await http(),
        clientId,
        clientSecret,
        ...(authUrl !== undefined && {authUrl}),
        clock: clock.now,
      })
    }),
  }
}

export function httpOptions({apiUrl, httpTimeoutMs, proxy}: Config, {now, sleep}: Clock): HttpOptions {
  const userAgent = `meli-toolkit/${version}`
  return {origin: apiUrl, userAgent, timeoutMs: httpTimeoutMs, now, sleep, ...(proxy !== undefined && {proxy})}
}

/** A fixed MELI_ACCESS_TOKEN stores nothing, so no database is opened just to share the rate budget. */
function requestBudget({accessToken}: Config, {store, rateBudget}: HttpDeps): RateBudget {
  const shared = async () => (accessToken !== undefined && store.made() === undefined ? undefined : rateBudget())
  return {
    take: async (signal) => (await shared())?.take(signal),
    throttled: async (retryAfterMs) => (await shared())?.throttled(retryAfterMs),
    state: async () => (await rateBudget()).state(),
  }
}

/** Each try is counted, and logged unless the log is silent. */
async function requestLog({logLevel}: Config, {telemetry, log}: HttpDeps): Promise<(entry: HttpLogEntry) => void> {
  const {endpointOf} = await import('../meli/http/endpoint.js')
  const output = logLevel === 'silent' ? undefined : await log()
  return (entry) => {
    const {method, path, status, ms} = entry
    telemetry.apiRequest({endpoint: endpointOf(path), method, status, ms})
    output?.log.debug({...entry}, 'http')
  }
}
