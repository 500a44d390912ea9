import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import {text} from '../../cli/flags.js'
import type {SharedStores} from '../../services/dashboard/operators/operators.js'
import {renderShared} from '../../ui/operators.js'

export default class OperatorsShare extends BaseCommand {
  static override summary = 'Let somebody who may sign in see stores that others connected.'
  static override description =
    'Without --store it shares every store that is connected now; those that are connected later are for whoever connects them, until they are shared. The same again changes nothing. Whoever runs meli serve sees all of them anyway.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ana@example.com',
    '<%= config.bin %> <%= command.id %> ana@example.com --json',
  ]
  static override args = {
    email: Args.string({description: 'As meli operators list shows it.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    store: text({
      summary: 'Only this store; may be repeated. meli auth status --json has the ids.',
      helpValue: 'STORE_ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<SharedStores> {
    const {args, flags} = await this.parse(OperatorsShare)
    const operators = await (await this.context(this.settings(flags))).operators()
    const result = await operators.share(args.email, flags.store)
    this.show((paper) => renderShared(result, paper))
    return result
  }
}
