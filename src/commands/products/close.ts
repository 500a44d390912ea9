import {ChangeCommand} from '../../change-command.js'
import {item, writeFlags} from '../../flags.js'
import type {ChangeResult} from '../../services/selling/change-result.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'

export default class ProductsClose extends ChangeCommand {
  static override summary = 'Close an item for good.'
  static override description =
    'Closing is final: the item can never be opened again, nor be changed. Of a real account the nickname has to be typed, or given with --live.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 --dry-run',
  ]
  static override args = {item: item({description: 'Item id, such as MEC123456789.', required: true})}
  static override flags = {...writeFlags}

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(ProductsClose)
    const wanted = {status: 'closed'} as const
    return this.change(flags, {item: args.item, wanted, command: 'products close'})
  }
}
