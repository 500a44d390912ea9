import {MeliError} from '../../errors.js'
import {disconnected} from '../auth/account-errors.js'
import type {
  Account,
  AccountStore,
  Clock,
  ConnectMercadoLibre,
  Fetched,
  ItemSource,
  NotificationWork,
  RecordPatch,
  SyncedProduct,
  TokenSource,
} from '../ports.js'
import {itemIdOf} from './topics.js'

/** How one piece of work ended: with an error, or with what was found instead of the item. Neither: it is up to date. */
export interface Ending {
  error?: unknown
  found?: {code: string; message: string} | undefined
}

export interface ItemRefreshDeps {
  accounts: Pick<AccountStore, 'list'>
  auth: {tokenSource(account: Account): TokenSource}
  connect: ConnectMercadoLibre
  sink: (userId: number) => RecordPatch<SyncedProduct>
  clock: Pick<Clock, 'now'>
}

/** What an element answers for an item that is not there. */
const goneStatuses: readonly number[] = [404, 410]
/** What a source has learned of the service, and a token that it keeps for seconds, are good for a while. */
const sourceForMs = 60_000

/** Brings single items of the local catalogue up to date. */
export class ItemRefresh {
  private readonly sources = new Map<number, {source: ItemSource; until: number}>()

  constructor(private readonly deps: ItemRefreshDeps) {}

  /** Fetches the items that these works of one seller name, in one request. An error is that of all. */
  async refresh(userId: number, works: readonly NotificationWork[], signal: AbortSignal): Promise<Map<number, Ending>> {
    const itemOf = new Map(works.map((work) => [work.id, itemIdOf(work)]))
    const ids = [...new Set([...itemOf.values()].filter((id) => id !== undefined))]
    const source = await this.source(userId)
    const {foreign, doubtful} = await this.owned(userId, ids, source, signal)
    const fetched = await source.fetch(
      ids.filter((id) => !foreign.has(id)),
      signal,
    )
    const endings = new Map<string, Ending>(fetched.map((each) => [each.id, endingOf(each, doubtful)]))
    const records = fetched.flatMap((each) => (each.ok && !doubtful.has(each.id) ? [each.record] : []))
    if (records.length > 0) await this.deps.sink(userId).patch(records, this.deps.clock.now())
    for (const id of foreign) endings.set(id, {found: foreignItem})
    return new Map(works.map(({id}) => [id, endings.get(itemOf.get(id) ?? '') ?? {}]))
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

  private async source(userId: number): Promise<ItemSource> {
    const now = this.deps.clock.now().getTime()
    const account = (await this.deps.accounts.list()).find((each) => each.userId === userId)
    if (account === undefined) throw disconnected(String(userId))
    const kept = this.sources.get(userId)
    if (kept !== undefined && now < kept.until) return kept.source
    const source = this.deps.connect(this.deps.auth.tokenSource(account)).items(userId)
    this.sources.set(userId, {source, until: now + sourceForMs})
    return source
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
  return {error: new MeliError(code, `Mercado Libre answered ${status}: ${message}`)}
}
