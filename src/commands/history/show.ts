import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {rowId, sandbox} from '../../cli/flags.js'
import type {WriteView} from '../../services/writes/history.js'
import {renderWrite} from '../../ui/history.js'

export default class HistoryShow extends BaseCommand {
  static override summary = 'Show one change: its request, the values before and after, and the outcome.'
  static override description =
    'Finds the entry whatever MELI_ACCOUNT says; with --account or --sandbox, an entry of any other account is refused. The body is shown without secrets. Works offline.'
  static override examples = ['<%= config.bin %> <%= command.id %> 1', '<%= config.bin %> <%= command.id %> 1 --json']
  static override args = {
    id: Args.custom<number>({parse: async (given) => rowId(given)})({
      description: 'Number in meli history.',
      required: true,
    }),
  }
  static override flags = {sandbox: {...sandbox, summary: 'Show only what test users did.'}}

  async run(): Promise<WriteView> {
    const {args, flags} = await this.parse(HistoryShow)
    const history = await (await this.app(this.settings(flags))).writes.history()
    const result = await history.show(args.id, {account: flags.account, sandbox: flags.sandbox})
    this.show((paper) => renderWrite(result, paper))
    return result
  }
}
