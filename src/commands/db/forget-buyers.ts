import {Flags} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {duration} from '../../cli/flags.js'
import type {ForgetBuyersResult} from '../../services/sales/buyers/forget-buyers.js'
import {renderForgotten} from '../../ui/buyers.js'

export default class DbForgetBuyers extends BaseCommand {
  static override summary = 'Remove personal data of buyers from the local copies.'
  static override description =
    'Who asked and what, who bought, who receives and at which address, of what was made longer ago than that; the rest of questions, orders and shipments stays. It is overwritten in the file, and no sync brings it back; while another process reads for long it cannot be overwritten, and the status is 7 then. It cannot be taken back: where there is anything to remove, at a terminal it shows how much of whom and asks, elsewhere it needs --yes. Of every account in the database, disconnected ones too, or of the one that --account names. Copies made by meli db backup are not touched. Offline.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --older-than 90d --dry-run',
    '<%= config.bin %> <%= command.id %> --older-than 90d --yes --json',
  ]
  static override flags = {
    'older-than': duration({required: true, withUnit: true, summary: 'What was made longer ago: 90d.'}),
    yes: Flags.boolean({default: false, summary: 'Do not ask.', exclusive: ['dry-run']}),
    'dry-run': Flags.boolean({default: false, summary: 'Count, and change nothing.'}),
  }

  async run(): Promise<ForgetBuyersResult> {
    const {flags} = await this.parse(DbForgetBuyers)
    const forget = await (await this.context(this.settings(flags))).forgetBuyers()
    // MELI_ACCOUNT says whom to act as; here nobody acts, and leaving out the others would leave their data.
    const {account, yes: agreed} = flags
    const choice = {account, olderThanMs: flags['older-than'], dryRun: flags['dry-run'], agreed}
    const result = await forget.run(choice, this.signal)
    this.show((paper) => renderForgotten(result, paper))
    this.exitWith(result.overwritten === false ? 7 : 0)
    return result
  }
}
