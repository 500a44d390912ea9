import {mayBeAlive} from '../../core/holder.js'
import type {NotificationFailure, NotificationInbox, NotificationWork} from '../../services/ports/index.js'
import {NotificationReading} from './notification-reading.js'
import {readWork, type WorkRow, workColumns} from './notification-rows.js'
import {Sums} from './notification-tally.js'
import {once} from './once.js'
import type {Session} from './session.js'

/** Who works on what. */
export class NotificationQueue extends NotificationReading {
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
      const {finish, settle} = this.work()
      const sums = new Sums()
      for (const {id, found} of ends) {
        const end = {id, holder, at: at.getTime(), code: found?.code ?? null, message: found?.message ?? null}
        const row = finish.get(end)
        if (row === undefined) continue
        sums.add(row.user_id, 'done')
        // What was given up before is in step now.
        settle.run({...row, at: at.getTime()})
      }
      sums.write(this.bulk, at)
      return sums.total
    })
  }

  fail(failures: readonly NotificationFailure[], holder: string, at: Date): Promise<number> {
    return this.bulk.write(() => {
      const {mine, note} = this.work()
      const sums = new Sums()
      for (const {id, code, message, dueAt} of failures) {
        const row = mine.get({id, holder})
        if (row === undefined) continue
        const failed = {...row, failures: row.failures + 1, error_code: code, error_message: message}
        note.run({id, failures: failed.failures, code, message})
        sums.add(row.user_id, dueAt === null ? 'parked' : 'failed')
        this.putBack(failed, {dueAt: dueAt?.getTime() ?? null, at})
      }
      sums.write(this.bulk, at)
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

  /**
   * What others hold whose lease ran out, even if they live, since one that hangs must not keep a notification for ever, or who
   * are gone. Fetching a resource twice does no harm, and only the holder writes the end.
   */
  private reclaim(holder: string, now: Date): void {
    const {others, find} = this.work()
    const alive = new Map<string, boolean>()
    for (const {id, holder: other, until} of others.all(holder)) {
      if (!alive.has(other)) alive.set(other, mayBeAlive(other))
      if (until > now.getTime() && alive.get(other) === true) continue
      const row = find.get(id)
      if (row !== undefined) this.putBack(row, {dueAt: row.due_at, at: now})
    }
  }

  /** Waits again or is parked, unless another waits for the same or is parked too: that one stands for both from now on. */
  private putBack(row: WorkRow, {dueAt, at}: {dueAt: number | null; at: Date}): void {
    const {rival, given, takeOver, close, park, wait} = this.work()
    const waiting = rival.get(row)
    const other = waiting ?? (dueAt === null ? given.get(row) : undefined)
    if (other !== undefined) {
      const failures = waiting !== undefined && dueAt === null ? 0 : row.failures
      takeOver.run({...row, rival: other, failures, due: dueAt ?? 0})
      close.run(at.getTime(), row.id)
    } else if (dueAt === null) park.run(row.id)
    else wait.run(dueAt, row.id)
  }

  private readonly work = once(() => prepareWork(this.bulk))
}

const columns = workColumns.join(', ')

function prepareWork({client}: Session) {
  const mine = `id = :id AND state = 'working' AND lease_holder = :holder`
  const free = 'lease_holder = NULL, lease_expires_at = NULL'
  return {
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
    finish: client.prepare<
      [{id: number; holder: string; at: number; code: string | null; message: string | null}],
      Pick<WorkRow, 'user_id' | 'resource'>
    >(
      `UPDATE notification SET state = 'done', finished_at = :at, ${free}, error_code = :code, error_message = :message
       WHERE ${mine} RETURNING user_id, resource`,
    ),
    settle: client.prepare<[Pick<WorkRow, 'user_id' | 'resource'> & {at: number}]>(
      `UPDATE notification SET state = 'done', finished_at = :at
       WHERE state = 'parked' AND user_id = :user_id AND resource = :resource`,
    ),
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
    given: client
      .prepare<[WorkRow], number>(
        `SELECT id FROM notification
         WHERE state = 'parked' AND user_id = :user_id AND resource = :resource AND topic = :topic`,
      )
      .pluck(),
    // What was tried in vain stays known: a resource that keeps changing must not be asked for at every change.
    takeOver: client.prepare<[WorkRow & {rival: number; due: number}]>(
      `UPDATE notification SET received = received + :received, received_at = min(received_at, :received_at),
         failures = max(failures, :failures), due_at = max(due_at, :due),
         error_code = coalesce(:error_code, error_code), error_message = coalesce(:error_message, error_message)
       WHERE id = :rival`,
    ),
    close: client.prepare<[number, number]>(
      `UPDATE notification SET state = 'done', finished_at = ?, ${free} WHERE id = ?`,
    ),
    parked: client.prepare<[{user: number | null}], WorkRow>(
      `SELECT ${columns} FROM notification WHERE state = 'parked' AND (:user IS NULL OR user_id = :user) ORDER BY id`,
    ),
  }
}
