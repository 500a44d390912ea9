import {Command, type Interfaces} from '@oclif/core'
import type {App} from '../app/create-app.js'
import {
  type Config,
  type ConfigSources,
  learnSecrets,
  loadConfig,
  type Overrides,
  terminalEnv,
} from '../config/config.js'
import {createPaper, type Paper} from '../ui/paper.js'
import {baseFlags} from './flags.js'
import {Interrupts} from './interrupts.js'

type BaseFlags = Partial<Interfaces.InferredFlags<typeof baseFlags>> & {
  site?: string | undefined
  rate?: number | undefined
}

/** What ends a program: Ctrl-C, a supervisor, a terminal or connection that goes away, Ctrl-Break. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const

/** Shared flags, the app, exit status, and errors as JSON. Knows nothing of Mercado Libre. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = baseFlags
  private opened: Promise<App> | undefined
  private readonly interrupts = new Interrupts()

  /** Settings with this command's flags on top. Opens nothing. */
  protected settings(flags: BaseFlags, overrides: Overrides = {}): Config {
    return loadConfig(this.sources(flags, overrides))
  }

  protected sources(flags: BaseFlags, overrides: Overrides = {}): ConfigSources {
    const logLevel = flags.debug === true ? 'debug' : flags['log-level']
    return {
      ...(flags.settings !== undefined && {envFile: flags.settings}),
      overrides: {
        ...(flags.account !== undefined && {account: flags.account}),
        ...(flags.site !== undefined && {site: flags.site}),
        ...(flags.rate !== undefined && {rateLimit: String(flags.rate)}),
        ...(logLevel !== undefined && {logLevel}),
        ...overrides,
      },
    }
  }

  /** Shows the result to a person, on stdout. Under `--json` the result itself is printed instead. */
  protected show(render: (paper: Paper) => string): void {
    if (this.jsonEnabled()) return
    this.log(render(createPaper({stream: process.stdout, env: terminalEnv(), now: new Date()})))
  }

  /** A remark beside the result, on stderr. Under `--json` what it says is in the result. */
  protected async remark(app: App, text: string): Promise<void> {
    if (!this.jsonEnabled()) (await app.terminal()).say(text)
  }

  /** Made on first use, so that `--help` and usage errors touch neither disk nor network. */
  protected app(config: Config): Promise<App> {
    this.opened ??= this.open(config)
    return this.opened
  }

  private async open(config: Config): Promise<App> {
    const {createApp} = await import('../app/create-app.js')
    const app = createApp(config, this.interrupts)
    // On stderr, and so under --json too.
    for (const warning of config.warnings) (await app.terminal()).say(`Warning: ${warning}`)
    if (config.remarks.length > 0 && config.logLevel === 'debug')
      for (const remark of config.remarks) (await app.log()).log.debug(remark)
    return app
  }

  /** Aborted by the first Ctrl-C. A command that takes it stops by itself, soon, and keeps what was done. */
  protected get signal(): AbortSignal {
    return this.interrupts.signal
  }

  /** A failed check is a result, not an error: it is printed like any other, and the status tells. */
  protected exitWith(status: number): void {
    // `bin/run.js` may have set one already: of a result that could not be written.
    if (status !== 0) process.exitCode ||= status
  }

  /** Replaces oclif's version, which fails on results of several megabytes. */
  override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`)
  }

  protected override async init(): Promise<void> {
    await super.init()
    // Once: the second Ctrl-C has nobody to stop it.
    for (const signal of endings) process.once(signal, this.onSignal)
  }

  protected override async catch(error: Error): Promise<void> {
    await this.report(error)
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    // A refresh that another part of the command began may still be on its way to the store.
    await this.interrupts.settled()
    // One that failed to open was reported already, and has nothing to close.
    const app = await this.opened?.catch(() => undefined)
    await app?.close()
    for (const signal of endings) process.off(signal, this.onSignal)
    await super.finally(error)
  }

  private async report(error: unknown): Promise<void> {
    learnSecrets(this.argv)
    const {describeError, printError, traceOf} = await import('../ui/errors.js')
    const described = describeError(error)
    process.exitCode = described.exit_code
    if (this.argv.includes('--debug')) process.stderr.write(traceOf(error))
    if (this.jsonEnabled()) this.logJson({error: described})
    else printError(described, {env: terminalEnv()})
  }

  private readonly onSignal = async (): Promise<void> => {
    const {endsByItself, reason} = await this.interrupts.interrupt()
    if (endsByItself) return
    await this.report(reason)
    // Nothing that matters is under way, and whatever still runs (a prompt, a slow request) is not worth waiting for.
    process.exit()
  }
}
