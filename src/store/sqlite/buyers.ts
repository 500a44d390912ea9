import {getTableColumns, getTableName} from 'drizzle-orm'
import type {BuyerData} from '../../services/ports/index.js'
import {once} from './once.js'
import {forgottenBuyers, question, sellerOrder, shipment} from './schema-of-sales.js'
import type {Session} from './session.js'

type Counts = Awaited<ReturnType<BuyerData['count']>>

/**
 * What tells of the buyer, by table and the names of the schema; the sinks go by it too. People write their telephone
 * numbers into questions. Towns name nobody, and say how far things are sent.
 */
export const personal = {
  question: ['from_id', 'text'],
  order: ['buyer_id'],
  shipment: ['receiver_id', 'receiver_name', 'address_line', 'zip_code'],
} as const

/** Over a connection that overwrites what it empties. */
export class SqliteBuyers implements BuyerData {
  constructor(private readonly session: Session) {}

  forget(userId: number, before: Date, at: Date): ReturnType<BuyerData['forget']> {
    return this.session.write((db) => {
      const {empty} = this.statements()
      const until = {userId, before: Math.max(before.getTime(), this.until(userId)?.getTime() ?? 0)}
      const counts = each((kind) => empty[kind].run(until).changes)
      const set = {before: new Date(until.before), forgottenAt: at}
      db.insert(forgottenBuyers)
        .values({userId, ...set})
        .onConflictDoUpdate({target: forgottenBuyers.userId, set})
        .run()
      return counts
    })
  }

  /** The pages as they were are in the file beside the database until then. */
  overwrite(): Promise<boolean> {
    return this.session.read(() => this.session.client.pragma('wal_checkpoint(TRUNCATE)', {simple: true}) === 0)
  }

  count(userId: number, before: Date): Promise<Counts> {
    return this.session.read(() => {
      const {count} = this.statements()
      return each((kind) => count[kind].get({userId, before: before.getTime()}) ?? 0)
    })
  }

  forgottenBefore(userId: number): Promise<Date | null> {
    return this.session.read(() => this.until(userId) ?? null)
  }

  owners(): Promise<number[]> {
    return this.session.read(() => this.statements().owners.all())
  }

  private until(userId: number): Date | undefined {
    const before = this.statements().forgotten.get(userId)
    return before === undefined ? undefined : new Date(before)
  }

  private readonly statements = once(() => prepare(this.session))
}

const tables = {question, order: sellerOrder, shipment}
type Kind = keyof typeof tables

function each(work: (kind: Kind) => number): Counts {
  return {questions: work('question'), orders: work('order'), shipments: work('shipment')}
}

type Bound = {userId: number; before: number}

function prepare({client}: Session) {
  const sql = (kind: Kind) => {
    const table = tables[kind]
    const names: readonly string[] = personal[kind]
    const columns = Object.entries(getTableColumns(table)).flatMap(([name, {name: column}]) =>
      names.includes(name) ? [column] : [],
    )
    // As the sinks judge it: what has no date of its own may be old.
    const where = `user_id = :userId AND coalesce(date_created, last_updated, 0) < :before
      AND (${columns.map((column) => `${column} IS NOT NULL`).join(' OR ')})`
    return {name: getTableName(table), set: columns.map((column) => `${column} = NULL`).join(', '), where}
  }
  const empty = (kind: Kind) => {
    const {name, set, where} = sql(kind)
    return client.prepare<[Bound]>(`UPDATE ${name} SET ${set} WHERE ${where}`)
  }
  const count = (kind: Kind) => {
    const {name, where} = sql(kind)
    return client.prepare<[Bound], number>(`SELECT count(*) FROM ${name} WHERE ${where}`).pluck()
  }
  return {
    empty: {question: empty('question'), order: empty('order'), shipment: empty('shipment')},
    count: {question: count('question'), order: count('order'), shipment: count('shipment')},
    owners: client
      .prepare<[], number>(
        ['question', 'seller_order', 'shipment'].map((table) => `SELECT user_id FROM ${table}`).join(' UNION '),
      )
      .pluck(),
    forgotten: client.prepare<[number], number>('SELECT before FROM forgotten_buyers WHERE user_id = ?').pluck(),
  }
}
