import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import type {Context} from '../../context.js'
import {bareFlag, duration, pace, sandbox, site, statuses} from '../../flags.js'
import type {SyncAllResult} from '../../services/sync/all.js'
import type {SyncOptions, SyncPlan, SyncResult} from '../../services/sync/product-sync.js'
import {renderPlan, renderSync, renderSyncs} from '../../ui/sync.js'
import {progressOf, waitingFor} from '../../ui/sync-progress.js'

export default class SyncProducts extends BaseCommand {
  static override summary = 'Bring the local catalogue in step with the account.'
  static override description =
    'The first run reads everything, later ones what changed. A run that was interrupted is gone on with. Products that could not be read do not stop the rest; the status is 7 then, and the result names them. Ctrl-C keeps what was stored; a second one stops at once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 2h --json',
    '<%= config.bin %> <%= command.id %> --plan',
    '<%= config.bin %> <%= command.id %> --status active,paused --dry-run',
  ]
  static override flags = {
    sandbox,
    site,
    status: statuses,
    all: Flags.boolean({default: false, summary: 'Every account of the mode, side by side.', exclusive: ['account']}),
    full: Flags.boolean({default: false, summary: 'Read everything, not the changes alone.'}),
    restart: Flags.boolean({default: false, summary: 'Do not go on with a run that was interrupted.'}),
    'if-stale': duration({
      summary: 'Do nothing while the last complete run is younger; without a value 2h.',
      exclusive: ['full'],
    }),
    plan: Flags.boolean({default: false, summary: 'Say what it would cost, and do nothing.', exclusive: ['all']}),
    'dry-run': Flags.boolean({default: false, summary: 'Compare, and write nothing.', exclusive: ['plan']}),
    ...pace,
    'no-wait': Flags.boolean({default: false, summary: 'Fail rather than wait for another sync of the account.'}),
  }

  async run(): Promise<SyncResult | SyncAllResult | SyncPlan> {
    this.argv = bareFlag(this.argv, '--if-stale', '2h')
    const {flags} = await this.parse(SyncProducts)
    const config = this.settings(flags, flags.rate === undefined ? {} : {rateLimit: String(flags.rate)})
    const context = await this.context(config)
    const people = await context.people()
    const progress = await context.progress('products')
    const options: SyncOptions = {
      sandbox: flags.sandbox,
      statuses: flags.status ?? [],
      ...{dryRun: flags['dry-run'], full: flags.full, restart: flags.restart, wait: !flags['no-wait']},
      ...{ifStaleMs: flags['if-stale'], maxDurationMs: flags['max-duration'], concurrency: flags.concurrency},
      signal: this.signal,
      onProgress: (step) => progress.update(progressOf(step)),
      onWaiting: (holder) => people.say(waitingFor(holder)),
    }
    try {
      if (flags.plan) return await this.plan(context, options)
      return flags.all ? await this.all(context, options) : await this.one(context, options)
    } finally {
      progress.end()
    }
  }

  private async one(context: Context, options: SyncOptions): Promise<SyncResult> {
    const result = await (await context.productSync()).run(await this.session(context, options), options)
    this.show((paper) => renderSync(result, paper))
    this.exitWith(result.ok ? 0 : 7)
    return result
  }

  private async all(context: Context, options: SyncOptions): Promise<SyncAllResult> {
    const all = await context.syncAll()
    const result = await all.run({...options, site: context.config.requestedSite})
    this.show((paper) => renderSyncs(result, paper))
    this.exitWith(result.exit_code)
    return result
  }

  private async plan(context: Context, options: SyncOptions): Promise<SyncPlan> {
    const result = await (await context.productSync()).plan(await this.session(context, options), options)
    this.show((paper) => renderPlan(result, paper))
    return result
  }

  private async session(context: Context, {sandbox}: SyncOptions) {
    const {account, requestedSite: site} = context.config
    return (await context.sessions()).open({account, sandbox, site})
  }
}
