import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {RecoverResult} from '../../services/notifications/recover.js'
import {renderRecovered} from '../../ui/notifications.js'

export default class NotificationsRecover extends BaseCommand {
  static override summary = 'Fetch notifications that Mercado Libre could not deliver.'
  static override description =
    'Mercado Libre keeps undelivered notifications for two days. They are put into the inbox as if they had just arrived, and a running meli serve, which does the same every hour, processes them; those that arrived after all cause no extra work. Item topics are asked for once per site of the connected accounts (or of --account), other topics once. A topic that cannot be read is named, and the others go on.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {sandbox}

  async run(): Promise<RecoverResult> {
    const {flags} = await this.parse(NotificationsRecover)
    const config = this.settings(flags)
    const recover = await (await this.app(config)).notifications.recover()
    const {account} = config
    const result = await recover.run({account, sandbox: flags.sandbox, signal: this.signal})
    this.show((paper) => renderRecovered(result, paper))
    this.exitWith(result.exit_code)
    return result
  }
}
