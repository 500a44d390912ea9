import {BaseCommand} from '../../cli/base-command.js'
import type {OperatorView} from '../../services/dashboard/operators/operators.js'
import {renderOperators} from '../../ui/operators.js'

export default class OperatorsList extends BaseCommand {
  static override summary = 'List the operators of meli serve, their open sessions, and the number of stores they see.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<{operators: OperatorView[]}> {
    const {flags} = await this.parse(OperatorsList)
    const operators = await (await this.app(this.settings(flags))).dashboard.operators()
    const result = await operators.list()
    this.show((paper) => renderOperators(result.operators, paper))
    return result
  }
}
