import {setTimeout as wait} from 'node:timers/promises'
import type {VirtualClock} from '../clock.js'
import type {Random} from '../random.js'
import type {Settings} from '../settings.js'
import {Alarm} from '../timer.js'
import {Health} from './health.js'
import {History} from './history.js'
import type {MissedFeeds} from './missed.js'
import type {Notification} from './notification.js'
import {headersOf, payloadOf} from './payload.js'
import {Queue} from './queue.js'
import type {Subscriptions} from './subscriptions.js'
import {Courier, type Outcome} from './webhook-sender.js'

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
  readonly health = new Health()
  private readonly queue: Queue
  private readonly courier = new Courier()
  private readonly underWay = new Set<Promise<void>>()
  private waiting: (() => void)[] = []
  private readonly alarm: Alarm
  private scheduled = false
  private closed = false

  constructor(private readonly deps: Deps) {
    this.queue = new Queue(deps.random, deps.settings)
    this.alarm = new Alarm(deps.clock, () => this.send())
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
    this.alarm.clear()
    const ended = Promise.all(this.underWay)
    await Promise.race([ended, wait(graceMs, undefined, {ref: false})])
    this.courier.close()
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
    if (!this.closed) this.alarm.set(this.queue.nextDue())
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
    const outcome = await this.courier.post(new URL(url), payload, headersOf(payload), settings.timeout_ms)
    // The world may have been replaced in the meantime.
    if (!this.history.isLive(notification)) return
    // Cut off by our own end: as if it had not been made.
    if (this.closed && outcome.status === null) return
    this.conclude(notification, at, outcome)
  }

  private conclude(notification: Notification, at: number, {response, ...outcome}: Outcome): void {
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
