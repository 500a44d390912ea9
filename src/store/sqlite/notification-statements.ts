import {type WorkRow, workColumns} from './notification-rows.js'
import type {Session} from './session.js'

const columns = workColumns.join(', ')

/** Compiled once, and past the query builder: these run for every notification. */
export function prepareReceiving({client}: Session) {
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
    tally: prepareTally({client}),
  }
}

export function prepareTally({client}: Pick<Session, 'client'>) {
  return client.prepare<[number, number, string, number]>(
    `INSERT INTO notification_tally (hour, user_id, outcome, count) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
}

export function prepareWork({client}: Session) {
  const mine = `id = :id AND state = 'working' AND lease_holder = :holder`
  const free = 'lease_holder = NULL, lease_expires_at = NULL'
  return {
    tally: prepareTally({client}),
    find: client.prepare<[number], WorkRow>(`SELECT ${columns} FROM notification WHERE id = ?`),
    due: client.prepare<[{now: number; limit: number}], WorkRow>(
      `SELECT ${columns} FROM notification AS next
       WHERE state = 'waiting' AND due_at <= :now AND NOT EXISTS (SELECT 1 FROM notification AS busy
         WHERE busy.state = 'working' AND busy.user_id = next.user_id AND busy.resource = next.resource)
       ORDER BY due_at, id LIMIT :limit`,
    ),
    take: client.prepare<[string, number, number]>(
      `UPDATE notification SET state = 'working', lease_holder = ?, lease_expires_at = ? WHERE id = ?`,
    ),
    others: client.prepare<[string], {id: number; holder: string; until: number}>(
      `SELECT id, lease_holder AS holder, lease_expires_at AS until FROM notification
       WHERE state = 'working' AND lease_holder <> ?`,
    ),
    mine: client.prepare<[{id: number; holder: string}], WorkRow>(`SELECT ${columns} FROM notification WHERE ${mine}`),
    prolong: client.prepare<[number, string]>(
      `UPDATE notification SET lease_expires_at = ? WHERE state = 'working' AND lease_holder = ?`,
    ),
    finish: client
      .prepare<[{id: number; holder: string; at: number; code: string | null; message: string | null}], number>(
        `UPDATE notification SET state = 'done', finished_at = :at, ${free}, error_code = :code, error_message = :message
         WHERE ${mine} RETURNING user_id`,
      )
      .pluck(),
    note: client.prepare<[{id: number; failures: number; code: string | null; message: string | null}]>(
      'UPDATE notification SET failures = :failures, error_code = :code, error_message = :message WHERE id = :id',
    ),
    park: client.prepare<[number]>(`UPDATE notification SET state = 'parked', ${free} WHERE id = ?`),
    wait: client.prepare<[number, number]>(
      `UPDATE notification SET state = 'waiting', due_at = ?, ${free} WHERE id = ?`,
    ),
    rival: client
      .prepare<[WorkRow], number>(
        `SELECT id FROM notification
         WHERE state = 'waiting' AND user_id = :user_id AND topic = :topic AND resource = :resource`,
      )
      .pluck(),
    // What was tried in vain stays known: a resource that keeps changing must not be asked for at every change.
    takeOver: client.prepare<[{rival: number; received: number; at: number; failures: number; due: number}]>(
      `UPDATE notification SET received = received + :received, received_at = min(received_at, :at),
         failures = max(failures, :failures), due_at = max(due_at, :due) WHERE id = :rival`,
    ),
    close: client.prepare<[number, number]>(
      `UPDATE notification SET state = 'done', finished_at = ?, ${free} WHERE id = ?`,
    ),
    parked: client.prepare<[{user: number | null}], WorkRow>(
      `SELECT ${columns} FROM notification WHERE state = 'parked' AND (:user IS NULL OR user_id = :user) ORDER BY id`,
    ),
  }
}

export function prepareReading({client}: Session) {
  const work = workColumns.map((name) => `work.${name}`).join(', ')
  return {
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
