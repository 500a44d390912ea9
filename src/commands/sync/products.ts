import {Flags} from '@oclif/core'
import {BaseCommand} from '../../base-command.js'
import {bareFlag, duration, pace, sandbox, site, statuses} from '../../flags.js'
import type {SyncAllPlan, SyncAllResult} from '../../services/sync/all.js'
import type {SyncOptions, SyncPlan, SyncResult} from '../../services/sync/product-sync.js'
import type {Paper} from '../../ui/paper.js'
import {renderSync, renderSyncs} from '../../ui/sync.js'
import {renderPlan, renderPlans} from '../../ui/sync-plan.js'
import {syncProgress, waitingFor} from '../../ui/sync-progress.js'

export default class SyncProducts extends BaseCommand {
  static override summary = 'Bring the local catalogue in step with the account.'
  static override description =
    'The first run reads everything, later ones what changed. A run that was interrupted is gone on with. Products that could not be read do not stop the rest; the status is 7 then, and the result names them. Ctrl-C keeps what was stored; a second one stops at once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --if-stale 2h --json',
    '<%= config.bin %> <%= command.id %> --all --plan',
    '<%= config.bin %> <%= command.id %> --status active,paused --dry-run',
  ]
  static override flags = {
    sandbox,
    site,
    status: statuses,
    all: Flags.boolean({
      default: false,
      summary: 'Every account of the mode, eight at a time.',
      exclusive: ['account'],
    }),
    full: Flags.boolean({default: false, summary: 'Read everything, not the changes alone.'}),
    restart: Flags.boolean({default: false, summary: 'Do not go on with a run that was interrupted.'}),
    'if-stale': duration({
      summary: 'Do nothing while the last complete run is younger; without a value 2h.',
      exclusive: ['full'],
    }),
    plan: Flags.boolean({default: false, summary: 'Say what it would cost, and do nothing.'}),
    'dry-run': Flags.boolean({default: false, summary: 'Compare, and write nothing.', exclusive: ['plan']}),
    ...pace,
    'no-wait': Flags.boolean({default: false, summary: 'Fail rather than wait for another sync of the account.'}),
  }

  async run(): Promise<SyncResult | SyncAllResult | SyncPlan | SyncAllPlan> {
    this.argv = bareFlag(this.argv, '--if-stale', '2h')
    const {flags} = await this.parse(SyncProducts)
    const config = this.settings(flags, flags.rate === undefined ? {} : {rateLimit: String(flags.rate)})
    const context = await this.context(config)
    const people = await context.people()
    const progress = await context.progress('products')
    const progressOf = syncProgress()
    const options: SyncOptions = {
      sandbox: flags.sandbox,
      statuses: flags.status ?? [],
      ...{dryRun: flags['dry-run'], full: flags.full, restart: flags.restart, wait: !flags['no-wait']},
      ...{ifStaleMs: flags['if-stale'], maxDurationMs: flags['max-duration'], concurrency: flags.concurrency},
      onProgress: (step) => progress.update(progressOf(step)),
      onWaiting: (holder) => {
        progress.end()
        people.say(waitingFor(holder))
      },
    }
    // The live line is gone before anything else is written where it was.
    const over = <R>(work: Promise<R>) => work.finally(() => progress.end())
    const {account, requestedSite: site} = context.config
    if (flags.all) {
      const [sync, everywhere] = [await context.syncAll(), {...options, site, signal: this.signal}]
      if (flags.plan) return this.tell(await sync.plan(everywhere), renderPlans)
      return this.tell(await over(sync.run(everywhere)), renderSyncs)
    }
    const sync = await context.productSync()
    const session = await (await context.sessions()).open({account, sandbox: flags.sandbox, site})
    // Not before: opening a session heeds no signal, and an interrupt ends the process until somebody does.
    const one = {...options, signal: this.signal}
    const nickname = session.nickname ?? null
    if (flags.plan) return this.tell({...(await sync.plan(session, one)), nickname}, renderPlan)
    return this.tell({...(await over(sync.run(session, one))), nickname}, renderSync)
  }

  private tell<R extends {ok: boolean; exit_code?: number}>(result: R, render: (result: R, paper: Paper) => string): R {
    this.show((paper) => render(result, paper))
    this.exitWith(result.exit_code ?? (result.ok ? 0 : 7))
    return result
  }
}
