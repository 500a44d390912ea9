import {setTimeout as wait} from 'node:timers/promises'
import {Timer, type VirtualClock} from '../clock.js'
import type {Random} from '../random.js'
import type {Settings} from '../settings.js'
import {History, type MissedFeeds} from './history.js'
import {headersOf, type Notification, payloadOf} from './notification.js'
import {Queue} from './queue.js'
import type {Subscriptions} from './subscriptions.js'
import {type DeliveryOutcome, WebhookSender} from './webhook-sender.js'

/** So many can wait; what comes on top is dropped. */
const capacity = 100_000

interface Deps {
  clock: VirtualClock
  random: Random
  settings: Settings
  subscriptions: Subscriptions
  missed: MissedFeeds
}

/** Sends what is queued, tries again what failed, and gives up in the end. docs/mercadolibre.md, section 10. */
export class Dispatcher {
  readonly history = new History()
  readonly health = new ReceiverHealth()
  private readonly queue: Queue
  private readonly sender = new WebhookSender()
  private readonly underWay = new Set<Promise<void>>()
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
    // What happens while a topic is off is not stored anywhere.
    if (this.deps.subscriptions.isOff(appId, topic)) this.history.end(notification, 'switched_off', this.now())
    else if (this.history.size > capacity) this.history.end(notification, 'dropped', this.now())
    else if (notification.attempts.length > 0) this.queue.postpone(notification)
    else this.queue.push(notification)
    this.schedule()
  }

  /** On a later turn, so that no answer of the emulator waits for it. */
  schedule(): void {
    if (this.scheduled || this.closed) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.send()
    })
  }

  /** When nothing is under way, and nothing left that could be sent before more time has passed. */
  async idle(): Promise<void> {
    if (!this.isIdle()) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  clear(): void {
    this.queue.clear()
    this.history.clear()
    this.health.clear()
    this.schedule()
  }

  /** Attempts under way get `graceMs` (real time) to end. */
  async close(graceMs: number): Promise<void> {
    this.closed = true
    this.timer.clear()
    const ended = Promise.all(this.underWay)
    await Promise.race([ended, wait(graceMs, undefined, {ref: false})])
    this.sender.close()
    await ended
    this.wakeWaiting()
  }

  private send(): void {
    const {settings} = this.deps
    this.queue.promote(this.now())
    while (!settings.hold && !this.closed && this.underWay.size < settings.concurrency) {
      const next = this.queue.take(settings.order)
      if (next === undefined) break
      const attempt: Promise<void> = this.attempt(next).finally(() => {
        this.underWay.delete(attempt)
        this.send()
      })
      this.underWay.add(attempt)
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
    // The world may have been replaced in the meantime.
    if (!this.history.isLive(notification)) return
    // Cut off by our own end: as if it had not been made.
    if (this.closed && outcome.status === null) return
    this.conclude(notification, at, outcome)
  }

  private conclude(notification: Notification, at: number, {response, ...outcome}: DeliveryOutcome): void {
    const {subscriptions, settings} = this.deps
    const ok = outcome.status === 200
    notification.attempts.push({at, ...outcome})
    notification.response = response
    const hopeless = this.health.note(notification, {at, ok}, settings)
    if (hopeless) this.switchOff(notification)
    const isOff = subscriptions.isOff(notification.appId, notification.topic)
    if (ok) this.history.end(notification, 'delivered', this.now())
    else if (isOff || notification.attempts.length >= settings.max_attempts) this.miss(notification)
    else this.postpone(notification)
  }

  /** Notifications that were tried at least once are stored as missed, with fewer attempts as in the sample; the rest is lost. */
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
    if (this.underWay.size > 0) return false
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

/** Of so many attempts in a row this part has to fail. */
const failureShare = 0.9

/** How a receiver did of late, by application and topic. */
class ReceiverHealth {
  private readonly recent = new Map<string, {at: number; ok: boolean}[]>()

  /**
   * Notes an attempt; true when the topic is to be switched off. That slow and failing receivers lose their topics is
   * documented, from when on is not (docs/mercadolibre.md, section 10).
   */
  note(
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

  /** A topic begins anew. */
  forget(appId: number): void {
    for (const key of this.recent.keys()) if (key.startsWith(`${appId} `)) this.recent.delete(key)
  }

  clear(): void {
    this.recent.clear()
  }
}
