import {BaseCommand} from '../../cli/base-command.js'
import {sandbox} from '../../cli/flags.js'
import type {RecoverResult} from '../../services/notifications/recover.js'
import {renderRecovered} from '../../ui/notifications.js'

export default class NotificationsRecover extends BaseCommand {
  static override summary = 'Fetch notifications that the service could not deliver.'
  static override description =
    'Mercado Libre keeps them for two days. They go into the inbox as if they came now, and a running meli serve, which does the same every hour, takes them from there; those that arrived after all are no new work. Topics of items are asked for by each site of the connected accounts, or of --account, the others once; a topic that cannot be read is named and stops no other.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {sandbox}

  async run(): Promise<RecoverResult> {
    const {flags} = await this.parse(NotificationsRecover)
    const config = this.settings(flags)
    const recover = await (await this.context(config)).recoverNotifications()
    const {account} = config
    const result = await recover.run({account, sandbox: flags.sandbox, signal: this.signal})
    this.show((paper) => renderRecovered(result, paper))
    this.exitWith(result.exit_code)
    return result
  }
}
