import type {DryRunResult} from '../services/writes/dry-run.js'
import type {ChangeResult} from '../services/writes/selling/item-changes.js'
import type {Wanted} from '../services/writes/selling/wanted.js'
import {renderChange} from '../ui/changes.js'
import {item, writeFlags} from './flags.js'
import {WriteCommand, type WriteFlags} from './write-command.js'

/** Shared by the commands that change one item. */
export abstract class ChangeCommand extends WriteCommand {
  /** @param command as the log keeps it: `stock set` */
  protected async change(
    flags: WriteFlags,
    {item, wanted, command}: {item: string; wanted: Wanted; command: string},
  ): Promise<ChangeResult | DryRunResult> {
    const config = this.settings(flags)
    const {sandbox, account} = flags
    const choice = this.choice(config, flags)
    const changeItem = await (await this.app(config)).writes.changeItem()
    const result = await changeItem.run({choice, item, wanted, command, dryRun: flags['dry-run']}, this.signal)
    this.show((paper) => renderChange(result, paper, {sandbox, account, actor: this.actor}))
    return result
  }
}

/** Shared by the commands that set the status of an item, which is all that tells them apart. */
export abstract class StatusCommand extends ChangeCommand {
  // For the help: what oclif gathers ends at the first class above that has no statics of its own.
  static override enableJsonFlag = true
  static override baseFlags = ChangeCommand.baseFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> MEC123456789 --sandbox',
    '<%= config.bin %> <%= command.id %> MEC123456789 --dry-run',
  ]
  static override args = {
    item: item({description: 'Id, SKU or page of the item, such as MEC123456789.', required: true}),
  }
  static override flags = {...writeFlags}
  protected abstract readonly status: NonNullable<Wanted['status']>
  /** As the log keeps it: `products pause`. */
  protected abstract readonly command: string

  async run(): Promise<ChangeResult | DryRunResult> {
    const {args, flags} = await this.parse(StatusCommand)
    return this.change(flags, {item: args.item, wanted: {status: this.status}, command: this.command})
  }
}
