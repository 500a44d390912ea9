import {catalogueOf} from '../catalogue/choose.js'
import type {AccountStore, Clock, SyncKind, SyncLedger, SyncOutcome, SyncRunRecord} from '../ports/index.js'

export interface SyncRunView {
  run_id: string
  user_id: number
  /** Null when the account is not connected any more. */
  nickname: string | null
  resource: string
  kind: SyncKind
  outcome: SyncOutcome | 'running'
  started_at: string
  finished_at: string | null
  /** Of a run that was resumed, from its first beginning; of one under way, until now. */
  duration_ms: number
  listed: number
  created: number
  updated: number
  unchanged: number
  removed: number
  /** Records that the service has and that could not be brought here. */
  missing: number
  /** The next run of this kind goes on with it. */
  resumable: boolean
}

export interface SyncStatusResult {
  runs: SyncRunView[]
}

export interface SyncRunsDeps {
  accounts: Pick<AccountStore, 'list'>
  ledger: Pick<SyncLedger, 'recent' | 'counts'>
  /** Whether the holder of a lease may still be at work. */
  isAlive: (holder: string) => boolean
  clock: Pick<Clock, 'now'>
}

/** The runs that the ledger knows, newest first. Offline. */
export class SyncRuns {
  constructor(private readonly deps: SyncRunsDeps) {}

  /** Of one account when it is named, a disconnected one by its id; otherwise of all. */
  async list(options: {
    account?: string | undefined
    sandbox: boolean
    resource?: string
    limit: number
  }): Promise<SyncStatusResult> {
    const {account, sandbox, resource, limit} = options
    const accounts = await this.deps.accounts.list()
    const userId = account === undefined ? undefined : (await catalogueOf(this.deps, {account, sandbox})).userId
    const records = await this.deps.ledger.recent({
      ...(userId !== undefined && {userId}),
      ...(resource !== undefined && {resource}),
      limit,
    })
    const names = new Map(accounts.map((each) => [each.userId, each.nickname]))
    const newest = new Set<string>()
    const runs: SyncRunView[] = []
    for (const run of records) {
      const scope = `${run.userId} ${run.resource}`
      runs.push(await this.view(run, {nickname: names.get(run.userId) ?? null, isNewest: !newest.has(scope)}))
      newest.add(scope)
    }
    return {runs}
  }

  private async view(run: SyncRunRecord, {nickname, isNewest}: {nickname: string | null; isNewest: boolean}) {
    const {ledger, clock} = this.deps
    const outcome = this.outcomeOf(run)
    const counts = run.outcome === null ? {...(await ledger.counts(run.id)), removed: 0} : run.counts
    const {listed = 0, created = 0, updated = 0, unchanged = 0, removed = 0, failed = 0} = counts
    const isShort = run.kind === 'full' && outcome === 'incomplete'
    return {
      run_id: run.id,
      user_id: run.userId,
      nickname,
      resource: run.resource,
      kind: run.kind,
      outcome,
      started_at: run.startedAt.toISOString(),
      finished_at: run.finishedAt?.toISOString() ?? null,
      duration_ms: Math.max(0, (run.finishedAt ?? clock.now()).getTime() - run.startedAt.getTime()),
      ...{listed, created, updated, unchanged, removed},
      missing: failed + (isShort ? Math.max(0, run.checkpoint.total - listed) : 0),
      resumable: isNewest && (outcome === 'interrupted' || outcome === 'failed'),
    }
  }

  /** A run whose process was killed has no outcome: it is as good as interrupted. */
  private outcomeOf({outcome, holder}: SyncRunRecord): SyncRunView['outcome'] {
    return outcome ?? (this.deps.isAlive(holder) ? 'running' : 'interrupted')
  }
}
