import type {RecordOutcome, RecordSink, RunSink, SaveCounts, SyncLedger} from '../ports/index.js'

/** Ids looked up at once. */
const pageSize = 1000

/**
 * Does `work` as a dry run: its runs are recorded in a database of their own, which is gone afterwards, and records are compared
 * with what is stored and not written.
 */
export async function dryRun<S extends {ledger: SyncLedger}, R>(parts: S, work: (parts: S) => Promise<R>): Promise<R> {
  const ledger = await parts.ledger.temporary()
  try {
    return await work({...parts, ledger})
  } finally {
    ledger.close()
  }
}

/** Records in `ledger` what a real run would write. */
export class DryRunSink<T> implements RunSink<T> {
  constructor(
    protected readonly real: RunSink<T>,
    protected readonly ledger: SyncLedger,
  ) {}

  async save(batch: readonly T[], {runId}: {runId: string}): Promise<SaveCounts> {
    return this.ledger.record(runId, await this.real.compare(batch))
  }

  compare(batch: readonly T[]): Promise<RecordOutcome[]> {
    return this.real.compare(batch)
  }

  countLive(): Promise<number> {
    return this.real.countLive()
  }
}

/** A dry-run sink for a resource whose listing names ids, and by its end shows what is gone. */
export class DryRunListingSink<T> extends DryRunSink<T> implements RecordSink<T> {
  constructor(
    protected override readonly real: RecordSink<T>,
    ledger: SyncLedger,
  ) {
    super(real, ledger)
  }

  async removeUnlisted({runId}: {runId: string}): Promise<number> {
    let unlisted = 0
    let ids = await this.real.liveIds(pageSize, null)
    while (ids.length > 0) {
      unlisted += ids.length - (await this.ledger.countListed(runId, ids))
      ids = await this.real.liveIds(pageSize, ids.at(-1) ?? null)
    }
    return unlisted
  }

  liveIds(limit: number, after: string | null): Promise<string[]> {
    return this.real.liveIds(limit, after)
  }

  stale(limit: number): Promise<string[]> {
    return this.real.stale(limit)
  }
}
