import {BaseCommand} from './base-command.js'
import type {ChangeResult} from './services/selling/change-result.js'
import type {Wanted} from './services/selling/wanted.js'
import type {DryRunResult} from './services/writes/dry-run.js'
import {renderChange} from './ui/changes.js'

/** As `writeFlags` gives them. */
interface WriteFlags {
  account?: string | undefined
  sandbox: boolean
  site?: string | undefined
  live?: string | undefined
  'dry-run': boolean
}

/** Shared by the commands that change one item. */
export abstract class ChangeCommand extends BaseCommand {
  /** @param command as the log keeps it: `stock set` */
  protected async change(
    flags: WriteFlags,
    {item, wanted, command}: {item: string; wanted: Wanted; command: string},
  ): Promise<ChangeResult | DryRunResult> {
    const config = this.settings(flags)
    const {sandbox, live} = flags
    const choice = {account: config.account, sandbox, site: config.requestedSite, live}
    const changeItem = await (await this.context(config)).changeItem()
    const result = await changeItem.run({choice, item, wanted, command, dryRun: flags['dry-run']}, this.signal)
    this.show((paper) => renderChange(result, paper, {sandbox, account: flags.account}))
    return result
  }
}
