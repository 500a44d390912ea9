import type {Fetched, ItemState, SellingApi} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'

/** As many as one request reads. */
export const batchSize = 20

export interface StateReader {
  api: Pick<SellingApi, 'itemStates'>
  /** Requests at a time. */
  concurrency: number
  signal?: AbortSignal | undefined
}

/** Each item once, in no order. */
export async function readStates(
  {api, concurrency, signal}: StateReader,
  ids: readonly string[],
  take: (answer: Fetched<ItemState>) => void,
): Promise<void> {
  const all = [...new Set(ids)]
  const batches = Array.from({length: Math.ceil(all.length / batchSize)}, (_, at) =>
    all.slice(at * batchSize, (at + 1) * batchSize),
  )
  await someAtATime(concurrency, batches, signal, async (batch) => {
    for (const answer of await api.itemStates(batch, signal)) take(answer)
  })
  signal?.throwIfAborted()
}
