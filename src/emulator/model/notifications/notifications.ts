import type {VirtualClock} from '../clock.js'
import type {Grants} from '../grants.js'
import {Random} from '../random.js'
import type {Settings} from '../settings.js'
import {Dispatcher} from './dispatcher.js'
import {MissedFeeds} from './history.js'
import type {Notification, State} from './notification.js'
import {type Subscription, Subscriptions, type Topic, topicSpelling} from './subscriptions.js'

/** A notification that a test makes up. */
export interface CustomNotification {
  appId: number
  userId: number
  topic: string
  /** `{n}` is replaced by 1, 2, 3 ... */
  resource: string
  actions?: string[]
  /** The `_id` of all of them. */
  id?: string
  /** The payload to send instead of the fields above. */
  raw?: string
}

interface Deps {
  clock: VirtualClock
  settings: Settings
  seed: number
  grants: Grants
}

export interface NotificationsState {
  subscriptions: Subscription[]
  unfinished: Notification[]
  missed: Notification[]
  count: number
  random: number
}

/** Notifications to applications, and those that were missed (docs/mercadolibre.md, section 10). */
export class Notifications {
  private readonly subscriptions = new Subscriptions()
  private readonly missedFeeds: MissedFeeds
  private readonly dispatcher: Dispatcher
  private readonly repeater = new Repeater()
  private readonly random: Random
  private readonly items = new ItemChanges((topic, item) => this.notifyOfItem(topic, item))
  private count = 0

  readonly settings: Settings

  constructor(private readonly deps: Deps) {
    const {clock, seed, settings} = deps
    const {subscriptions} = this
    this.settings = settings
    this.random = new Random(seed)
    this.missedFeeds = new MissedFeeds(clock)
    this.dispatcher = new Dispatcher({
      clock,
      random: new Random(seed + 1),
      settings,
      subscriptions,
      missed: this.missedFeeds,
    })
  }

  /**
   * Notifies each application that the user has granted and that has subscribed to the topic, and returns their number.
   * `actions` belong to sub-topics.
   */
  notify(topic: Topic, resource: string, userId: number, actions?: string[]): number {
    const granted = this.subscriptions.to(topic).filter(({appId}) => this.deps.grants.get(userId, appId) !== undefined)
    const spelling = topicSpelling(topic, this.settings)
    for (const {appId} of granted) this.queue({appId, userId, topic: spelling, resource, ...(actions && {actions})})
    return granted.length
  }

  /** Notifies of a published, changed or removed item. `priceBefore` is null for a new one. */
  itemChanged(item: ChangedItem, priceBefore: number | null): void {
    if (this.subscriptions.any()) this.items.add(item, priceBefore)
  }

  /** Sends a made-up notification a number of times, whatever was granted and subscribed to. */
  post(custom: CustomNotification, repetition: Repetition): void {
    this.repeater.start(repetition, (index) =>
      this.queue({...custom, resource: custom.resource.replaceAll('{n}', String(index + 1))}),
    )
  }

  subscription(appId: number): Subscription {
    return this.subscriptions.of(appId)
  }

  /** Sets the address and the topics of an application. Setting topics brings back those that were switched off. */
  subscribe(appId: number, wanted: {url?: string | null; topics?: readonly string[]}): Subscription {
    if (wanted.topics !== undefined) this.dispatcher.health.forget(appId)
    return this.subscriptions.set(appId, wanted)
  }

  /** In the order of their creation, with at least the last 20,000 that have ended. */
  list(): Notification[] {
    this.items.flush()
    return this.dispatcher.history.list()
  }

  counts(): Record<State, number> {
    this.items.flush()
    return this.dispatcher.history.counts()
  }

  /** Notifications that were given up in the last two days, oldest first. */
  missed(): readonly Notification[] {
    return this.missedFeeds.list()
  }

  /** Resolves when everything is sent that can be sent before more virtual time has passed, apart from what is on hold. */
  async idle(): Promise<void> {
    this.items.flush()
    await this.repeater.done()
    await this.dispatcher.idle()
  }

  /** Sends what can be sent now, after time was skipped or a setting changed. */
  catchUp(): void {
    this.dispatcher.schedule()
  }

  /** Removes all notifications, also missed ones and those in progress. */
  clear(): void {
    this.items.flush()
    this.repeater.stop()
    this.dispatcher.clear()
    this.missedFeeds.import([])
  }

  /** Gives attempts in progress `graceMs` (real time) to end. The rest stays for the saved state. */
  async close(graceMs: number): Promise<void> {
    this.items.flush()
    this.repeater.stop()
    await this.dispatcher.close(graceMs)
  }

