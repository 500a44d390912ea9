import {allAccounts, SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncEverythingResult, SyncEverywhereResult} from '../../services/sync/everything.js'
import {renderEverything, renderEverywhere} from '../../ui/sync-everything.js'

export default class SyncEverything extends SyncCommand {
  static override summary = 'Sync products, questions, orders and shipments.'
  static override description =
    'Syncs them one after another, in this order, as their own commands do. One that fails is reported and does not stop the others; the status is that of the first failure. Ctrl-C keeps what was stored, and the next sync resumes there.'
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
    const app = await this.app(this.settings(flags))
    const sync = await app.sync.everything()
    const {account, requestedSite: site} = app.config
    if (flags.all) {
      const result = await this.live(app, flags, 'records', (options) => sync.runEverywhere({...options, site}))
      return this.tell(result, renderEverywhere)
    }
    const session = await (await app.accounts.sessions()).open({account, sandbox: flags.sandbox, site})
    const result = await this.live(app, flags, 'records', (options) => sync.run(session, options))
    return this.tell(result, renderEverything)
  }
}
