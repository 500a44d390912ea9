import {and, desc, eq, inArray, sql} from 'drizzle-orm'
import type {
  Accepted,
  Arrival,
  IncomingNotification,
  NotificationFailure,
  NotificationInbox,
  NotificationOutcome,
  NotificationWork,
  TallyRow,
} from '../../services/ports.js'
import {isAlive} from './holders.js'
import {dateOf, hourOf, readWork, type WorkRow} from './notification-rows.js'
import {prepareReading, prepareReceiving, prepareWork} from './notification-statements.js'
import {once} from './once.js'
import {notificationTally, notification as table} from './schema.js'
import type {Session} from './session.js'

/** Rows removed in one transaction: nobody has to wait long for it. */
const sweepSize = 2_000
const thirtyDaysMs = 30 * 86_400_000

export class SqliteNotifications implements NotificationInbox {
  /** @param durable for what was promised to the service; `bulk` for what can be done again */
  constructor(
    private readonly durable: Session,
    private readonly bulk: Session,
  ) {}

  accept(batch: ReadonlyArray<{notification: IncomingNotification; waits: boolean}>, at: Date): Promise<Accepted[]> {
    return this.durable.write(() => {
      const sums = new Sums()
      const accepted = batch.map(({notification, waits}) => {
        const one = this.acceptOne(notification, waits, at.getTime())
        sums.add(notification.userId, one.outcome)
        return one
      })
      sums.write(this.receiving().tally, at)
      return accepted
    })
  }

  count(dropped: Parameters<NotificationInbox['count']>[0], at: Date): Promise<void> {
    return this.bulk.write(() => {
      const sums = new Sums()
      for (const {userId, outcome, count} of dropped) sums.add(userId, outcome, count)
      sums.write(this.work().tally, at)
    })
  }

  claim({holder, limit, now, until}: Parameters<NotificationInbox['claim']>[0]): Promise<NotificationWork[]> {
    return this.bulk.write(() => {
      const {due, take} = this.work()
      this.reclaim(holder, now)
      const busy = new Set<string>()
      const claimed: NotificationWork[] = []
      for (const row of due.all({now: now.getTime(), limit})) {
        // Two topics may tell of one resource.
        const resource = `${row.user_id} ${row.resource}`
        if (busy.has(resource)) continue
        busy.add(resource)
        take.run(holder, until.getTime(), row.id)
        claimed.push(readWork({...row, state: 'working'}))
      }
      return claimed
    })
  }

  prolong(holder: string, until: Date): Promise<number> {
    return this.bulk.write(() => this.work().prolong.run(until.getTime(), holder).changes)
  }

  finish(ends: Parameters<NotificationInbox['finish']>[0], holder: string, at: Date): Promise<number> {
    return this.bulk.write(() => {
      const {finish, tally} = this.work()
      const sums = new Sums()
      for (const {id, found} of ends) {
        const end = {id, holder, at: at.getTime(), code: found?.code ?? null, message: found?.message ?? null}
        const userId = finish.get(end)
        if (userId !== undefined) sums.add(userId, 'done')
      }
      sums.write(tally, at)
      return sums.total
    })
  }

  fail(failures: readonly NotificationFailure[], holder: string, at: Date): Promise<number> {
    return this.bulk.write(() => {
      const {mine, note, tally} = this.work()
      const sums = new Sums()
      for (const {id, code, message, dueAt} of failures) {
        const row = mine.get({id, holder})
        if (row === undefined) continue
        const failed = {...row, failures: row.failures + 1}
        note.run({id, failures: failed.failures, code, message})
        sums.add(row.user_id, dueAt === null ? 'parked' : 'failed')
        this.putBack(failed, {dueAt: dueAt?.getTime() ?? null, at})
      }
      sums.write(tally, at)
      return sums.total
    })
  }

  release(ids: readonly number[], holder: string, at: Date): Promise<void> {
    return this.bulk.write(() => {
      for (const id of ids) {
        const row = this.work().mine.get({id, holder})
        if (row !== undefined) this.putBack(row, {dueAt: row.due_at, at})
      }
    })
  }

  replay({ids, userId}: Parameters<NotificationInbox['replay']>[0], at: Date): Promise<number> {
    return this.bulk.write(() => {
      const {find, parked, note} = this.work()
      const rows = ids?.map((id) => find.get(id)) ?? parked.all({user: userId ?? null})
      let replayed = 0
      for (const row of rows) {
        if (row?.state !== 'parked' || (userId !== undefined && row.user_id !== userId)) continue
        note.run({id: row.id, failures: 0, code: row.error_code, message: row.error_message})
        this.putBack({...row, failures: 0}, {dueAt: at.getTime(), at})
        replayed += 1
      }
      return replayed
    })
  }

