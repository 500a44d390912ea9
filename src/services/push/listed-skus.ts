import {isMeliError} from '../../errors.js'
import type {ItemState, MercadoLibre, SellingApi} from '../ports.js'
import {batchSize, readStates} from './read-states.js'

/** Fewer than these are searched for, each by itself, and nobody asks how many listings there are. */
const fewest = 20
/** As many as one request lists. */
const pageSize = 100

export interface ListingParts {
  api: Pick<SellingApi, 'itemStates'> & Pick<MercadoLibre, 'items'>
  userId: number
  /** Requests at a time. */
  concurrency: number
  signal: AbortSignal
}

export interface ListedSkus {
  /** Ids by SKU, of those that exactly one listing has. Whatever is missing has to be searched for. */
  ids: ReadonlyMap<string, string>
  /** That the session does not count. */
  requests: number
}

/** Null where several have it. */
type Found = Map<string, string | null>

/**
 * Where SKUs lead, found by reading all listings of the account as they are now, where that costs fewer requests than to search
 * for each SKU. A listing that cannot be read leaves a doubt about all of them, for it may have any of the SKUs.
 */
export async function listSkus(parts: ListingParts, skus: ReadonlySet<string>): Promise<ListedSkus> {
  if (skus.size < fewest) return {ids: new Map(), requests: 0}
  const source = parts.api.items(parts.userId)
  const found: Found = new Map()
  let isWhole = false
  try {
    const ids = await listIds(source, parts.signal, skus.size)
    isWhole = ids !== undefined && (await readsAll(ids, parts, (state) => note(state, skus, found)))
  } catch (error) {
    // Whether that is so for searches too, they will tell.
    if (!isMeliError(error) || (error.family !== 'api' && error.family !== 'network')) throw error
  }
  const alone = isWhole ? [...found].flatMap(([sku, id]) => (id === null ? [] : [[sku, id] as const])) : []
  return {ids: new Map(alone), requests: source.traffic.requests}
}

/** All of them; undefined where to read them would cost `most` requests or more, or the listing was cut. */
async function listIds(
  source: ReturnType<MercadoLibre['items']>,
  signal: AbortSignal,
  most: number,
): Promise<string[] | undefined> {
  const ids = new Set<string>()
  let total = 0
  for await (const page of source.list({}, null, signal)) {
    total = page.total
    if (Math.ceil(total / pageSize) + Math.ceil(total / batchSize) >= most) return undefined
    for (const id of page.ids) ids.add(id)
  }
  return ids.size < total ? undefined : [...ids]
}

/** Whether every one of them could be read, or is gone. */
async function readsAll(
  ids: readonly string[],
  parts: ListingParts,
  take: (state: ItemState) => void,
): Promise<boolean> {
  let isWhole = true
  await readStates(parts, ids, (answer) => {
    if (answer.ok) take(answer.record)
    else isWhole &&= answer.status === 404
  })
  return isWhole
}

function note({id, sellerSku, variations}: ItemState, skus: ReadonlySet<string>, found: Found): void {
  const its = new Set([sellerSku, ...variations.map((each) => each.sellerSku)])
  for (const sku of its) if (sku !== null && skus.has(sku)) found.set(sku, found.has(sku) ? null : id)
}
