import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {duration} from '../../cli/flags.js'
import type {ForgetBuyersResult} from '../../services/sales/buyers/forget-buyers.js'
import {renderForgotten} from '../../ui/buyers.js'

export default class DbForgetBuyers extends BaseCommand {
  static override summary = 'Erase personal data of buyers from the local database.'
  static override description =
    "Erases buyers' names, addresses and question texts from records older than --older-than; the rest of the questions, orders and shipments stays. The data is overwritten in the file, and no sync brings it back. While another process keeps reading it cannot be overwritten, and the status is 7. This cannot be undone: at a terminal the command shows how much it would erase and asks; elsewhere it needs --yes. Applies to every account in the database, disconnected ones included, or to the one named by --account. Copies made by meli db backup are not changed. Works offline."
  static override examples = [
    '<%= config.bin %> <%= command.id %> --older-than 90d --dry-run',
    '<%= config.bin %> <%= command.id %> --older-than 90d --yes --json',
  ]
  static override flags = {
    'older-than': duration({
      required: true,
      withUnit: true,
      summary: 'Age of the records to erase data from, such as 90d.',
    }),
    yes: Flags.boolean({default: false, summary: 'Do not ask for confirmation.', exclusive: ['dry-run']}),
    'dry-run': Flags.boolean({default: false, summary: 'Count what would be erased, and change nothing.'}),
  }

  async run(): Promise<ForgetBuyersResult> {
    const {flags} = await this.parse(DbForgetBuyers)
    const forget = await (await this.app(this.settings(flags))).sales.forgetBuyers()
    // MELI_ACCOUNT says whom to act as; here nobody acts, and leaving out the others would leave their data.
    const {account, yes: agreed} = flags
    const choice = {account, olderThanMs: flags['older-than'], dryRun: flags['dry-run'], agreed}
    const result = await forget.run(choice, this.signal)
    this.show((paper) => renderForgotten(result, paper))
    this.exitWith(result.overwritten === false ? 7 : 0)
    return result
  }
}
