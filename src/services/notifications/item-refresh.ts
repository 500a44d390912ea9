import {MeliError} from '../../core/errors.js'
import type {Clock, Fetched, ItemSource, RecordPatch, SyncedProduct} from '../ports/index.js'
import {type Ending, endingOfError, type KindRefresh} from './ending.js'
import type {SellerSessions} from './seller-sessions.js'

export interface ItemRefreshDeps {
  sessions: Pick<SellerSessions, 'of'>
  sink: (userId: number) => RecordPatch<SyncedProduct>
  clock: Pick<Clock, 'now'>
}

/** What an element answers for an item that is not there. */
const goneStatuses: readonly number[] = [404, 410]
/** Ids in one request to the service. */
const batchSize = 20

/** Brings single items of the local catalogue up to date. */
export class ItemRefresh implements KindRefresh {
  constructor(private readonly deps: ItemRefreshDeps) {}

  /** Fetches items of one seller, twenty in one request. An error is that of all. */
  async refresh(userId: number, ids: readonly string[], signal: AbortSignal): Promise<Map<string, Ending>> {
    const {items} = await this.deps.sessions.of(userId)
    const left = [...new Set(ids)]
    const endings = new Map<string, Ending>()
    while (left.length > 0) {
      const batch = await this.batch(userId, left.splice(0, batchSize), items, signal)
      for (const [id, ending] of batch) endings.set(id, ending)
    }
    return endings
  }

  private async batch(userId: number, ids: readonly string[], source: ItemSource, signal: AbortSignal) {
    const {foreign, doubtful} = await this.owned(userId, ids, source, signal)
    const fetched = await source.fetch(
      ids.filter((id) => !foreign.has(id)),
      signal,
    )
    const endings = new Map<string, Ending>(fetched.map((each) => [each.id, endingOf(each, doubtful)]))
    const records = fetched.flatMap((each) => (each.ok && !doubtful.has(each.id) ? [each.record] : []))
    if (records.length > 0) await this.deps.sink(userId).patch(records, this.deps.clock.now())
    for (const id of foreign) endings.set(id, {found: foreignItem})
    return endings
  }

  /** Notifications are not signed, and items of others can be read too: they must not get into this catalogue. */
  private async owned(userId: number, ids: readonly string[], source: ItemSource, signal: AbortSignal) {
    const known = await this.deps.sink(userId).known(ids)
    const unknown = ids.filter((id) => !known.has(id))
    const owners = await source.owners(unknown, signal)
    const strangers = unknown.filter((id) => owners.get(id) !== userId)
    return {
      foreign: new Set(strangers.filter((id) => owners.has(id))),
      doubtful: new Set(strangers.filter((id) => !owners.has(id))),
    }
  }
}

const foreignItem = {code: 'MELI_WRONG_ACCOUNT', message: 'The item belongs to another seller, and was not read'}

/**
 * An item that is gone stays in the catalogue until a sync: that it is in no listing any more is what proves it, and a sync
 * that counts fewer than are here looks at all of them.
 */
function endingOf(each: Fetched<SyncedProduct>, doubtful: ReadonlySet<string>): Ending {
  if (each.ok && !doubtful.has(each.id)) return {}
  if (each.ok) return {error: new MeliError('MELI_ANSWER_UNUSABLE', 'Mercado Libre does not say whose item it is')}
  const {status, message} = each
  if (goneStatuses.includes(status)) return {found: {code: 'MELI_NOT_FOUND', message: `The item is gone: ${message}`}}
  const code = status === 403 ? 'MELI_FORBIDDEN' : status === 429 ? 'MELI_RATE_LIMITED' : 'MELI_SERVICE_FAILING'
  return endingOfError(new MeliError(code, `Mercado Libre answered ${status}: ${message}`), !doubtful.has(each.id))
}
