import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {LogoutResult} from '../../services/accounts/logout.js'
import {renderLogout} from '../../ui/accounts.js'

export default class AuthLogout extends BaseCommand {
  static override summary = 'Disconnect an account: revoke it at Mercado Libre, and wipe it here.'
  static override description =
    'Wipes the local copy even when Mercado Libre cannot be reached, and says so: the result has revoked false then, and the status is still 0.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account TIENDA_ANDINA --json',
  ]
  static override flags = {sandbox}

  async run(): Promise<LogoutResult> {
    const {flags} = await this.parse(AuthLogout)
    const config = this.settings(flags)
    const logout = await (await this.context(config)).logout()
    const result = await logout.run(config.account, {sandbox: flags.sandbox})
    this.show((paper) => renderLogout(result, paper))
    return result
  }
}
