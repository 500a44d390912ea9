import {ChangeCommand} from '../../change-command.js'
import {item, writeFlags} from '../../flags.js'
import type {ChangeResult} from '../../services/selling/change-result.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'

export default class ProductsActivate extends ChangeCommand {
  static override summary = 'Activate a paused item.'
  static override description =
    'One without stock cannot be active: meli stock set gives it some, and ends a pause that only the lack of it caused.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 --dry-run',
  ]
  static override args = {item: item({description: 'Item id, such as MEC123456789.', required: true})}
  static override flags = {...writeFlags}

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(ProductsActivate)
    const wanted = {status: 'active'} as const
    return this.change(flags, {item: args.item, wanted, command: 'products activate'})
  }
}
