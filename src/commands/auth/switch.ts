import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import type {SwitchResult} from '../../services/accounts/switch.js'
import {renderSwitch} from '../../ui/accounts.js'

export default class AuthSwitch extends BaseCommand {
  static override summary = 'Choose the default account.'
  static override description = 'Real accounts and test users each have their own default, so the two never mix.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> TIENDA_ANDINA',
    '<%= config.bin %> <%= command.id %> TIENDA_ANDINA --json',
  ]
  static override args = {
    account: Args.string({description: 'User id or nickname.', required: true, ignoreStdin: true}),
  }

  async run(): Promise<SwitchResult> {
    const {args, flags} = await this.parse(AuthSwitch)
    const app = await this.app(this.settings(flags))
    const result = await (await app.accounts.switchAccount())(args.account)
    this.show((paper) => renderSwitch(result, paper))
    return result
  }
}
