import {allAccounts, SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncEverythingResult, SyncEverywhereResult} from '../../services/sync/everything.js'
import {renderEverything, renderEverywhere} from '../../ui/sync-everything.js'

export default class SyncEverything extends SyncCommand {
  static override summary = 'Bring the whole local copy in step: products, questions, orders, shipments.'
  static override description =
    'One after another, in this order, each as its own command does it. One that fails is told of and does not stop the others; the status is that of the first that failed. Ctrl-C keeps what was stored, and the next run goes on.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 30m --json',
    '<%= config.bin %> <%= command.id %> --all --max-duration 20m',
  ]
  static override flags = {
    ...syncFlags,
    all: allAccounts,
  }

  async run(): Promise<SyncEverythingResult | SyncEverywhereResult> {
    const {flags} = await this.parse(SyncEverything)
    const context = await this.context(this.settings(flags))
    const sync = await context.syncEverything()
    const {account, requestedSite: site} = context.config
    if (flags.all) {
      const result = await this.live(context, flags, 'records', (options) => sync.runEverywhere({...options, site}))
      return this.tell(result, renderEverywhere)
    }
    const session = await (await context.sessions()).open({account, sandbox: flags.sandbox, site})
    const result = await this.live(context, flags, 'records', (options) => sync.run(session, options))
    return this.tell(result, renderEverything)
  }
}
