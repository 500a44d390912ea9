import {Args} from '@oclif/core'
import {BaseCommand} from '../../cli/base-command.js'
import type {RemovedOperator} from '../../services/dashboard/operators/operators.js'
import {renderOperatorRemoved} from '../../ui/operators.js'

export default class OperatorsRemove extends BaseCommand {
  static override summary = 'Remove an operator, and sign them out everywhere.'
  static override description =
    'The links, sessions and memberships of this person end at once, in every running meli serve. The stores stay connected. The user that runs meli serve is let in again at its next start.'
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

  async run(): Promise<RemovedOperator> {
    const {args, flags} = await this.parse(OperatorsRemove)
    const operators = await (await this.app(this.settings(flags))).dashboard.operators()
    const result = await operators.remove(args.email)
    this.show((paper) => renderOperatorRemoved(result, paper))
    return result
  }
}
