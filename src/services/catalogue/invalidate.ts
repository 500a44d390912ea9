import {chooseAccount} from '../accounts/auth/choose-account.js'
import type {AccountStore, Cache, Clock, LocalCatalogue} from '../ports/index.js'
import type {CatalogueChoice} from './choose.js'
import {localItem} from './named-items.js'

export interface InvalidateResult {
  user_id: number
  /** Everything was marked: the next sync reads the whole catalogue. */
  all: boolean
  /** Products that are marked now. */
  known: number
  /** Asked for by name, and not in the local catalogue. */
  unknown: string[]
}

export interface InvalidateDeps {
  accounts: Pick<AccountStore, 'list'>
  catalogue: Pick<LocalCatalogue, 'find' | 'withSku'>
  cache: Pick<Cache, 'invalidate'>
  clock: Pick<Clock, 'now'>
}

/** Marks products as stale, so that the next sync fetches them whatever the service's dates say. Offline. */
export class Invalidate {
  constructor(private readonly deps: InvalidateDeps) {}

  /** @param ids undefined: everything */
  async run(choice: CatalogueChoice, ids: readonly string[] | undefined): Promise<InvalidateResult> {
    const {accounts, cache, clock} = this.deps
    // Of a disconnected account nothing is fetched again.
    const {userId} = chooseAccount(await accounts.list(), choice)
    const wanted = ids === undefined ? undefined : await this.itemsOf(userId, ids)
    const unknown = await this.unknown(userId, wanted ?? [])
    const known = await cache.invalidate({resource: 'products', userId}, wanted, clock.now())
    return {user_id: userId, all: wanted === undefined, known, unknown}
  }

  private async itemsOf(userId: number, names: readonly string[]): Promise<string[]> {
    const ids = await Promise.all(names.map((name) => localItem(this.deps.catalogue, userId, name)))
    return [...new Set(ids)]
  }

  private async unknown(userId: number, ids: readonly string[]): Promise<string[]> {
    const unknown: string[] = []
    for (const id of ids) {
      const product = await this.deps.catalogue.find(userId, id)
      if (product === undefined || product.removed_at !== null) unknown.push(id)
    }
    return unknown
  }
}
