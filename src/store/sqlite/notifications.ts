import type {Accepted, IncomingNotification, NotificationInbox} from '../../services/ports/index.js'
import {NotificationLimits} from './notification-limits.js'
import {NotificationQueue} from './notification-queue.js'
import {Sums} from './notification-tally.js'
import {once} from './once.js'
import type {Session} from './session.js'

/** The inbox: what comes in is here, the rest in its parts. */
export class SqliteNotifications extends NotificationQueue implements NotificationInbox {
  /** @param durable for what was promised to the service; `bulk` for what can be done again */
  constructor(
    private readonly durable: Session,
    bulk: Session,
  ) {
    super(bulk)
  }

  accept(batch: ReadonlyArray<{notification: IncomingNotification; waits: boolean}>, at: Date): Promise<Accepted[]> {
    return this.durable.write(() => {
      const sums = new Sums()
      const limits = this.limits()
      const accepted = batch.map(({notification, waits}) => {
        const one = this.acceptOne(notification, waits, at.getTime())
        sums.add(notification.user_id, one.outcome)
        return one
      })
      limits.enforce()
      sums.write(this.durable, at)
      return accepted
    })
  }

  count(dropped: Parameters<NotificationInbox['count']>[0], at: Date): Promise<void> {
    return this.bulk.write(() => {
      const sums = new Sums()
      for (const {userId, outcome, count} of dropped) sums.add(userId, outcome, count)
      sums.write(this.bulk, at)
    })
  }

  private acceptOne(notification: IncomingNotification, waits: boolean, at: number): Accepted {
    const {received, receipt, join, insert} = this.receiving()
    const {id, user_id, application_id, topic, resource, actions, sent_at} = notification
    const before = received.get(id)
    if (before !== undefined) return {outcome: 'duplicate', workId: before}
    const joined = waits ? join.get(user_id, topic, resource) : undefined
    if (joined !== undefined) {
      receipt.run(id, joined, at)
      return {outcome: 'duplicate', workId: joined}
    }
    const limits = this.limits()
    if (waits && !limits.hasRoom(user_id, resource)) return {outcome: 'refused'}
    const said = actions === null ? null : JSON.stringify(actions)
    const sent = sent_at?.getTime() ?? null
    // What nobody looks after has come to its end.
    const [state, end] = waits ? (['waiting', null] as const) : (['kept', at] as const)
    const {lastInsertRowid} = insert.run(user_id, application_id, topic, resource, said, sent, at, at, state, end)
    const workId = Number(lastInsertRowid)
    limits.added(user_id, state)
    receipt.run(id, workId, at)
    return {outcome: 'accepted', workId}
  }

  private readonly limits = once(() => new NotificationLimits(this.durable))

  private readonly receiving = once(() => prepareReceiving(this.durable))
}

function prepareReceiving({client}: Session) {
  return {
    receipt: client.prepare<[string, number, number]>(
      'INSERT INTO notification_receipt (notification_id, work_id, received_at) VALUES (?, ?, ?)',
    ),
    received: client
      .prepare<[string], number>('SELECT work_id FROM notification_receipt WHERE notification_id = ?')
      .pluck(),
    // The same resource waiting already: one piece of work for both.
    join: client
      .prepare<[number, string, string], number>(
        `UPDATE notification SET received = received + 1
         WHERE state = 'waiting' AND user_id = ? AND topic = ? AND resource = ? RETURNING id`,
      )
      .pluck(),
    insert: client.prepare<
      [number, string, string, string, string | null, number | null, number, number, string, number | null]
    >(
      `INSERT INTO notification
         (user_id, application_id, topic, resource, actions, sent_at, received_at, due_at, state, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  }
}
