import type {MeliError} from '../../src/core/errors.js'
import {Intake} from '../../src/services/notifications/intake.js'
import {resourceRefresh} from '../../src/services/notifications/kinds.js'
import {NotificationWorker, type WorkerDeps} from '../../src/services/notifications/worker.js'
import type {
  ConnectMercadoLibre,
  Fetched,
  ItemSource,
  MercadoLibre,
  NotificationInbox,
  Product,
  Store,
} from '../../src/services/ports/index.js'
import {AlarmClock} from './alarm-clock.js'
import {link, noon, product, seller} from './store-contract.js'

const clientId = '4242'
const neverEnds = new Promise<never>(() => undefined)

/** A service whose items have versions, with answers that fail and are late when told to. */
export class VersionedItems {
  readonly versions = new Map<string, number>()
  readonly owners = new Map<string, number>()
  /** Statuses that items answer instead. */
  readonly refusals = new Map<string, number>()
  /** What the next requests fail with. */
  readonly failures: MeliError[] = []
  latencyMs = 0
  /** Ids of each request. */
  readonly requests: string[][] = []
  private readonly underway = new Set<string>()
  /** Ids that were asked for while they were being asked for. */
  readonly overlaps: string[] = []

  constructor(private readonly clock: AlarmClock) {}

  change(id: string): number {
    const version = (this.versions.get(id) ?? 0) + 1
    this.versions.set(id, version)
    return version
  }

  readonly connect: ConnectMercadoLibre = () => ({items: () => this.source()}) as unknown as MercadoLibre

  private source(): ItemSource {
    return {
      fetch: (ids: readonly string[], signal: AbortSignal) => this.fetch(ids, signal),
      owners: async (ids: readonly string[]) => {
        const known = ids.filter((id) => this.versions.has(id) && !this.refusals.has(id))
        return new Map(known.map((id) => [id, this.owners.get(id) ?? seller]))
      },
    } as unknown as ItemSource
  }

  private async fetch(ids: readonly string[], signal: AbortSignal): Promise<Fetched<Product>[]> {
    if (ids.length === 0) return []
    this.requests.push([...ids])
    for (const id of ids) {
      if (this.underway.has(id)) this.overlaps.push(id)
      this.underway.add(id)
    }
    // As they are when they are asked for, however long the answer takes.
    const answers = ids.map((id) => this.answer(id))
    const failure = this.failures.shift()
    try {
      if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs, signal)
      if (failure !== undefined) throw failure
      return answers
    } finally {
      for (const id of ids) this.underway.delete(id)
    }
  }

  private answer(id: string): Fetched<Product> {
    const status = this.refusals.get(id) ?? (this.versions.has(id) ? 200 : 404)
    if (status !== 200) return {ok: false, id, status, message: `status ${status}`}
    const version = this.versions.get(id) ?? 0
    const lastUpdated = new Date(noon.getTime() + version * 1_000)
    const json = JSON.stringify({id, version})
    return {ok: true, id, record: product({id, price: String(version), last_updated: lastUpdated, json})}
  }

  /** Those of a process that was killed ask no more. */
  forget(): void {
    this.underway.clear()
  }
}

type ReceiverOptions = Pick<WorkerDeps, 'pollMs' | 'correlate'>

/** One process: an intake and a worker on a store, until it is killed. */
export class Receiver {
  readonly intake: Intake
  readonly worker: NotificationWorker
  readonly stop = new AbortController()
  readonly running: Promise<void>
  private dead = false

  constructor(store: Store, clock: AlarmClock, service: VersionedItems, number: number, options: ReceiverOptions) {
    const inbox = this.mortal(store.inbox)
    const {accounts} = store
    const auth = {tokenSource: () => ({current: async () => 'APP_USR-x'})}
    const productSink = (userId: number) => this.mortal(store.productSink(userId))
    const resources = resourceRefresh({
      ...{accounts, auth, connect: service.connect, clock},
      store: {...store, productSink},
    })
    // Of another machine, so that nothing is known of it but its leases.
    const process = {newHolder: () => `elsewhere:${number}:x`}
    this.worker = new NotificationWorker({inbox, resources, clock, process, random: () => 0.5, ...options})
    this.intake = new Intake({accounts, inbox, clock, clientId, onWork: () => this.worker.wake()})
    this.running = this.worker.run(this.stop.signal)
  }

  /** From here on nothing that it does has an effect, and nothing that it waits for comes. */
  kill(): void {
    this.dead = true
  }

  private mortal<T extends object>(part: T): T {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => (this.dead ? neverEnds : value.apply(target, args))
      },
    })
  }
}

/** A store with one seller connected, a clock that stands still, and a service. */
export async function notificationWorld(store: Store, {pollMs = 1_000} = {}) {
  const clock = new AlarmClock(noon)
  const service = new VersionedItems(clock)
  await store.accounts.link(link({clientId}))
  const start = (number = 1, options: Partial<ReceiverOptions> = {}) =>
    new Receiver(store, clock, service, number, {pollMs, ...options})
  const body = (id: string, item: string, topic = 'items') => ({
    ...{_id: id, resource: `/items/${item}`, user_id: seller, topic, application_id: Number(clientId)},
  })
  const states = async (inbox: NotificationInbox = store.inbox) =>
    (await inbox.list({limit: 10_000})).map(({state}) => state).reverse()
  const price = async (id: string) => (await store.catalogue.find(seller, id))?.price
  return {clock, service, start, body, states, price}
}
