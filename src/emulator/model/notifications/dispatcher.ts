import {setTimeout as wait} from 'node:timers/promises'
import {Timer, type VirtualClock} from '../clock.js'
import type {Random} from '../random.js'
import type {Settings} from '../settings.js'
import {History, type MissedFeeds} from './history.js'
import {headersOf, type Notification, payloadOf} from './notification.js'
import {Queue} from './queue.js'
import type {Subscriptions} from './subscriptions.js'
import {type DeliveryOutcome, WebhookSender} from './webhook-sender.js'

/** The number of notifications that can wait. Further ones are dropped. */
const capacity = 100_000

interface Deps {
  clock: VirtualClock
  random: Random
  settings: Settings
  subscriptions: Subscriptions
  missed: MissedFeeds
}

/** Sends queued notifications, retries failed ones, and gives up in the end. docs/mercadolibre.md, section 10. */
export class Dispatcher {
  readonly history = new History()
  readonly health = new ReceiverHealth()
  private readonly queue: Queue
  private readonly sender = new WebhookSender()
  private readonly inProgress = new Set<Promise<void>>()
  private waiting: (() => void)[] = []
  private readonly timer: Timer
  private scheduled = false
  private closed = false

  constructor(private readonly deps: Deps) {
    this.queue = new Queue(deps.random, deps.settings)
    this.timer = new Timer(deps.clock, () => this.send())
  }

  add(notification: Notification): void {
    const {appId, topic} = notification
    this.history.begin(notification)
    // While a topic is switched off, its notifications are lost.
    if (this.deps.subscriptions.isOff(appId, topic)) this.history.end(notification, 'switched_off', this.now())
    else if (this.history.size > capacity) this.history.end(notification, 'dropped', this.now())
    else if (notification.attempts.length > 0) this.queue.postpone(notification)
    else this.queue.push(notification)
    this.schedule()
  }

  /** Sends on a later turn of the event loop, so that no answer of the emulator waits for it. */
  schedule(): void {
    if (this.scheduled || this.closed) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.send()
    })
  }

  /** Resolves when nothing is being sent and nothing can be sent before more time has passed. */
  async idle(): Promise<void> {
    if (!this.isIdle()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  clear(): void {
    this.queue.clear()
    this.history.clear()
    this.health.clear()
    this.schedule()
  }

  /** Gives attempts in progress `graceMs` (real time) to end. */
  async close(graceMs: number): Promise<void> {
    this.closed = true
    this.timer.clear()
    const ended = Promise.all(this.inProgress)
    await Promise.race([ended, wait(graceMs, undefined, {ref: false})])
    this.sender.close()
    await ended
    this.wakeWaiting()
  }

  private send(): void {
    const {settings} = this.deps
    this.queue.promote(this.now())
    while (!settings.hold && !this.closed && this.inProgress.size < settings.concurrency) {
      const next = this.queue.take(settings.order)
      if (next === undefined) break
      const attempt: Promise<void> = this.attempt(next).finally(() => {
        this.inProgress.delete(attempt)
        this.send()
      })
      this.inProgress.add(attempt)
    }
    if (!this.closed) this.timer.set(this.queue.nextDue())
    if (this.isIdle()) this.wakeWaiting()
  }

  private async attempt(notification: Notification): Promise<void> {
    const {subscriptions, settings} = this.deps
    const {url} = subscriptions.of(notification.appId)
    const at = this.now()
    if (url === null) {
      this.history.end(notification, 'dropped', at)
      return
    }
    notification.state = 'sending'
    notification.url = url
    const attempt = notification.attempts.length + 1
    const payload = payloadOf(notification, {attempt, sentAt: at}, settings)
    const outcome = await this.sender.post(new URL(url), payload, headersOf(payload), settings.timeout_ms)
    // A reset may have replaced the world meanwhile.
    if (!this.history.isLive(notification)) return
    // Closing cut the attempt off, so it does not count.
    if (this.closed && outcome.status === null) return
    this.conclude(notification, at, outcome)
  }

  private conclude(notification: Notification, at: number, {response, ...outcome}: DeliveryOutcome): void {
    const {subscriptions, settings} = this.deps
    const ok = outcome.status === 200
    notification.attempts.push({at, ...outcome})
    notification.response = response
    const isUnhealthy = this.health.record(notification, {at, ok}, settings)
    if (isUnhealthy) this.switchOff(notification)
    const isOff = subscriptions.isOff(notification.appId, notification.topic)
    if (ok) this.history.end(notification, 'delivered', this.now())
    else if (isOff || notification.attempts.length >= settings.max_attempts) this.miss(notification)
    else this.postpone(notification)
  }

  /** Stores notifications that were tried at least once as missed, with fewer attempts, as in the sample. The rest is lost. */
  private switchOff({appId, topic}: Notification): void {
    this.deps.subscriptions.switchOff(appId, topic)
    for (const lost of this.queue.remove((other) => other.appId === appId && other.topic === topic))
      if (lost.attempts.length > 0) this.miss(lost)
      else this.history.end(lost, 'switched_off', this.now())
  }

  private postpone(notification: Notification): void {
    notification.state = 'waiting'
    this.queue.postpone(notification)
  }

  private miss(notification: Notification): void {
    this.history.end(notification, 'missed', this.now())
    this.deps.missed.add(notification)
  }

  private isIdle(): boolean {
    if (this.closed) return true
    if (this.inProgress.size > 0) return false
    return this.deps.settings.hold || (!this.queue.hasReady() && this.queue.nextDue() > this.now())
  }

  private wakeWaiting(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting = []
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }
}

/** The share of recent attempts that has to fail. */
const failureShare = 0.9

/** The recent attempts of each application and topic. */
class ReceiverHealth {
  private readonly recent = new Map<string, {at: number; ok: boolean}[]>()

  /**
   * Records an attempt. True when the topic has to be switched off: that failing receivers lose topics is documented, and not
   * after how many failures (docs/mercadolibre.md, section 10).
   */
  record(
    {appId, topic}: {appId: number; topic: string},
    {at, ok}: {at: number; ok: boolean},
    {switch_off_after: switchOffAfter, switch_off_span_ms: switchOffSpanMs}: Settings,
  ): boolean {
    if (switchOffAfter === null) return false
    const key = `${appId} ${topic}`
    const attempts = this.recent.get(key) ?? []
    this.recent.set(key, attempts)
    attempts.push({at, ok})
    while (attempts.length > switchOffAfter) attempts.shift()
    const [first] = attempts
    if (ok || first === undefined || attempts.length < switchOffAfter) return false
    const failed = attempts.filter((attempt) => !attempt.ok).length
    return failed >= switchOffAfter * failureShare && at - first.at >= switchOffSpanMs
  }

  /** Starts an application's count anew. */
  forget(appId: number): void {
    for (const key of this.recent.keys()) if (key.startsWith(`${appId} `)) this.recent.delete(key)
  }

  clear(): void {
    this.recent.clear()
  }
}
