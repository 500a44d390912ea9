import type {Query} from '../routes/query.js'
import type {VirtualClock} from './clock.js'
import type {Random} from './random.js'
import type {Settings} from './settings.js'
import {badRequest, notFound, type WireError} from './wire-errors.js'

/** docs/mercadolibre.md, section 6.1. */
const lifeMs = 5 * 60 * 1000

/** A page of a scan. At its end one of the two is null, or both. */
interface ScanPage<T> {
  readonly total: number
  readonly rows: T[] | null
  readonly scrollId: string | null
}

interface Scroll<T> {
  readonly id: string
  readonly ownerId: number
  /** Never changed in place by their owner except by adding at the end, which `length` shuts out. */
  readonly items: readonly T[]
  readonly length: number
  position: number
  usedMs: number
}

/**
 * Open scans. Our reading of the documentation: a scroll is a snapshot of the ids that matched when it was opened (what is
 * published later is not in it, what is closed or deleted meanwhile still is), and its five minutes start anew with every
 * call. docs/mercadolibre.md, section 6.1. Opening one copies nothing unless there are filters; a page is one slice.
 */
export class Scrolls<T> {
  private readonly open = new Map<string, Scroll<T>>()

  constructor(
    private readonly deps: {
      clock: VirtualClock
      random: Random
      settings: Settings
    },
  ) {}

  /**
   * The next `limit` rows of the scan that the query goes on with, or begins over what `find` gives.
   * @throws WireError 400 (or 404, by setting) when its scroll expired, is unknown or belongs to another
   */
  next(query: Query, ownerId: number, limit: number, find: () => readonly T[]): ScanPage<T> {
    if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
    const given = query.get('scroll_id')
    const scroll = given === undefined ? this.start(ownerId, find()) : this.resume(given, ownerId)
    const rows = this.page(scroll, limit)
    // "Will be null" at the end: of what is not documented, so it can be chosen. docs/mercadolibre.md, section 6.1.
    const {scan_end: scanEnd} = this.deps.settings
    const ended = rows.length === 0
    return {
      total: scroll.length,
      rows: ended && scanEnd !== 'scroll_id' ? null : rows,
      scrollId: ended && scanEnd !== 'results' ? null : scroll.id,
    }
  }

  private start(ownerId: number, items: readonly T[]): Scroll<T> {
    const now = this.now()
    for (const old of this.open.values()) if (now - old.usedMs > lifeMs) this.open.delete(old.id)
    const id = Buffer.from(this.deps.random.hex(60), 'hex').toString('base64url')
    const scroll: Scroll<T> = {id, ownerId, items, length: items.length, position: 0, usedMs: now}
    this.open.set(id, scroll)
    return scroll
  }

  private resume(id: string, ownerId: number): Scroll<T> {
    const scroll = this.open.get(id)
    const now = this.now()
    if (scroll === undefined || scroll.ownerId !== ownerId || now - scroll.usedMs > lifeMs) throw this.lost()
    scroll.usedMs = now
    return scroll
  }

  private page(scroll: Scroll<T>, limit: number): T[] {
    const from = scroll.position
    scroll.position = Math.min(from + limit, scroll.length)
    return scroll.items.slice(from, scroll.position)
  }

  clear(): void {
    this.open.clear()
  }

  private now(): number {
    return this.deps.clock.now().getTime()
  }

  /** The real body is not documented; clients look for the word scroll. docs/mercadolibre.md, section 6.1. */
  private lost(): WireError {
    const message = 'Invalid scroll_id: the scroll has expired or does not exist'
    if (this.deps.settings.expired_scroll_status === 400) return badRequest(message)
    return notFound(message)
  }
}
