import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {rowId} from '../../cli/flags.js'
import type {NotificationPage} from '../../services/notifications/inbox-log.js'
import {renderNotification} from '../../ui/notifications.js'

export default class NotificationsShow extends BaseCommand {
  static override summary = 'Show one notification and its outcome.'
  static override description = 'Takes the id that meli notifications list shows. Works offline.'
  static override examples = ['<%= config.bin %> <%= command.id %> 1', '<%= config.bin %> <%= command.id %> 1 --json']
  static override args = {id: Args.string({description: 'Id in the list, such as 17.', required: true})}

  async run(): Promise<NotificationPage> {
    const {args, flags} = await this.parse(NotificationsShow)
    const log = await (await this.app(this.settings(flags))).notifications.inboxLog()
    const result = await log.show(rowId(args.id))
    this.show((paper) => renderNotification(result, paper))
    return result
  }
}
