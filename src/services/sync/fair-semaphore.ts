import type {SyncSource, WalkSource} from '../ports/index.js'

/** So many requests at a time for several accounts; a free place goes to each account that waits in turn. */
export class FairSemaphore {
  private free: number
  private readonly waiting = new Map<string, Array<() => void>>()

  constructor(places: number) {
    this.free = Math.max(1, places)
  }

  async run<R>(account: string, work: () => Promise<R>): Promise<R> {
    await this.take(account)
    try {
      return await work()
    } finally {
      this.release()
    }
  }

  private take(account: string): Promise<void> | undefined {
    if (this.free > 0) {
      this.free -= 1
      return undefined
    }
    return new Promise((resolve) => {
      const queue = this.waiting.get(account)
      if (queue === undefined) this.waiting.set(account, [resolve])
      else queue.push(resolve)
    })
  }

  private release(): void {
    const next = this.waiting.entries().next()
    if (next.done === true) {
      this.free += 1
      return
    }
    const [account, queue] = next.value
    // Whoever was served goes to the end of the round.
    this.waiting.delete(account)
    const resolve = queue.shift()
    if (queue.length > 0) this.waiting.set(account, queue)
    resolve?.()
  }
}

/** A source that asks nothing out of turn. */
export function limitSource<T>(source: SyncSource<T>, turns: FairSemaphore, account: string): SyncSource<T> {
  return {
    batchSize: source.batchSize,
    slices: source.slices,
    recentCap: source.recentCap,
    get traffic() {
      return source.traffic
    },
    list: (slice, cursor, signal) => limitPages(source.list(slice, cursor, signal), turns, account),
    recent: (page, signal) => turns.run(account, () => source.recent(page, signal)),
    fetch: (ids, signal) => turns.run(account, () => source.fetch(ids, signal)),
    changedAt: (record) => source.changedAt(record),
    isPartial: (record) => source.isPartial(record),
  }
}

/** Each page is asked for in its turn. */
async function* limitPages<P>(listing: AsyncIterable<P>, turns: FairSemaphore, account: string): AsyncGenerator<P> {
  const iterator = listing[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await turns.run(account, () => iterator.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** A walk that asks nothing out of turn. */
export function limitPagedSource<T>(source: WalkSource<T>, turns: FairSemaphore, account: string): WalkSource<T> {
  return {
    get traffic() {
      return source.traffic
    },
    walk: (request, signal) => limitPages(source.walk(request, signal), turns, account),
  }
}
