import {ChangeCommand} from '../../change-command.js'
import {item, writeFlags} from '../../flags.js'
import type {ChangeResult} from '../../services/selling/change-result.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'

export default class ProductsPause extends ChangeCommand {
  static override summary = 'Pause an item.'
  static override description = 'Nobody can buy it until meli products activate; new stock does not end such a pause.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 --dry-run',
  ]
  static override args = {item: item({description: 'Item id, such as MEC123456789.', required: true})}
  static override flags = {...writeFlags}

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(ProductsPause)
    const wanted = {status: 'paused'} as const
    return this.change(flags, {item: args.item, wanted, command: 'products pause'})
  }
}
