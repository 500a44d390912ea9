import {Flags} from '@oclif/core'
import type {App} from '../app/create-app.js'
import type {Session} from '../services/accounts/sessions.js'
import type {ResourceSyncOptions} from '../services/sync/resource-sync.js'
import type {SyncResult} from '../services/sync/result.js'
import type {Paper} from '../ui/paper.js'
import {renderSync} from '../ui/sync.js'
import {syncProgress, waitingFor} from '../ui/sync-progress.js'
import {BaseCommand} from './base-command.js'
import {bareFlag, duration, pace, sandbox, site} from './flags.js'

/** Every sync has these. */
export const syncFlags = {
  sandbox,
  site,
  full: Flags.boolean({default: false, summary: 'Read everything instead of changes only.'}),
  restart: Flags.boolean({default: false, summary: 'Start over instead of resuming an interrupted sync.'}),
  'if-stale': duration({
    summary: 'Do nothing if the last complete sync is younger than this; 2h without a value.',
    exclusive: ['full'],
  }),
  'dry-run': Flags.boolean({default: false, summary: 'Compare without writing anything.'}),
  rate: pace.rate,
  'max-duration': pace['max-duration'],
  'no-wait': Flags.boolean({default: false, summary: 'Fail instead of waiting for another sync of the account.'}),
}

/** Of those that go over several accounts. */
export const allAccounts = Flags.boolean({
  default: false,
  summary: 'Sync every account of the mode, eight at a time.',
  exclusive: ['account'],
})

interface SyncFlags {
  sandbox: boolean
  full: boolean
  restart: boolean
  'if-stale'?: number | undefined
  'dry-run': boolean
  rate?: number | undefined
  'max-duration'?: number | undefined
  'no-wait': boolean
}

type Synced = {run(session: Session, options: ResourceSyncOptions): Promise<SyncResult>}

/** Brings the local copy of a resource in step, with a live line that is gone before the result is told. */
export abstract class SyncCommand extends BaseCommand {
  protected override async init(): Promise<void> {
    await super.init()
    this.argv = bareFlag(this.argv, '--if-stale', '2h')
  }

  /** One resource of the account that is asked for. @param noun what the live line counts: `questions` */
  protected async syncOne(
    flags: SyncFlags & Parameters<BaseCommand['settings']>[0],
    noun: string,
    sync: (app: App) => Promise<Synced>,
  ): Promise<SyncResult & {nickname: string | null}> {
    const app = await this.app(this.settings(flags))
    const synced = await sync(app)
    const {account, requestedSite: site} = app.config
    const session = await (await app.accounts.sessions()).open({account, sandbox: flags.sandbox, site})
    const result = await this.live(app, flags, noun, (options) => synced.run(session, options))
    return this.tell({...result, nickname: session.nickname ?? null}, renderSync)
  }

  /**
   * Work with the options that the flags say. An interrupt ends it in an orderly way from here on: a session is opened
   * before, since that heeds no signal, and an interrupt ends the process until somebody does.
   */
  protected async live<R>(
    app: App,
    flags: SyncFlags,
    noun: string,
    work: (options: ResourceSyncOptions & {signal: AbortSignal}) => Promise<R>,
  ): Promise<R> {
    const terminal = await app.terminal()
    const progress = await app.progress(noun)
    const progressOf = syncProgress()
    const {sandbox, full, restart} = flags
    const options = {
      ...{sandbox, full, restart, dryRun: flags['dry-run'], wait: !flags['no-wait'], signal: this.signal},
      ...{ifStaleMs: flags['if-stale'], maxDurationMs: flags['max-duration']},
      onProgress: (step: Parameters<typeof progressOf>[0]) => progress.update(progressOf(step)),
      onWaiting: (holder: string) => {
        progress.end()
        terminal.say(waitingFor(holder))
      },
    }
    // The live line is gone before anything else is written where it was.
    return work(options).finally(() => progress.end())
  }

  protected tell<R extends {ok: boolean; exit_code?: number}>(
    result: R,
    render: (result: R, paper: Paper) => string,
  ): R {
    this.show((paper) => render(result, paper))
    this.exitWith(result.exit_code ?? (result.ok ? 0 : 7))
    return result
  }
}
