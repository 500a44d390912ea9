import type {Clock, MercadoLibre, RecordPatch, SyncedProduct} from '../../ports/index.js'

export interface LocalItemsDeps {
  sink: (userId: number) => Pick<RecordPatch<SyncedProduct>, 'patch'>
  clock: Pick<Clock, 'now'>
}

/** As many as one request fetches. */
const batchSize = 20

/** Brings items that were changed at the service into step in the local catalogue. */
export class LocalItems {
  constructor(private readonly deps: LocalItemsDeps) {}

  /** How many could not be fetched: the next sync brings those. */
  async refresh(
    {api, userId}: {api: Pick<MercadoLibre, 'items'>; userId: number},
    ids: readonly string[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<{failed: number}> {
    const source = api.items(userId)
    let failed = 0
    for (let start = 0; start < ids.length; start += batchSize) {
      const answers = await source.fetch(ids.slice(start, start + batchSize), signal)
      const records = answers.flatMap((each) => (each.ok ? [each.record] : []))
      failed += answers.length - records.length
      if (records.length > 0) await this.deps.sink(userId).patch(records, this.deps.clock.now())
    }
    return {failed}
  }
}
