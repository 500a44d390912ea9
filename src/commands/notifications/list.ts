import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {sandbox, text} from '../../cli/flags.js'
import type {NotificationList} from '../../services/notifications/inbox-log.js'
import {renderNotifications} from '../../ui/notifications.js'

export default class NotificationsList extends BaseCommand {
  static override summary = 'List notifications, and what became of them.'
  static override description =
    'Newest first, of all accounts or of the one that --account or MELI_ACCOUNT names. A row stands for all notifications of a resource that came while it waited. Parked ones have failed too often, or need a login first. Offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --parked --json',
    '<%= config.bin %> <%= command.id %> --topic items --limit 5',
  ]
  static override flags = {
    sandbox,
    parked: Flags.boolean({default: false, summary: 'Only parked ones.'}),
    topic: text({summary: 'Only of this topic, such as items.', helpValue: 'TOPIC'}),
    limit: Flags.integer({default: 20, min: 1, summary: 'At most so many.', helpValue: 'N'}),
  }

  async run(): Promise<NotificationList> {
    const {flags} = await this.parse(NotificationsList)
    const config = this.settings(flags)
    const log = await (await this.context(config)).inboxLog()
    const {sandbox, parked, topic, limit} = flags
    const result = await log.list({account: config.account, sandbox, parked, topic, limit})
    this.show((paper) => renderNotifications(result, paper))
    return result
  }
}
