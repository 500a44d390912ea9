import {once} from './once.js'
import type {Session} from './session.js'

/** Of one seller, the newest. Ids of sellers are public, and so may be where notifications are sent. */
const mostKept = 10_000
/** Of one seller; above it, only what is here already is waited for. A sync finds the others. */
const mostWaiting = 20_000
/** Of one seller, in every state, the newest: what is done is removed beyond them. */
const mostRows = 100_000
/** Of all sellers, the newest. What came before these and is sent again is looked at again. */
const mostReceipts = 1_000_000

/** Kept rows of one seller that are added before it is looked whether there are too many. */
const lookEvery = 500
/** Removed in one transaction while others wait: more than one may add. */
const someRows = 1_000

/** What one seller, and anybody in a seller's name, can make the inbox hold. Everything here is called inside `Session.write`. */
export class NotificationLimits {
  /** How many may come to wait until it is counted anew. Work that is done in between makes more room than this. */
  private readonly room = new Map<number, number>()
  private readonly kept = new Map<number, number>()

  constructor(private readonly session: Session) {}

  /** Whether work on this resource, such as `/items/MEC1`, may be added. */
  hasRoom(userId: number, resource: string): boolean {
    const {waiting, known} = this.statements()
    const left = this.room.get(userId) ?? mostWaiting - (waiting.get(userId) ?? 0)
    this.room.set(userId, left)
    if (left > 0) return true
    const [, path = '', id = ''] = resource.split('/')
    return known.get(path)?.get(userId, id) !== undefined
  }

  added(userId: number, state: 'waiting' | 'kept'): void {
    if (state === 'kept') this.kept.set(userId, (this.kept.get(userId) ?? 0) + 1)
    else this.room.set(userId, (this.room.get(userId) ?? 0) - 1)
  }

  /** After some were added: removes as much, and never so much that the next have to wait. */
  enforce(): void {
    for (const [userId, left] of this.room) if (left <= 0) this.room.delete(userId)
    for (const [userId, added] of this.kept) {
      if (added < lookEvery) continue
      this.kept.set(userId, 0)
      this.trimKept(userId, someRows)
    }
    this.trimReceipts(someRows)
  }

  /** Sellers of whom there may be too much. */
  crowded(): number[] {
    return this.statements().crowded.all()
  }

  trimKept(userId: number, most: number): number {
    const {keptEnd, trimKept} = this.statements()
    const end = keptEnd.get(userId)
    return end === undefined ? 0 : trimKept.run(userId, end, most).changes
  }

  trimDone(userId: number, most: number): number {
    const {rowsEnd, trimDone} = this.statements()
    const end = rowsEnd.get(userId)
    return end === undefined ? 0 : trimDone.run(userId, end, most).changes
  }

  trimReceipts(most: number): number {
    return this.statements().trimReceipts.run(most).changes
  }

  private readonly statements = once(() => prepare(this.session))
}

/** Where what a resource names is kept, by the first word of its path. */
const tables = {
  items: 'product',
  orders: 'seller_order',
  questions: 'question',
  shipments: 'shipment',
  'user-products': 'user_product_stock',
} as const

function prepare({client}: Session) {
  const ofSeller = 'SELECT id FROM notification WHERE user_id = ?'
  return {
    waiting: client
      .prepare<[number], number>(
        `SELECT count(*) FROM (SELECT 1 FROM notification WHERE state = 'waiting' AND user_id = ? LIMIT ${mostWaiting})`,
      )
      .pluck(),
    known: new Map(
      Object.entries(tables).map(([path, table]) => [
        path,
        client.prepare<[number, string], number>(`SELECT 1 FROM ${table} WHERE user_id = ? AND id = ?`).pluck(),
      ]),
    ),
    crowded: client
      .prepare<[], number>(`SELECT user_id FROM notification GROUP BY user_id HAVING count(*) > ${mostKept}`)
      .pluck(),
    keptEnd: client
      .prepare<[number], number>(`${ofSeller} AND state = 'kept' ORDER BY id DESC LIMIT 1 OFFSET ${mostKept}`)
      .pluck(),
    trimKept: client.prepare<[number, number, number]>(
      `DELETE FROM notification WHERE id IN (${ofSeller} AND state = 'kept' AND id <= ? ORDER BY id LIMIT ?)`,
    ),
    rowsEnd: client.prepare<[number], number>(`${ofSeller} ORDER BY id DESC LIMIT 1 OFFSET ${mostRows}`).pluck(),
    trimDone: client.prepare<[number, number, number]>(
      `DELETE FROM notification WHERE id IN (${ofSeller} AND id <= ? AND state = 'done' ORDER BY id LIMIT ?)`,
    ),
    trimReceipts: client.prepare<[number]>(
      `DELETE FROM notification_receipt WHERE rowid IN (SELECT rowid FROM notification_receipt
         WHERE rowid <= (SELECT max(rowid) FROM notification_receipt) - ${mostReceipts} ORDER BY rowid LIMIT ?)`,
    ),
  }
}
