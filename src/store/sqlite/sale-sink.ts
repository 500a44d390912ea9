import {getTableColumns, getTableName} from 'drizzle-orm'
import type {SQLiteColumn, SQLiteTable} from 'drizzle-orm/sqlite-core'
import type {RecordOutcome, RecordPatch, RunSink, SaveCounts} from '../../services/ports/index.js'
import {once} from './once.js'
import {type Change, countOutcomes, outcomesOf, outsideOfRuns, prepareSettle, recordOutcomes} from './run-outcomes.js'
import type {Session} from './session.js'

type Value = string | number | null
type Seen = {runId: string; at: Date}

/** What questions, orders and shipments have in common. */
interface SaleRecord {
  readonly id: string
  readonly partial: boolean
}

/** How records of one kind are kept. The table has `user_id`, `id`, `date_created`, `last_updated`, `partial`, `synced_at` and `seen_run`. */
export interface SaleTable<T, Row> {
  table: SQLiteTable
  /** The columns that the service fills, by their names in the schema; not the key, nor when and by whom it was written. */
  row: (record: T) => Row
  /** Those that tell of the buyer: not kept of what is older than the date in `forgotten_buyers`. */
  personal: ReadonlyArray<keyof Row & string>
  /** Whether a column holds the same in two spellings of its amounts. */
  isSame?: (name: keyof Row & string, value: string, stored: string) => boolean
  /** Its date does not tell whether it is older than what is stored: it counts for as new. */
  isUndated?: (record: T) => boolean
}

/**
 * Questions, orders or shipments of one seller. A record that is older than what is stored changes nothing; what a partial
 * one lacks stays as it was.
 */
export class SaleSink<T extends SaleRecord, Row extends object> implements RunSink<T>, RecordPatch<T> {
  constructor(
    private readonly session: Session,
    private readonly userId: number,
    private readonly kind: SaleTable<T, Row>,
  ) {}

  save(batch: readonly T[], seen: Seen): Promise<SaveCounts> {
    return this.session.write(() => {
      const before = this.forgottenBefore()
      const {settle} = this.statements()
      const outcomes = outcomesOf(batch, (next) => this.write(next, seen, before))
      return recordOutcomes(settle, seen.runId, outcomes)
    })
  }

  patch(batch: readonly T[], at: Date): Promise<SaveCounts> {
    return this.session.write(() => {
      const before = this.forgottenBefore()
      return countOutcomes(outcomesOf(batch, (next) => this.write(next, {runId: outsideOfRuns, at}, before)))
    })
  }

  compare(batch: readonly T[]): Promise<RecordOutcome[]> {
    return this.session.read(() => {
      const before = this.forgottenBefore()
      return outcomesOf(batch, (next) => this.judge(next, before).change)
    })
  }

  known(ids: readonly string[]): Promise<Set<string>> {
    return this.session.read(() => {
      const {find} = this.statements()
      return new Set(ids.filter((id) => find.get(this.userId, id) !== undefined))
    })
  }

  countLive(): Promise<number> {
    return this.session.read(() => this.statements().count.get(this.userId) ?? 0)
  }

  private write(next: T, {runId, at}: Seen, before: number | undefined): Change {
    const {insert, update, confirm} = this.statements()
    const {change, values} = this.judge(next, before)
    const written = [at.getTime(), runId] as const
    if (change === 'created') insert.run(...written, values, this.userId, next.id)
    else if (change === 'updated') update.run(...written, values, this.userId, next.id)
    else confirm.run(...written, this.userId, next.id)
    return change
  }

  private judge(next: T, before: number | undefined): {change: Change; values: Value[]} {
    const {columns, find, changedAt, partialAt} = this.statements()
    const values = this.bindings(columns, next)
    const stored = find.get(this.userId, next.id)
    if (stored === undefined) return {change: 'created', values: this.withoutForgotten(values, before)}
    const age = this.kind.isUndated?.(next) ? 0 : compareDates(values[changedAt], stored[changedAt])
    // Of two answers of one state the whole one counts.
    const isLess = next.partial && stored[partialAt] === 0 && age === 0
    if (age < 0 || isLess) return {change: 'unchanged', values}
    const whole = next.partial ? values.map((value, at) => (isMissing(value) ? (stored[at] ?? value) : value)) : values
    const merged = this.withoutForgotten(whole, before)
    const isSame = merged.every((value, at) => this.isSame(columns[at]?.[0], value, stored[at]))
    return {change: isSame ? 'unchanged' : 'updated', values: merged}
  }

