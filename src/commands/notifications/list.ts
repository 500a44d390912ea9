import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, text} from '../../cli/flags.js'
import type {NotificationList} from '../../services/notifications/inbox-log.js'
import {renderNotifications} from '../../ui/notifications.js'

export default class NotificationsList extends BaseCommand {
  static override summary = 'List notifications and their outcomes.'
  static override description =
    'Shows all accounts, or the one named by --account or MELI_ACCOUNT, newest first. A row stands for all notifications of a resource that arrived while it waited. Failed ones were tried too often, or need a login first. Works offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --parked --json',
    '<%= config.bin %> <%= command.id %> --topic items --limit 5',
  ]
  static override flags = {
    sandbox,
    parked: Flags.boolean({default: false, summary: 'Only parked ones.'}),
    topic: text({summary: 'Show only this topic, such as items.', helpValue: 'TOPIC'}),
    limit: Flags.integer({default: 20, min: 1, summary: 'Maximum number of results.', helpValue: 'N'}),
  }

  async run(): Promise<NotificationList> {
    const {flags} = await this.parse(NotificationsList)
    const config = this.settings(flags)
    const log = await (await this.app(config)).notifications.inboxLog()
    const {sandbox, parked, topic, limit} = flags
    const result = await log.list({account: config.account, sandbox, parked, topic, limit})
    this.show((paper) => renderNotifications(result, paper))
    return result
  }
}
