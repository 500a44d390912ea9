import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import type {LinkResult} from '../../services/accounts/login/linker.js'
import {renderLinked} from '../../ui/login.js'

export default class AuthComplete extends BaseCommand {
  static override summary = 'Finish a login with the address the browser ended on.'
  static override description =
    'Completes meli auth login --no-wait, from any process with the same MELI_HOME, within 15 minutes. Quote the address or pipe it in, because it contains & characters.'
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'https://example.com/callback?code=TG-...&state=...'",
    "echo 'https://example.com/callback?code=TG-...&state=...' | <%= config.bin %> <%= command.id %> -",
  ]
  static override args = {
    callback: Args.string({
      description: 'The whole address; read from standard input if omitted or -.',
      // Without this the framework reads standard input by itself, and gives up after some milliseconds.
      ignoreStdin: true,
    }),
  }

  async run(): Promise<LinkResult> {
    const {args, flags} = await this.parse(AuthComplete)
    const app = await this.app(this.settings(flags))
    const callback =
      args.callback === undefined || args.callback === '-'
        ? await app.stdin({
            what: 'the address the browser ended on',
            example: "meli auth complete 'https://...?code=...&state=...', in quotes",
          })
        : args.callback
    const result = await (await app.accounts.login()).complete(callback)
    this.show((paper) => renderLinked(result, paper))
    return result
  }
}
