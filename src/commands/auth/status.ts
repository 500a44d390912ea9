import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {StatusResult} from '../../services/accounts/status.js'
import {renderStatus} from '../../ui/accounts.js'

export default class AuthStatus extends BaseCommand {
  static override summary = 'Show the connected accounts and the state of their tokens.'
  static override description =
    'Works offline and uses up no token. With --check it asks Mercado Libre, and refreshes expired tokens.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --check --json',
  ]
  static override flags = {
    check: Flags.boolean({default: false, summary: 'Ask Mercado Libre whether it accepts the tokens.'}),
    sandbox,
  }

  async run(): Promise<StatusResult> {
    const {flags} = await this.parse(AuthStatus)
    const app = await this.app(this.settings(flags))
    const status = await app.accounts.status()
    const result = await status.run({account: flags.account, sandbox: flags.sandbox, check: flags.check})
    this.show((paper) => renderStatus(result, paper))
    this.exitWith(result.exit_code)
    return result
  }
}