  private isSame(name: string | undefined, value: Value, stored: Value | undefined): boolean {
    if (value === stored) return true
    if (typeof value !== 'string' || typeof stored !== 'string' || name === undefined) return false
    return this.kind.isSame?.(name as keyof Row & string, value, stored) ?? false
  }

  private bindings(columns: Columns, next: T): Value[] {
    const row = new Map<string, unknown>(Object.entries(this.kind.row(next)))
    return columns.map(([name, column]) => {
      const value = row.get(name) ?? null
      return value === null ? null : (column.mapToDriverValue(value) as Value)
    })
  }

  /** By the dates that will be in the row: a partial answer need not have the one that it was made on. */
  private withoutForgotten(values: Value[], before: number | undefined): Value[] {
    const {columns, createdAt, changedAt} = this.statements()
    // Without a date of its own nobody knows that it is younger.
    const madeAt = Number(values[createdAt] ?? values[changedAt] ?? 0)
    if (before === undefined || madeAt >= before) return values
    const personal: ReadonlySet<string> = new Set(this.kind.personal)
    return values.map((value, at) => (personal.has(columns[at]?.[0] ?? '') ? null : value))
  }

  private forgottenBefore(): number | undefined {
    return this.statements().forgotten.get(this.userId)
  }

  private readonly statements = once(() => prepare(this.session, this.kind.table))
}

function isMissing(value: Value): boolean {
  return value === null || value === '[]'
}

/** Dates that nobody knows say nothing. */
function compareDates(next: Value | undefined, stored: Value | undefined): number {
  return typeof next === 'number' && typeof stored === 'number' ? next - stored : 0
}

type Columns = ReadonlyArray<readonly [name: string, column: SQLiteColumn]>

const notFromTheService: ReadonlySet<string> = new Set(['user_id', 'id', 'synced_at', 'seen_run'])

/** Compiled once for a sink, and past the query builder, which would build each anew. */
function prepare({client}: Session, table: SQLiteTable) {
  const name = getTableName(table)
  const all: Columns = Object.entries(getTableColumns(table))
  const columns = all.filter(([, column]) => !notFromTheService.has(column.name))
  const names = columns.map(([, column]) => column.name)
  const live = names.includes('removed_at') ? ' AND removed_at IS NULL' : ''
  const placeOf = (wanted: string) => names.indexOf(wanted)
  return {
    columns,
    createdAt: placeOf('date_created'),
    changedAt: placeOf('last_updated'),
    partialAt: placeOf('partial'),
    find: client
      .prepare<[number, string], Value[]>(`SELECT ${names.join(', ')} FROM ${name} WHERE user_id = ? AND id = ?`)
      .raw(),
    insert: client.prepare<[number, string, Value[], number, string]>(
      `INSERT INTO ${name} (synced_at, seen_run, ${names.join(', ')}, user_id, id)
       VALUES (?, ?, ${names.map(() => '?').join(', ')}, ?, ?)`,
    ),
    update: client.prepare<[number, string, Value[], number, string]>(
      `UPDATE ${name} SET synced_at = ?, seen_run = ?, ${names.map((column) => `${column} = ?`).join(', ')}
       WHERE user_id = ? AND id = ?`,
    ),
    confirm: client.prepare<[number, string, number, string]>(
      `UPDATE ${name} SET synced_at = ?, seen_run = ? WHERE user_id = ? AND id = ?`,
    ),
    count: client.prepare<[number], number>(`SELECT count(*) FROM ${name} WHERE user_id = ?${live}`).pluck(),
    forgotten: client.prepare<[number], number>('SELECT before FROM forgotten_buyers WHERE user_id = ?').pluck(),
    settle: prepareSettle({client}),
  }
}
