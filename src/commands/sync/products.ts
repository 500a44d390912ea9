import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {sandbox, site} from '../../flags.js'
import type {SyncResult} from '../../services/sync/product-sync.js'
import {renderSync} from '../../ui/sync.js'

/** As the service names them: docs/mercadolibre.md, sections 6.1 and 6.4. */
const itemStatuses = [
  'active',
  'paused',
  'closed',
  'pending',
  'not_yet_active',
  'programmed',
  'under_review',
  'inactive',
  'payment_required',
] as const

export default class SyncProducts extends BaseCommand {
  static override summary = 'Bring the local catalogue in step with the account.'
  static override description =
    'Reads the whole listing and stores what changed. Products that could not be read do not stop the rest; the status is 7 then, and the result names them. Ctrl-C keeps what was stored.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --dry-run --json',
    '<%= config.bin %> <%= command.id %> --status active,paused',
  ]
  static override flags = {
    sandbox,
    site,
    status: Flags.option({
      options: itemStatuses,
      summary: 'Only products of these statuses; others are left as they are.',
      helpValue: 'STATUS,...',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
    })(),
    'dry-run': Flags.boolean({default: false, summary: 'Compare, and write nothing.'}),
  }

  async run(): Promise<SyncResult> {
    const {flags} = await this.parse(SyncProducts)
    const config = this.settings(flags)
    const context = await this.context(config)
    const sync = await context.productSync()
    const mode = {account: config.account, sandbox: flags.sandbox, site: config.requestedSite}
    const session = await (await context.sessions()).open(mode)
    const progress = await context.progress('products')
    try {
      const result = await sync.run(session, {
        sandbox: flags.sandbox,
        statuses: flags.status ?? [],
        dryRun: flags['dry-run'],
        signal: this.signal,
        onProgress: ({fetched, total}) => progress.update({done: fetched, total}),
      })
      progress.end()
      this.show((paper) => renderSync(result, paper))
      this.exitWith(result.ok ? 0 : 7)
      return result
    } finally {
      progress.end()
    }
  }
}
