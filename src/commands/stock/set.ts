import {Flags} from '@oclif/core'
import {ChangeCommand} from '../../cli/change-command.js'
import {item, quantity, text, writeFlags} from '../../cli/flags.js'
import type {DryRunResult} from '../../services/writes/dry-run.js'
import type {ChangeResult} from '../../services/writes/selling/item-changes.js'

export default class StockSet extends ChangeCommand {
  static override summary = 'Set the stock of an item.'
  static override description =
    'Stock 0 pauses the item, and stock above 0 ends that pause. Items with variations keep stock per variation: use --variation. The stock of a user product is shared by all its items and is set with its version; after a conflict it is read and set again. The change is recorded in meli history, which can undo it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 12 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 0 --dry-run',
  ]
  static override args = {
    item: item({description: 'Id, SKU or page of the item, such as MEC123456789.', required: true}),
    quantity: quantity({description: 'Units for sale, 0 or more.', required: true}),
  }
  static override flags = {
    ...writeFlags,
    variation: Flags.integer({summary: 'Id of the variation.', helpValue: 'ID', min: 1}),
    place: text({summary: 'Store id of the stock location.', helpValue: 'ID'}),
  }

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(StockSet)
    const {variation, place} = flags
    const wanted = {
      quantity: args.quantity,
      ...(variation !== undefined && {variationId: variation}),
      ...(place !== undefined && {place}),
    }
    return this.change(flags, {item: args.item, wanted, command: 'stock set'})
  }
}