  find(id: number): Promise<NotificationWork | undefined> {
    return this.bulk.read(() => {
      const row = this.work().find.get(id)
      return row === undefined ? undefined : readWork(row)
    })
  }

  list({states, userId, topic, limit}: Parameters<NotificationInbox['list']>[0]): Promise<NotificationWork[]> {
    return this.bulk.read((db) => {
      const wanted = and(
        states === undefined ? undefined : inArray(table.state, [...states]),
        userId === undefined ? undefined : eq(table.userId, userId),
        topic === undefined ? undefined : eq(table.topic, topic),
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
      return arrivals.all(from, limit).map(({cursor, notification_id: notificationId, arrived_at, ...row}) => ({
        ...{cursor, notificationId, receivedAt: new Date(arrived_at)},
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
      return rows.map(({user_id: userId, oldest, ...counts}) => ({userId, ...counts, oldest: dateOf(oldest)}))
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
    const time = before.getTime()
    let removed = await this.bulk.write(() => sweepTally.run(time - thirtyDaysMs).changes)
    for (const statement of [sweepReceipts, sweepWork]) {
      for (let some = sweepSize; some === sweepSize; removed += some) {
        some = await this.bulk.write(() => statement.run(time, sweepSize).changes)
        await new Promise(setImmediate)
      }
    }
    return removed
  }

  private acceptOne(notification: IncomingNotification, waits: boolean, at: number): Accepted {
    const {received, receipt, join, insert} = this.receiving()
    const {id, userId, applicationId, topic, resource, actions, sentAt} = notification
    const before = received.get(id)
    if (before !== undefined) return {outcome: 'duplicate', workId: before}
    const joined = waits ? join.get(userId, topic, resource) : undefined
    if (joined !== undefined) {
      receipt.run(id, joined, at)
      return {outcome: 'duplicate', workId: joined}
    }
    const said = actions === null ? null : JSON.stringify(actions)
    const sent = sentAt?.getTime() ?? null
    // What nobody looks after has come to its end.
    const [state, end] = waits ? (['waiting', null] as const) : (['kept', at] as const)
    const {lastInsertRowid} = insert.run(userId, applicationId, topic, resource, said, sent, at, at, state, end)
    const workId = Number(lastInsertRowid)
    receipt.run(id, workId, at)
    return {outcome: 'accepted', workId}
  }

  /** What others hold whose lease ran out, or who are gone. */
  private reclaim(holder: string, now: Date): void {
    const {others, find} = this.work()
    const alive = new Map<string, boolean>()
    for (const {id, holder: other, until} of others.all(holder)) {
      if (!alive.has(other)) alive.set(other, isAlive(other))
      if (until > now.getTime() && alive.get(other) === true) continue
      const row = find.get(id)
      if (row !== undefined) this.putBack(row, {dueAt: row.due_at, at: now})
    }
  }

  /** Waits again or is parked, unless another waits for the same: that one stands for both from now on. */
  private putBack(row: WorkRow, {dueAt, at}: {dueAt: number | null; at: Date}): void {
    const {rival, takeOver, close, park, wait} = this.work()
    const other = rival.get(row)
    if (other !== undefined) {
      const failures = dueAt === null ? 0 : row.failures
      takeOver.run({rival: other, received: row.received, at: row.received_at, failures, due: dueAt ?? 0})
      close.run(at.getTime(), row.id)
    } else if (dueAt === null) park.run(row.id)
    else wait.run(dueAt, row.id)
  }

  private readonly receiving = once(() => prepareReceiving(this.durable))
  private readonly work = once(() => prepareWork(this.bulk))
  private readonly reading = once(() => prepareReading(this.bulk))
}

type Tally = ReturnType<typeof prepareWork>['tally']

/** Outcomes of one transaction, so that each is one row to write. */
class Sums {
  total = 0
  private readonly counts = new Map<string, {userId: number; outcome: NotificationOutcome; count: number}>()

  add(userId: number, outcome: NotificationOutcome, count = 1): void {
    const key = `${userId} ${outcome}`
    const sum = this.counts.get(key) ?? {userId, outcome, count: 0}
    sum.count += count
    this.total += count
    this.counts.set(key, sum)
  }

  write(tally: Tally, at: Date): void {
    for (const {userId, outcome, count} of this.counts.values()) tally.run(hourOf(at), userId, outcome, count)
  }
}
