import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {rowId, sandbox} from '../../cli/flags.js'
import {MeliError} from '../../core/errors.js'
import type {ReplayResult} from '../../services/notifications/inbox-log.js'
import {renderReplayed} from '../../ui/notifications.js'

export default class NotificationsReplay extends BaseCommand {
  // Any number of ids.
  static override strict = false
  static override usage = 'notifications replay ID... | --all [FLAGS]'
  static override summary = 'Let parked notifications be tried again.'
  static override description =
    'They wait as if they had come now, for a running meli serve to take them: after a login, or once what was wrong is repaired. Offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1',
    '<%= config.bin %> <%= command.id %> --all --json',
  ]
  static override args = {id: Args.string({description: 'Ids in the list, such as 17.'})}
  static override flags = {
    sandbox,
    all: Flags.boolean({default: false, summary: 'All that are parked; with --account, of that account.'}),
  }

  async run(): Promise<ReplayResult> {
    const {argv, flags} = await this.parse(NotificationsReplay)
    const ids = argv.map((given) => rowId(String(given)))
    if (flags.all === ids.length > 0) throw nothingNamed(flags.all)
    const config = this.settings(flags)
    const log = await (await this.app(config)).notifications.inboxLog()
    const choice = {account: config.account, sandbox: flags.sandbox}
    const result = await log.replay(flags.all ? undefined : ids, choice)
    this.show((paper) => renderReplayed(result, paper))
    return result
  }
}

function nothingNamed(all: boolean): MeliError {
  const message = all ? 'either ids or --all, not both' : 'name the notifications, or --all'
  return new MeliError('MELI_USAGE', message, {try: ['meli notifications list --parked']})
}
