import {Args} from '@oclif/core'
import {ChangeCommand} from '../../cli/change-command.js'
import {item, writeFlags} from '../../cli/flags.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'
import type {ChangeResult} from '../../services/writes/selling/item-changes.js'

export default class PriceSet extends ChangeCommand {
  static override summary = 'Set the price of an item.'
  static override description =
    'Sets the price in the currency of the item, for all its variations at once. Write decimals after a point or a comma, and no thousands separators. Mercado Libre accepts no price while price automation sets it. The change is recorded in meli history, which can undo it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 19.90 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 19,90 --dry-run --json',
  ]
  static override args = {
    item: item({description: 'Id, SKU or page of the item, such as MEC123456789.', required: true}),
    amount: Args.string({description: 'Price, such as 19.90.', required: true}),
  }
  static override flags = {...writeFlags}

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(PriceSet)
    const wanted = {price: args.amount}
    return this.change(flags, {item: args.item, wanted, command: 'price set'})
  }
}
