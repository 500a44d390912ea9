import {Flags} from '@oclif/core'
import {pace, statuses} from '../../cli/flags.js'
import {allAccounts, SyncCommand, syncFlags} from '../../cli/sync-command.js'
import type {SyncAllPlan, SyncAllResult} from '../../services/sync/all.js'
import type {SyncOptions, SyncPlan, SyncResult} from '../../services/sync/product-sync.js'
import {renderSync, renderSyncs} from '../../ui/sync.js'
import {renderPlan, renderPlans} from '../../ui/sync-plan.js'

export default class SyncProducts extends SyncCommand {
  static override summary = "Sync the account's products to the local database."
  static override description =
    'The first sync reads everything, later ones only what changed. An interrupted sync resumes where it stopped. Products that cannot be read do not stop the rest; the status is then 7, and the result names them. Ctrl-C keeps what was stored; a second one stops at once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 2h --json',
    '<%= config.bin %> <%= command.id %> --all --plan',
    '<%= config.bin %> <%= command.id %> --status active,paused --dry-run',
  ]
  static override flags = {
    ...syncFlags,
    status: statuses,
    all: allAccounts,
    plan: Flags.boolean({default: false, summary: 'Show what the sync would cost, and do nothing.'}),
    'dry-run': {...syncFlags['dry-run'], exclusive: ['plan']},
    concurrency: pace.concurrency,
  }

  async run(): Promise<SyncResult | SyncAllResult | SyncPlan | SyncAllPlan> {
    const {flags} = await this.parse(SyncProducts)
    const {sandbox, concurrency, status: statuses = []} = flags
    const app = await this.app(this.settings(flags))
    const {account, requestedSite: site} = app.config
    const live = <R>(work: (options: SyncOptions & {signal: AbortSignal}) => Promise<R>) =>
      this.live(app, flags, 'products', (options) => work({...options, statuses, concurrency}))
    if (flags.all) {
      const sync = await app.sync.productsOfAllAccounts()
      if (flags.plan) return this.tell(await live((options) => sync.plan({...options, site})), renderPlans)
      return this.tell(await live((options) => sync.run({...options, site})), renderSyncs)
    }
    const sync = await app.sync.products()
    const session = await (await app.accounts.sessions()).open({account, sandbox, site})
    const nickname = session.nickname ?? null
    if (flags.plan) return this.tell({...(await live((options) => sync.plan(session, options))), nickname}, renderPlan)
    return this.tell({...(await live((options) => sync.run(session, options))), nickname}, renderSync)
  }
}
