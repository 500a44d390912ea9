import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {text} from '../../cli/flags.js'
import type {SharedStores} from '../../services/dashboard/operators/operators.js'
import {renderShared} from '../../ui/operators.js'

export default class OperatorsShare extends BaseCommand {
  static override summary = 'Share stores that others connected with an operator.'
  static override description =
    'Without --store it shares every store that is connected now. A store that is connected later is seen only by the operator who connects it, until it is shared. Sharing a store twice changes nothing. The user who runs meli serve sees all stores anyway.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ana@example.com',
    '<%= config.bin %> <%= command.id %> ana@example.com --json',
  ]
  static override args = {
    email: Args.string({
      description: 'E-mail address, as meli operators list shows it.',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    store: text({
      summary: 'Share only this store; repeatable. meli auth status --json has the ids.',
      helpValue: 'STORE_ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<SharedStores> {
    const {args, flags} = await this.parse(OperatorsShare)
    const operators = await (await this.app(this.settings(flags))).dashboard.operators()
    const result = await operators.share(args.email, flags.store)
    this.show((paper) => renderShared(result, paper))
    return result
  }
}
