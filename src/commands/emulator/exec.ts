import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {Flags} from '@oclif/core'
import {EmulatorCommand, emulatorFlags} from '../../cli/emulator-command.js'
import {MeliError} from '../../core/errors.js'

export default class EmulatorExec extends EmulatorCommand {
  static override summary = 'Run a command against an emulator of its own, and exit with its status.'
  static override description =
    `The command runs with MELI_ variables that point at an emulator of its own, on a free port. Your own MELI_, ML_ and MERCADOLIBRE_ variables are removed from its environment, so no real credential can reach it. MELI_HOME is a temporary folder unless --home is given.

Standard input, output and error belong to the command, so there is no --json here. Routes that the emulator does not have (it answers 501) are named on standard error. Exits with the command's status, with 128 plus the signal's number if a signal ended it, 127 if it cannot be found, and 126 if it cannot be run.`
  static override examples = [
    "<%= config.bin %> <%= command.id %> -- sh -c 'curl -s $MELI_API_URL/_emulator'",
    "<%= config.bin %> <%= command.id %> --set foreign_items=public -- sh -c 'curl -s $MELI_API_URL/_emulator/settings'",
    '<%= config.bin %> <%= command.id %> --items 250 --home ./sandbox -- npm test',
  ]
  static override usage = 'emulator exec [FLAGS] -- COMMAND [ARGUMENTS]'
  static override enableJsonFlag = false
  // Words in front of the dashes reach us, so that we can say what is missing.
  static override strict = false
  static override flags = {
    ...emulatorFlags,
    home: Flags.string({summary: 'Keep the data of meli in this folder.', helpValue: 'DIR'}),
  }

  async run(): Promise<void> {
    // By hand: the framework sorts what follows the dashes, and loses its place where a word is repeated.
    const dashes = this.argv.includes('--') ? this.argv.indexOf('--') : this.argv.length
    const [program, ...args] = this.argv.slice(dashes + 1)
    const {flags, argv: astray} = await this.parse(EmulatorExec, this.argv.slice(0, dashes))
    if (astray.length > 0) throw misuse('two dashes belong in front of the command')
    if (program === undefined) throw misuse('there is no command to run')
    // Taken so that a signal does not end this process: it goes to the command, and this ends after it.
    const {signal} = this
    const home = flags.home === undefined ? await mkdtemp(join(tmpdir(), 'meli-emulator-')) : resolve(flags.home)
    try {
      const emulator = await this.startEmulator(flags)
      const env = {...emulator.env, MELI_HOME: home}
      try {
        signal.throwIfAborted()
        this.exitWith(
          await this.runInstead(program, args, env).catch((cause: unknown) => this.cannotRun(program, cause)),
        )
      } finally {
        await emulator.close()
        this.sayMissing(emulator)
      }
    } finally {
      if (flags.home === undefined) await rm(home, {recursive: true, force: true})
    }
  }

  /** As shells do: 127 for what does not exist, 126 for what cannot be run. */
  private async cannotRun(program: string, cause: unknown): Promise<number> {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause'
    const missing = code === 'ENOENT'
    const message = missing ? `there is no command ${program}` : `${program} cannot be run (${code})`
    const hint = `look for it with: command -v ${program}`
    await this.complain(new MeliError('MELI_COMMAND_NOT_FOUND', message, {try: [hint]}))
    return missing ? 127 : 126
  }
}

function misuse(message: string): MeliError {
  return new MeliError('MELI_USAGE', message, {try: ['meli emulator exec -- COMMAND ARGUMENTS']})
}
