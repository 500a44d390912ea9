import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, site} from '../../cli/flags.js'
import type {RefreshResult} from '../../services/accounts/refresh.js'
import {renderRefresh} from '../../ui/accounts.js'

export default class AuthRefresh extends BaseCommand {
  static override summary = 'Refresh the access token now.'
  static override description =
    'Rarely needed, because every command refreshes by itself. With --on-rotate the new refresh token is passed to a command on standard input, for a secret store elsewhere that would otherwise keep a used token. That command runs without MELI_, ML_ and MERCADOLIBRE_ variables in its environment, and Ctrl-C waits for it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
    '<%= config.bin %> <%= command.id %> --on-rotate "cat > refresh-token.txt"',
  ]
  static override flags = {
    'on-rotate': Flags.string({
      summary: 'Command that reads the new refresh token from standard input.',
      helpValue: 'CMD',
    }),
    sandbox,
    site,
  }

  async run(): Promise<RefreshResult> {
    const {flags} = await this.parse(AuthRefresh)
    const config = this.settings(flags)
    const refresh = await (await this.app(config)).accounts.refreshNow()
    const onRotate = flags['on-rotate']
    const result = await refresh.run({
      account: config.account,
      sandbox: flags.sandbox,
      site: config.requestedSite,
      // Taken so that a signal does not end this process between the new token and the command that keeps it.
      ...(onRotate !== undefined && {onRotate, signal: this.signal}),
    })
    this.show((paper) => renderRefresh(result, paper))
    return result
  }
}
