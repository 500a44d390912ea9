import {resolve} from 'node:path'
import {Config} from '@oclif/core'
import type {App} from '../../src/app/create-app.js'
import type {BaseCommand} from '../../src/cli/base-command.js'
import type {ConfigSources} from '../../src/config/config.js'

type CommandClass = (new (argv: string[], config: Config) => BaseCommand) & {id?: string}

/** The part of the app that a command may reach: only the members that the test gives. */
export type FakeApp = {[Name in keyof App]?: unknown}

export interface CommandRun {
  /** 0 unless the command set another one. */
  status: number
  stdout: string
  stderr: string
  /** What run() returned; undefined when it failed. */
  result: unknown
}

let config: Promise<Config> | undefined

/** Runs a command in this process with an app of the test's own, and captures what a shell would see. */
export async function runCommand(
  Command: CommandClass,
  argv: readonly string[],
  services: FakeApp = {},
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CommandRun> {
  config ??= Config.load(resolve(import.meta.dirname, '../..'))
  class Tested extends (Command as unknown as new (argv: string[], config: Config) => Openable) {
    override async app(settings: App['config']): Promise<App> {
      return {config: settings, close: async () => {}, ...services} as unknown as App
    }

    override sources(...given: Parameters<Openable['sources']>): ConfigSources {
      return {...super.sources(...given), env: {MELI_HOME: '/nowhere/meli', ...env}}
    }
  }
  const command = new Tested([...argv], await config)
  const before = process.exitCode
  process.exitCode = 0
  const captured = capture()
  try {
    const result = await command._run()
    return {status: Number(process.exitCode), ...captured.texts(), result}
  } finally {
    captured.end()
    process.exitCode = before
  }
}

/** The parts of the base command that are overridden here, which are protected there. */
declare class Openable {
  constructor(argv: string[], config: Config)
  app(settings: App['config']): Promise<App>
  sources(flags: object, overrides?: object): ConfigSources
  _run(): Promise<unknown>
}

function capture() {
  const {stdout, stderr} = process
  const original = {stdout: stdout.write, stderr: stderr.write}
  const texts = {stdout: '', stderr: ''}
  const into = (name: keyof typeof texts) => (chunk: string | Uint8Array) => {
    texts[name] += String(chunk)
    return true
  }
  stdout.write = into('stdout') as typeof stdout.write
  stderr.write = into('stderr') as typeof stderr.write
  return {
    texts: () => ({...texts}),
    end: () => {
      stdout.write = original.stdout
      stderr.write = original.stderr
    },
  }
}
