import type {AccountStore, Clock, SyncLedger} from '../ports/index.js'
import {type CatalogueChoice, catalogueOf} from './choose.js'
import {type Freshness, freshnessOf} from './freshness.js'

/** Rows one by one, of any number, and how old they are. */
export interface LocalStream<V> {
  freshness: Freshness
  rows: AsyncIterable<V>
}

export interface LocalReadingDeps {
  accounts: Pick<AccountStore, 'list'>
  ledger: Pick<SyncLedger, 'lastReached' | 'recent'>
  clock: Pick<Clock, 'now'>
}

/** Whose local copy of a resource is meant, and how old it is. Offline. */
export async function openLocal(deps: LocalReadingDeps, resource: string, choice: CatalogueChoice) {
  const owner = await catalogueOf(deps, choice)
  const freshness = await freshnessOf(deps.ledger, resource, owner, deps.clock.now())
  return {userId: owner.userId, freshness}
}

export async function* mapped<S, V>(rows: AsyncIterable<S>, view: (row: S) => V): AsyncGenerator<V> {
  for await (const row of rows) yield view(row)
}

export async function* flatMapped<S, V>(rows: AsyncIterable<S>, views: (row: S) => Iterable<V>): AsyncGenerator<V> {
  for await (const row of rows) yield* views(row)
}

export async function collected<S, V>(rows: AsyncIterable<S>, view: (row: S) => V): Promise<V[]> {
  const views: V[] = []
  for await (const row of rows) views.push(view(row))
  return views
}
