import {and, desc, eq, inArray, sql} from 'drizzle-orm'
import type {Arrival, NotificationInbox, NotificationWork, TallyRow} from '../../services/ports/index.js'
import {NotificationLimits} from './notification-limits.js'
import {dateOf, hourOf, readWork, type WorkRow, workColumns} from './notification-rows.js'
import {once} from './once.js'
import {notificationTally, notification as table} from './schema-of-work.js'
import type {Session} from './session.js'

/** Rows removed in one transaction: nobody has to wait long for it. */
const sweepSize = 2_000
const thirtyDaysMs = 30 * 86_400_000

/** What the inbox tells of itself, and what it forgets. */
export class NotificationReading {
  constructor(protected readonly bulk: Session) {}

  find(id: number): Promise<NotificationWork | undefined> {
    return this.bulk.read(() => {
      const row = this.reading().find.get(id)
      return row === undefined ? undefined : readWork(row)
    })
  }

  list({states, userId, topics, limit}: Parameters<NotificationInbox['list']>[0]): Promise<NotificationWork[]> {
    return this.bulk.read((db) => {
      const wanted = and(
        // Written out: an index of some states is not found by a parameter.
        states === undefined
          ? undefined
          : sql`${table.state} IN (${sql.raw(states.map((one) => `'${one}'`).join(', '))})`,
        userId === undefined ? undefined : eq(table.user_id, userId),
        topics === undefined ? undefined : inArray(table.topic, [...topics]),
      )
      const rows = db.select().from(table).where(wanted).orderBy(desc(table.id)).limit(limit).all()
      return rows.map(({leaseHolder: _holder, leaseExpiresAt: _until, ...work}) => work)
    })
  }

  arrivals(after: number, limit: number): Promise<Arrival[]> {
    return this.bulk.read(() => {
      const {arrivals, newest} = this.reading()
      // Once all have been swept, counting begins anew.
      const from = (newest.get() ?? 0) < after ? 0 : after
      return arrivals.all(from, limit).map(({cursor, notification_id, arrived_at, ...row}) => ({
        ...{cursor, notificationId: notification_id, receivedAt: new Date(arrived_at)},
        work: readWork(row),
      }))
    })
  }

  newestArrival(): Promise<number> {
    return this.bulk.read(() => this.reading().newest.get() ?? 0)
  }

  backlog(): ReturnType<NotificationInbox['backlog']> {
    return this.bulk.read(() => {
      const rows = this.reading().backlog.all()
      return rows.map(({user_id, oldest, ...counts}) => ({userId: user_id, ...counts, oldest: dateOf(oldest)}))
    })
  }

  tally(since: Date): Promise<TallyRow[]> {
    return this.bulk.read((db) => {
      const {hour, userId, outcome} = notificationTally
      const recent = sql`${hour} >= ${hourOf(since)}`
      return db.select().from(notificationTally).where(recent).orderBy(hour, userId, outcome).all()
    })
  }

  nextDue(): Promise<Date | null> {
    return this.bulk.read(() => dateOf(this.reading().nextDue.get() ?? null))
  }

  async sweep(before: Date): Promise<number> {
    const {sweepWork, sweepReceipts, sweepTally} = this.reading()
    const [time, limits] = [before.getTime(), this.sweeping()]
    let removed = await this.bulk.write(() => sweepTally.run(time - thirtyDaysMs).changes)
    removed += await this.bySome(() => sweepReceipts.run(time, sweepSize).changes)
    removed += await this.bySome(() => sweepWork.run(time, sweepSize).changes)
    removed += await this.bySome(() => limits.trimReceipts(sweepSize))
    for (const userId of await this.bulk.read(() => limits.crowded())) {
      removed += await this.bySome(() => limits.trimKept(userId, sweepSize))
      removed += await this.bySome(() => limits.trimDone(userId, sweepSize))
    }
    return removed
  }

  private async bySome(remove: () => number): Promise<number> {
    let removed = 0
    for (let some = sweepSize; some === sweepSize; removed += some) {
      some = await this.bulk.write(remove)
      await new Promise(setImmediate)
    }
    return removed
  }

  private readonly sweeping = once(() => new NotificationLimits(this.bulk))

  private readonly reading = once(() => prepareReading(this.bulk))
}

const columns = workColumns.join(', ')

function prepareReading({client}: Session) {
  const work = workColumns.map((name) => `work.${name}`).join(', ')
  return {
    find: client.prepare<[number], WorkRow>(`SELECT ${columns} FROM notification WHERE id = ?`),
    arrivals: client.prepare<[number, number], WorkRow & {cursor: number; notification_id: string; arrived_at: number}>(
      `SELECT receipt.rowid AS cursor, receipt.notification_id, receipt.received_at AS arrived_at, ${work}
       FROM notification_receipt AS receipt JOIN notification AS work ON work.id = receipt.work_id
       WHERE receipt.rowid > ? ORDER BY receipt.rowid LIMIT ?`,
    ),
    newest: client.prepare<[], number | null>('SELECT max(rowid) FROM notification_receipt').pluck(),
    backlog: client.prepare<
      [],
      {user_id: number; waiting: number; working: number; parked: number; oldest: number | null}
    >(
      `SELECT user_id, count(*) FILTER (WHERE state = 'waiting') AS waiting,
         count(*) FILTER (WHERE state = 'working') AS working, count(*) FILTER (WHERE state = 'parked') AS parked,
         min(received_at) FILTER (WHERE state <> 'parked') AS oldest
       FROM notification WHERE state IN ('waiting', 'working', 'parked') GROUP BY user_id ORDER BY user_id`,
    ),
    nextDue: client
      .prepare<[], number | null>(
        `SELECT min(at) FROM (SELECT min(due_at) AS at FROM notification WHERE state = 'waiting'
           UNION ALL SELECT min(lease_expires_at) FROM notification WHERE state = 'working')`,
      )
      .pluck(),
    sweepWork: client.prepare<[number, number]>(
      `DELETE FROM notification WHERE id IN (SELECT id FROM notification
         WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?)`,
    ),
    sweepReceipts: client.prepare<[number, number]>(
      `DELETE FROM notification_receipt WHERE rowid IN (SELECT rowid FROM notification_receipt
         WHERE received_at < ? ORDER BY received_at LIMIT ?)`,
    ),
    sweepTally: client.prepare<[number]>('DELETE FROM notification_tally WHERE hour < ?'),
  }
}
