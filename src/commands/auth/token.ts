import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, site} from '../../cli/flags.js'
import type {TokenResult} from '../../services/accounts/current-token.js'

export default class AuthToken extends BaseCommand {
  static override summary = 'Print a valid access token, for use in another program.'
  static override description =
    'The token is refreshed first if it is about to expire. It is a secret that lives six hours: be careful where it is printed, and do not store it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
    'curl -H "Authorization: Bearer $(<%= config.bin %> <%= command.id %>)" https://api.mercadolibre.com/users/me',
  ]
  static override flags = {sandbox, site}

  async run(): Promise<TokenResult> {
    const {flags} = await this.parse(AuthToken)
    const config = this.settings(flags)
    const currentToken = await (await this.app(config)).accounts.currentToken()
    const result = await currentToken.run({
      account: config.account,
      sandbox: flags.sandbox,
      site: config.requestedSite,
    })
    this.show(() => result.access_token)
    return result
  }
}
