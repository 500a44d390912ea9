import {BaseCommand} from '../../cli/base-command.js'
import {installation} from '../../cli/flags.js'
import type {CompletedInstall} from '../../services/accounts/installs/installs.js'
import {renderCompletedInstall} from '../../ui/installs.js'

export default class InstallsComplete extends BaseCommand {
  static override summary = 'Connect a seller who gave permission in a browser.'
  static override description =
    'Creates the store, the membership and the tokens together, for the operator of MELI_OPERATOR. Running it again leads to the same store. Connect only sellers that you know.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    '<%= config.bin %> <%= command.id %> 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --json',
  ]
  static override args = {id: installation({required: true})}

  async run(): Promise<CompletedInstall> {
    const {args, flags} = await this.parse(InstallsComplete)
    const config = this.settings(flags)
    const installs = await (await this.app(config)).accounts.installs()
    const result = await installs.complete(args.id, config.operator)
    this.show((paper) => renderCompletedInstall(result, paper))
    return result
  }
}
