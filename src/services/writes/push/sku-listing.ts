import {isMeliError} from '../../../core/errors.js'
import type {Fetched, ItemState, MercadoLibre, SellingApi} from '../../ports/index.js'
import {someAtATime} from '../../sync/some-at-a-time.js'

/** Fewer SKUs than these are searched for, each by itself, and nobody asks how many listings there are. */
const fewest = 20
/** The most ids that one request lists. */
const pageSize = 100
/** Requests that reading all listings may cost for the sake of SKUs that no search finds: some 16,000 listings. */
const mostRequests = 1000

export interface SkuListingParts {
  api: Pick<SellingApi, 'item' | 'itemStates'> & Pick<MercadoLibre, 'items'>
  userId: number
  /** Requests at a time. */
  concurrency: number
  signal: AbortSignal
}

/** The listings that have each of the SKUs asked for, by themselves or in a variation. The keys are those of `skuKey`. */
type Found = ReadonlyMap<string, readonly string[]>

interface Reading {
  found: Found
  /** Every listing was read, with all of its SKUs. */
  isWhole: boolean
}

/** Where SKUs lead, found by reading all listings of the account as they are now. */
export class SkuListing {
  /** Requests that the session does not count. */
  requests = 0
  private readonly skus: ReadonlySet<string>
  private reading: Promise<Reading | undefined> | undefined

  constructor(
    private readonly parts: SkuListingParts,
    skus: ReadonlySet<string>,
  ) {
    this.skus = new Set([...skus].map(skuKey))
  }

  /**
   * Listings by the key of a SKU, for the SKUs that exactly one has, where to read all costs fewer requests than to search for each. A
   * listing that cannot be read leaves a doubt about all of them, for it may have any of the SKUs.
   */
  async exactMatches(): Promise<ReadonlyMap<string, string>> {
    if (this.skus.size < fewest) return new Map()
    const reading = await this.read(this.skus.size)
    if (reading?.isWhole !== true) return new Map()
    return new Map([...reading.found].flatMap(([sku, [id, other]]) => (id && other === undefined ? [[sku, id]] : [])))
  }

  /** The listings that have a SKU which no search finds, as those of variations may be; undefined when nobody can tell. */
  async search(sku: string): Promise<readonly string[] | undefined> {
    this.reading ??= this.read(mostRequests)
    const reading = await this.reading
    return reading?.isWhole === true ? (reading.found.get(skuKey(sku)) ?? []) : undefined
  }

  /** Undefined where it would cost `most` requests or more, or the listing was cut. */
  private async read(most: number): Promise<Reading | undefined> {
    const source = this.parts.api.items(this.parts.userId)
    try {
      const ids = await listIds(source, this.parts.signal, most)
      if (ids === undefined) return undefined
      const reading = await this.readAll(ids, most - source.traffic.requests)
      if (reading.isWhole) this.reading = Promise.resolve(reading)
      return reading
    } catch (error) {
      // Searches may still succeed.
      if (!isMeliError(error) || (error.family !== 'api' && error.family !== 'network')) throw error
      return undefined
    } finally {
      this.requests += source.traffic.requests
    }
  }

  private async readAll(ids: readonly string[], most: number): Promise<Reading> {
    const {api, concurrency, signal} = this.parts
    const found = new Map<string, string[]>()
    let isWhole = true
    const half: string[] = []
    await readStates(this.parts, ids, (answer) => {
      if (answer.ok && answer.record.lacksVariationSkus === true) half.push(answer.id)
      else if (answer.ok) this.note(answer.record, found)
      else isWhole &&= answer.status === 404
    })
    if (Math.ceil(ids.length / batchSize) + half.length >= most) return {found, isWhole: false}
    await someAtATime(concurrency, half, signal, async (id) => this.note(await api.item(id, signal), found))
    signal.throwIfAborted()
    return {found, isWhole}
  }

  private note({id, seller_sku, variations}: ItemState, found: Map<string, string[]>): void {
    const skus = [seller_sku, ...variations.map((each) => each.seller_sku)]
    const its = new Set(skus.flatMap((sku) => (sku === null ? [] : [skuKey(sku)])))
    for (const key of its) if (this.skus.has(key)) found.set(key, [...(found.get(key) ?? []), id])
  }
}

/** Undefined where the listing is not whole, or reading it and its items would cost `most` requests or more. */
async function listIds(
  source: ReturnType<MercadoLibre['items']>,
  signal: AbortSignal,
  most: number,
): Promise<string[] | undefined> {
  const ids = new Set<string>()
  let total = 0
  for await (const page of source.list({}, null, signal)) {
    const before = ids.size
    for (const id of page.ids) ids.add(id)
    total = page.total
    // A scroll that stands still or goes round would never end.
    if (page.ids.length > 0 && ids.size === before) return ids.size === total ? [...ids] : undefined
    // The total may be wrong, as 0 is where there are listings.
    const expected = Math.max(total, ids.size)
    const left = Math.ceil((expected - ids.size) / pageSize) + Math.ceil(expected / batchSize)
    if (source.traffic.requests + left >= most) return undefined
  }
  return ids.size < total ? undefined : [...ids]
}

/** The most items that one request reads. */
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

/** A key that is equal for SKUs that differ only in case and in spaces around them. */
export function skuKey(sku: string): string {
  return sku.trim().toLowerCase()
}

export function isSameSku(one: string, other: string): boolean {
  return skuKey(one) === skuKey(other)
}