  /** Attempts in progress count as not made, because receiving a notification twice is better than never. */
  export(): NotificationsState {
    this.items.flush()
    const unfinished = this.dispatcher.history.unfinished()
    return structuredClone({
      subscriptions: this.subscriptions.list(),
      unfinished: unfinished.map((one) => ({...one, state: one.attempts.length > 0 ? 'waiting' : 'queued'})),
      missed: [...this.missed()],
      count: this.count,
      random: this.random.export(),
    })
  }

  import(state: NotificationsState): void {
    const {subscriptions, unfinished, missed, count, random} = structuredClone(state)
    this.clear()
    this.subscriptions.import(subscriptions)
    this.missedFeeds.import(missed)
    this.count = count
    this.random.import(random)
    for (const notification of unfinished) this.dispatcher.add(notification)
  }

  private notifyOfItem(topic: 'items' | 'items_prices', {id, sellerId}: ChangedItem): void {
    const hasSuffix = topic === 'items_prices' && this.settings.items_prices_resource === 'prices'
    this.notify(topic, hasSuffix ? `/items/${id}/prices` : `/items/${id}`, sellerId)
  }

  private queue({appId, userId, topic, resource, actions, id, raw}: CustomNotification): void {
    const fields = {appId, userId, topic, resource, actions: actions ?? null, raw: raw ?? null}
    const shared = {...fields, id: id ?? this.newId(), receivedAt: this.deps.clock.now().getTime()}
    for (let copy = 0; copy < this.settings.copies; copy++) {
      this.count += 1
      const unsent = {state: 'queued' as const, attempts: [], url: null, response: null, endedAt: null}
      this.dispatcher.add({n: this.count, ...shared, ...unsent})
    }
  }

  /** A UUID, as the service's ids are. */
  private newId(): string {
    const [a, b, c, d] = [this.word(), this.word(), this.word(), this.word()]
    return `${a}-${b.slice(4)}-4${b.slice(1, 4)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`
  }

  private word(): string {
    return this.random.integer(0, 0xffffffff).toString(16).padStart(8, '0')
  }
}

const tickMs = 10
/** The most calls before other work gets a turn. */
const mostAtOnce = 1000

export interface Repetition {
  count: number
  /** Per real second; undefined means as fast as possible. */
  perSecond: number | undefined
}

/** Calls a function a number of times, at a rate or at once. */
class Repeater {
  private readonly timers = new Set<NodeJS.Timeout>()
  private waiting: (() => void)[] = []

  start({count, perSecond}: Repetition, emit: (index: number) => void): void {
    let made = 0
    const begun = performance.now()
    /** Makes the calls that are due. True when all are made. */
    const makeDue = (): boolean => {
      const due = perSecond === undefined ? count : 1 + Math.floor(((performance.now() - begun) * perSecond) / 1000)
      const target = Math.min(due, count, made + mostAtOnce)
      while (made < target) emit(made++)
      return made === count
    }
    if (makeDue()) return
    const timer = setInterval(() => makeDue() && this.end(timer), perSecond === undefined ? 0 : tickMs).unref()
    this.timers.add(timer)
  }

  /** Resolves when all calls are made. */
  async done(): Promise<void> {
    if (this.timers.size > 0) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  stop(): void {
    for (const timer of this.timers) this.end(timer)
  }

  private end(timer: NodeJS.Timeout): void {
    clearInterval(timer)
    this.timers.delete(timer)
    if (this.timers.size > 0) return
    for (const resolve of this.waiting) resolve()
    this.waiting = []
  }
}

export interface ChangedItem {
  readonly id: string
  readonly sellerId: number
  readonly price: number
}

/** Combines the changes that one request makes to an item: one notification for the item, and one for a new price. */
class ItemChanges {
  private pending = new Map<string, {item: ChangedItem; priceBefore: number | null}>()

  constructor(private readonly notify: (topic: 'items' | 'items_prices', item: ChangedItem) => void) {}

  /** `priceBefore` is null for a new item. */
  add(item: ChangedItem, priceBefore: number | null): void {
    if (this.pending.size === 0) queueMicrotask(() => this.flush())
    if (!this.pending.has(item.id)) this.pending.set(item.id, {item, priceBefore})
  }

  flush(): void {
    const {pending} = this
    if (pending.size === 0) return
    this.pending = new Map()
    for (const {item, priceBefore} of pending.values()) {
      this.notify('items', item)
      if (priceBefore !== null && priceBefore !== item.price) this.notify('items_prices', item)
    }
  }
}
