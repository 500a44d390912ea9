import type {SyncLedger} from '../ports/index.js'
import type {CatalogueOwner} from './choose.js'

/** How old the local copy is. */
export interface Freshness {
  /** Begin of the last sync that brought all that the service lists: what changed since may be missing. Null without one. */
  synced_at: string | null
  age_seconds: number | null
  /** Everything was marked stale since. */
  invalidated: boolean
  /** False when the account was disconnected: no sync makes it any younger. */
  connected: boolean
}

/** Complete runs that count no more are looked for among so many. */
const runsToLookAt = 100

type Ledger = Pick<SyncLedger, 'lastReached' | 'recent'>

/** @param resource as in the ledger: `products`, `questions`, `orders`, `shipments` */
export async function freshnessOf(
  ledger: Ledger,
  resource: string,
  {userId, connected}: CatalogueOwner,
  now: Date,
): Promise<Freshness> {
  const valid = await ledger.lastReached(resource, userId)
  const last = valid ?? (await lastInvalidated(ledger, resource, userId))
  if (last === undefined) return {synced_at: null, age_seconds: null, invalidated: false, connected}
  const ageMs = Math.max(0, now.getTime() - last.startedAt.getTime())
  return {
    synced_at: last.startedAt.toISOString(),
    age_seconds: Math.floor(ageMs / 1000),
    invalidated: valid === undefined,
    connected,
  }
}

async function lastInvalidated(ledger: Ledger, resource: string, userId: number) {
  const runs = await ledger.recent({userId, resource, limit: runsToLookAt})
  return runs.find(({outcome}) => outcome === 'complete')
}
