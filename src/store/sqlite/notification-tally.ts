import type {NotificationOutcome} from '../../services/ports/index.js'
import {hourOf} from './notification-rows.js'
import type {Session} from './session.js'

/** Outcomes of one transaction, so that each is one row to write. */
export class Sums {
  total = 0
  private readonly counts = new Map<string, {userId: number; outcome: NotificationOutcome; count: number}>()

  add(userId: number, outcome: NotificationOutcome, count = 1): void {
    const key = `${userId} ${outcome}`
    const sum = this.counts.get(key) ?? {userId, outcome, count: 0}
    sum.count += count
    this.total += count
    this.counts.set(key, sum)
  }

  write(session: Session, at: Date): void {
    const tally = statementOf(session)
    for (const {userId, outcome, count} of this.counts.values()) tally.run(hourOf(at), userId, outcome, count)
  }
}

type Statement = ReturnType<typeof prepare>

const statements = new WeakMap<Session, Statement>()

function statementOf(session: Session): Statement {
  const made = statements.get(session) ?? prepare(session)
  statements.set(session, made)
  return made
}

function prepare({client}: Session) {
  return client.prepare<[number, number, string, number]>(
    `INSERT INTO notification_tally (hour, user_id, outcome, count) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
}
