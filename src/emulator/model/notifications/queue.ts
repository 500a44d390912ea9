import type {Random} from '../random.js'
import type {Settings} from '../settings.js'
import {type Notification, nextAttemptAt} from './notification.js'

/** A first-in, first-out list whose first entry is removed without moving the others. */
class Fifo<T> {
  private entries: T[] = []
  private head = 0

  get size(): number {
    return this.entries.length - this.head
  }

  push(entry: T): void {
    this.entries.push(entry)
  }

  peek(): T | undefined {
    return this.entries[this.head]
  }

  shift(): T | undefined {
    const entry = this.peek()
    if (entry === undefined) return undefined
    this.head += 1
    if (this.head > 1000 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head)
      this.head = 0
    }
    return entry
  }

  pop(): T | undefined {
    return this.size === 0 ? undefined : this.entries.pop()
  }

  /** Swaps the first entry with the one that is `distance` behind it. */
  promote(distance: number): void {
    const [first, chosen] = [this.entries[this.head], this.entries[this.head + distance]]
    if (first === undefined || chosen === undefined) return
    this.entries[this.head] = chosen
    this.entries[this.head + distance] = first
  }

  list(): T[] {
    return this.entries.slice(this.head)
  }
}

/** Notifications that can be sent now, and those that wait for their next attempt. */
export class Queue {
  private ready = new Fifo<Notification>()
  /** By the number of attempts made. Within a lane, the first that was added is due first. */
  private lanes = new Map<number, Fifo<Notification>>()

  constructor(
    private readonly random: Random,
    private readonly settings: Settings,
  ) {}

  push(notification: Notification): void {
    this.ready.push(notification)
  }

  /** Adds a notification that waits for its next attempt. */
  postpone(notification: Notification): void {
    const made = notification.attempts.length
    const lane = this.lanes.get(made) ?? new Fifo()
    lane.push(notification)
    this.lanes.set(made, lane)
  }

  take(order: Settings['order']): Notification | undefined {
    if (order === 'reversed') return this.ready.pop()
    if (order === 'shuffled') this.ready.promote(this.random.integer(0, this.ready.size - 1))
    return this.ready.shift()
  }

  /** Moves what is due by now to what can be sent. */
  promote(now: number): void {
    for (const lane of this.lanes.values())
      for (let first = lane.peek(); first !== undefined && this.dueAt(first) <= now; first = lane.peek()) {
        lane.shift()
        this.push(first)
      }
  }

  hasReady(): boolean {
    return this.ready.size > 0
  }

  /** The time of the next attempt; Infinity when none waits. */
  nextDue(): number {
    const heads = [...this.lanes.values()].map((lane) => lane.peek())
    return Math.min(...heads.map((head) => (head === undefined ? Number.POSITIVE_INFINITY : this.dueAt(head))))
  }

  private dueAt(notification: Notification): number {
    return nextAttemptAt(notification, this.settings)
  }

  /** Removes and returns the unwanted notifications. */
  remove(unwanted: (notification: Notification) => boolean): Notification[] {
    const all = [this.ready, ...this.lanes.values()].map((fifo) => fifo.list())
    const [ready = [], ...later] = all
    this.clear()
    for (const one of ready) if (!unwanted(one)) this.push(one)
    for (const one of later.flat()) if (!unwanted(one)) this.postpone(one)
    return all.flat().filter(unwanted)
  }

  clear(): void {
    this.ready = new Fifo()
    this.lanes.clear()
  }
}
