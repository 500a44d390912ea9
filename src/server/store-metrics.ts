import {Gauge, type Registry} from 'prom-client'
import type {StoreGauges} from '../services/dashboard/overview/gauges.js'

type Read = (store: StoreGauges) => number | null

/** Name, what it says, and where it comes from. Durations are in seconds. */
const definitions: ReadonlyArray<readonly [string, string, Read]> = [
  ['meli_token_authorized', '0 if the seller has to authorize again.', ({authorized}) => Number(authorized)],
  [
    'meli_token_seconds_left',
    'Remaining lifetime of the access token; negative if it has expired.',
    (s) => s.token_seconds_left,
  ],
  ['meli_sync_duration_seconds', 'Of the last sync of the products.', (s) => s.sync_duration_seconds],
  ['meli_sync_missing_items', 'Items that the last sync could not fetch.', (s) => s.sync_missing_items],
  ['meli_notifications_waiting', 'Notifications received but not processed yet.', (s) => s.notifications_waiting],
  [
    'meli_notifications_parked',
    'Notifications that failed ten times and wait for a replay.',
    (s) => s.notifications_parked,
  ],
  [
    'meli_notifications_oldest_seconds',
    'Age of the oldest waiting notification; 0 if none waits.',
    (s) => s.notifications_oldest_seconds,
  ],
]

type ReadByResource = (store: StoreGauges) => Readonly<Record<string, number | boolean>>

/** The same, for each of the four resources that are synced. */
const definitionsByResource: ReadonlyArray<readonly [string, string, ReadByResource]> = [
  [
    'meli_sync_age_seconds',
    'Time since the last successful sync; for products that were never synced, since the store was connected.',
    (s) => s.sync_age_seconds,
  ],
  ['meli_sync_refused', '1 if Mercado Libre does not let the application read it.', (s) => s.sync_refused],
]

/** Gauges that are read from the store at each scrape, a series for each store. */
export class StoreMetrics {
  readonly #gauges: Array<{gauge: Gauge<'store_id'>; read: Read}>
  readonly #byResource: Array<{gauge: Gauge<'store_id' | 'resource'>; read: ReadByResource}>
  readonly #info: Gauge<'store_id' | 'nickname' | 'site' | 'kind'>
  readonly #up: Gauge

  constructor(registry: Registry, syncEveryMs: number | undefined) {
    const registers = [registry]
    this.#gauges = definitions.map(([name, help, read]) => ({
      gauge: new Gauge({name, help, labelNames: ['store_id'], registers}),
      read,
    }))
    this.#byResource = definitionsByResource.map(([name, help, read]) => ({
      gauge: new Gauge({name, help, labelNames: ['store_id', 'resource'], registers}),
      read,
    }))
    this.#info = new Gauge({
      name: 'meli_store_info',
      help: 'Always 1; labels name the store.',
      labelNames: ['store_id', 'nickname', 'site', 'kind'],
      registers,
    })
    this.#up = new Gauge({
      name: 'meli_database_up',
      help: '1 if the database could be read for this scrape.',
      registers,
    })
    if (syncEveryMs === undefined) return
    const help = 'Interval between automatic syncs of a store.'
    new Gauge({name: 'meli_sync_interval_seconds', help, registers}).set(syncEveryMs / 1000)
  }

  /** Stores that are gone leave no series behind; undefined when none could be read. */
  show(stores: readonly StoreGauges[] | undefined): void {
    this.#up.set(stores === undefined ? 0 : 1)
    this.#info.reset()
    for (const {gauge} of [...this.#gauges, ...this.#byResource]) gauge.reset()
    for (const store of stores ?? []) {
      const {store_id, nickname, site_id: site, kind} = store
      this.#info.set({store_id, nickname, site, kind}, 1)
      for (const {gauge, read} of this.#gauges) {
        const value = read(store)
        if (value !== null) gauge.set({store_id}, value)
      }
      for (const {gauge, read} of this.#byResource)
        for (const [resource, value] of Object.entries(read(store))) gauge.set({store_id, resource}, Number(value))
    }
  }
}
