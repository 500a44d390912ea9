import {BaseCommand} from '../../cli/base-command.js'
import {installation} from '../../cli/flags.js'
import type {DiscardedInstall} from '../../services/accounts/installs/installs.js'
import {renderDiscardedInstall} from '../../ui/installs.js'

export default class InstallsDiscard extends BaseCommand {
  static override summary = "Revoke a seller's permission instead of connecting them."
  static override description =
    'Revokes the authorization at Mercado Libre, and deletes it here even if the service cannot be reached. Tokens that came in answer to a request for another account are deleted here but not revoked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    '<%= config.bin %> <%= command.id %> 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --json',
  ]
  static override args = {id: installation({required: true})}

  async run(): Promise<DiscardedInstall> {
    const {args, flags} = await this.parse(InstallsDiscard)
    const installs = await (await this.app(this.settings(flags))).accounts.installs()
    const result = await installs.discard(args.id)
    this.show((paper) => renderDiscardedInstall(result, paper))
    return result
  }
}
