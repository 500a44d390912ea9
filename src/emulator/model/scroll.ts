import type {VirtualClock} from './clock.js'
import type {Random} from './random.js'
import type {Settings} from './settings.js'
import {badRequest, notFound, type WireError} from './wire-errors.js'

/** docs/mercadolibre.md, section 6.1. */
const lifeMs = 5 * 60 * 1000

/** A page of a scan. At the end `rows` or `scrollId` is null, or both are. */
interface ScanPage<T> {
  readonly total: number
  readonly rows: T[] | null
  readonly scrollId: string | null
}

interface Scroll<T> {
  readonly id: string
  readonly ownerId: number
  /** Entries may be added at the end later, which `length` leaves out. */
  readonly items: readonly T[]
  readonly length: number
  position: number
  usedMs: number
}

/**
 * Open scans. A scroll is a snapshot of the ids that matched when it was opened, and expires five minutes after each use: our
 * reading of docs/mercadolibre.md, section 6.1. Opening one without filters copies nothing.
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
   * The next `limit` rows of the query's scroll, or the first ones of a new scroll over the result of `find`.
   * @throws WireError 400 (or 404, by setting) when the scroll has expired, is unknown or belongs to another user
   */
  next(query: ReadonlyMap<string, string>, ownerId: number, limit: number, find: () => readonly T[]): ScanPage<T> {
    if (query.has('offset')) throw badRequest('scroll and offset cannot be used together')
    const given = query.get('scroll_id')
    const scroll = given === undefined ? this.start(ownerId, find()) : this.resume(given, ownerId)
    const rows = this.page(scroll, limit)
    // The pages say "will be null" about the end and not of which field, so a setting decides. docs/mercadolibre.md, section 6.1.
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
    if (scroll === undefined || scroll.ownerId !== ownerId || now - scroll.usedMs > lifeMs) throw this.expired()
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

  /** The service's body is not documented; clients search it for the word scroll. docs/mercadolibre.md, section 6.1. */
  private expired(): WireError {
    const message = 'Invalid scroll_id: the scroll has expired or does not exist'
    if (this.deps.settings.expired_scroll_status === 400) return badRequest(message)
    return notFound(message)
  }
}
