import {BaseCommand} from '../../cli/base-command.js'
import type {InstallView} from '../../services/accounts/installs/installs.js'
import {renderInstalls} from '../../ui/installs.js'

export default class InstallsList extends BaseCommand {
  static override summary = 'List sellers who gave permission and wait for an operator.'
  static override description =
    'These sellers authorized the application in a browser in which no operator was signed in. After seven days the permission is revoked. An account shown by its number has tokens that came in answer to a request for another account; nothing is sent with them before `meli installs complete`.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<{installations: InstallView[]}> {
    const {flags} = await this.parse(InstallsList)
    const installs = await (await this.app(this.settings(flags))).accounts.installs()
    const result = await installs.list()
    this.show((paper) => renderInstalls(result.installations, paper))
    return result
  }
}
