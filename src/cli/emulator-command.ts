import {join} from 'node:path'
import {Flags, type Interfaces} from '@oclif/core'
import type {OpenDemo} from '../app/demo-stage.js'
import {childEnvironment, homeFolder, terminalEnv} from '../config/config.js'
import {MeliError} from '../core/errors.js'
import type {Emulator, EmulatorOptions, MissingRoute} from '../emulator/index.js'
import type {Audience} from '../services/accounts/demo/stage.js'
import {renderMissingRoute, renderMissingRoutes} from '../ui/emulator.js'
import {createPaper, type Paper} from '../ui/paper.js'
import {BaseCommand} from './base-command.js'
import {duration} from './flags.js'

export const emulatedSite = Flags.string({
  summary: 'Site of the accounts, such as MEC, MLB or MLA.',
  helpValue: 'SITE',
  default: 'MEC',
  parse: async (id) => id.trim().toUpperCase(),
})

/** On this machine first, so that a login waits for the browser; then one of those that production demands. */
const redirectUris = [
  'http://localhost:53682/callback',
  'https://localhost:53682/callback',
  'https://example.com/callback',
]

/** How the emulator is set up; the same for every command that starts one. */
export const emulatorFlags = {
  port: Flags.integer({
    summary: 'Listen on this port of 127.0.0.1; 0 picks a free one.',
    helpValue: 'N',
    default: 0,
    min: 0,
    max: 65_535,
  }),
  site: emulatedSite,
  items: Flags.integer({summary: 'Number of listings of the first seller.', helpValue: 'N', default: 0, min: 0}),
  latency: duration({summary: 'Delay each answer by this long, such as 50ms.'}),
  'rate-limit': Flags.integer({
    summary: 'Answer 429 above this many requests per minute and application; no limit by default.',
    helpValue: 'N',
    min: 1,
  }),
  'notifications-url': Flags.string({
    summary: "Send the application's notifications to this address.",
    helpValue: 'URL',
  }),
  topics: Flags.string({
    summary: 'Topics of these notifications, separated by commas; items by default.',
    helpValue: 'TOPIC',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    dependsOn: ['notifications-url'],
  }),
  state: Flags.string({
    summary: 'Load the state from this file if it exists, and save it at the end.',
    helpValue: 'FILE',
  }),
  'redirect-uri': Flags.string({
    summary: 'Redirect URI of the application; the first one is used. By default, one on this machine.',
    helpValue: 'URI',
    multiple: true,
    multipleNonGreedy: true,
  }),
  profile: Flags.option({options: ['observed', 'documented'] as const})({
    summary: "Answer as captured answers show (observed, the default) or as Mercado Libre's documentation says.",
  }),
  set: Flags.string({
    summary: 'Change one setting, such as bulk=only-old; wins over --profile. An unknown name lists them all.',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  pkce: Flags.option({options: ['off', 'optional', 'required'] as const})({
    summary: 'Whether the application uses PKCE; optional by default.',
  }),
}

type EmulatorFlags = Interfaces.InferredFlags<typeof emulatorFlags>

/** A command with a Mercado Libre of its own. It reads no setting of the user: theirs lead to the real service. */
export abstract class EmulatorCommand extends BaseCommand {
  /** What programs started from here get: nothing that names or opens a real account. */
  private readonly childEnv = childEnvironment()
  /** Where meli keeps things when it is told nothing else. */
  protected readonly home = homeFolder()

  protected async startEmulator(flags: EmulatorFlags): Promise<Emulator> {
    const {startEmulator} = await import('../emulator/index.js')
    const options = {...optionsOf(flags), onNotEmulated: (route: MissingRoute) => this.warnOf(route)}
    return startEmulator(options).catch((cause: unknown) => {
      throw explain(cause, flags)
    })
  }

  /** Warns at the first such request, since a test may fail because of the 501 long before the emulator stops. */
  private warnOf(route: MissingRoute): void {
    this.say(renderMissingRoute(route, this.paperFor(process.stderr)))
  }

  /** The list at the end; nothing when the emulator had everything. */
  protected sayMissing({notEmulated}: Emulator): void {
    if (notEmulated.length > 0) this.say(renderMissingRoutes(notEmulated, this.paperFor(process.stderr)))
  }

  /** Runs a program in our place, and resolves with its exit status. */
  protected async runInstead(program: string, args: readonly string[], env: Record<string, string>): Promise<number> {
    const {runInstead} = await import('./child-process.js')
    return runInstead(program, args, {...this.childEnv, ...env})
  }

  /** The demo, with this very program on the stage. */
  protected async openDemo(site: string, audience: Audience, {colour}: {colour: boolean}): Promise<OpenDemo> {
    const {openDemo} = await import('../app/demo-stage.js')
    // The program on the stage writes to a pipe: colour is ours to pass on.
    const env = {...this.childEnv, NO_COLOR: undefined, FORCE_COLOR: colour ? '1' : '0'}
    return openDemo({site, program: join(this.config.root, 'bin', 'run.js'), env}, audience)
  }

  /** A notice for the person at the terminal: on stderr, also under --json. */
  protected say(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  /** For an error that ends with a status of its own. */
  protected async complain(error: MeliError): Promise<void> {
    const {describeError, printError} = await import('../ui/errors.js')
    printError(describeError(error), {env: terminalEnv()})
  }

  protected paperFor(stream: NodeJS.WriteStream): Paper {
    return createPaper({stream, env: terminalEnv(), now: new Date()})
  }
}

function optionsOf(flags: EmulatorFlags): EmulatorOptions {
  const {port, site, items} = flags
  return {
    port,
    site,
    items,
    ...(flags.latency !== undefined && {latencyMs: flags.latency}),
    ...(flags['rate-limit'] !== undefined && {rateLimitPerMinute: flags['rate-limit']}),
    ...(flags['notifications-url'] !== undefined && {notificationsUrl: flags['notifications-url']}),
    ...(flags.topics !== undefined && {topics: flags.topics}),
    ...(flags.state !== undefined && {stateFile: flags.state}),
    redirectUris: flags['redirect-uri'] ?? redirectUris,
    ...(flags.pkce !== undefined && {pkce: flags.pkce}),
    ...(flags.profile !== undefined && {profile: flags.profile}),
    ...(flags.set !== undefined && {settings: settingsOf(flags.set)}),
  }
}

/** The emulator reads the values; of a name given twice the last one counts. */
function settingsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals > 0) return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
      throw new MeliError('MELI_USAGE', `--set ${pair} has no value`, {try: ['write it as --set name=value']})
    }),
  )
}

function explain(cause: unknown, {port, state}: Pick<EmulatorFlags, 'port' | 'state'>): unknown {
  if (!(cause instanceof Error)) return cause
  const {code, syscall} = cause as NodeJS.ErrnoException
  if (syscall === 'listen') {
    return new MeliError('MELI_PORT_UNAVAILABLE', `cannot listen on port ${port} (${code})`, {
      try: ['omit --port to use any free port'],
    })
  }
  if (cause instanceof RangeError) {
    return new MeliError('MELI_USAGE', cause.message, {try: ['add --help to see what the command takes']})
  }
  if (state === undefined) return cause
  return new MeliError('MELI_CONFIG_INVALID', `the state file ${state} cannot be used (${code ?? cause.message})`, {
    try: ['name another file; one that does not exist yet begins anew'],
  })
}
