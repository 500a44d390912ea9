import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {LogoutResult} from '../../services/accounts/logout.js'
import {renderLogout} from '../../ui/accounts.js'

export default class AuthLogout extends BaseCommand {
  static override summary = 'Disconnect an account: revoke its authorization and delete its tokens here.'
  static override description =
    'Deletes the local tokens even when Mercado Libre cannot be reached, and says so: the result then has revoked: false, and the status is still 0.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account TIENDA_ANDINA --json',
  ]
  static override flags = {sandbox}

  async run(): Promise<LogoutResult> {
    const {flags} = await this.parse(AuthLogout)
    const config = this.settings(flags)
    const logout = await (await this.app(config)).accounts.logout()
    const result = await logout.run(config.account, {sandbox: flags.sandbox})
    this.show((paper) => renderLogout(result, paper))
    return result
  }
}
