import {and, asc, eq, isNull, lte, min, notInArray, type SQL, sql} from 'drizzle-orm'
import type {BetterSQLite3Database} from 'drizzle-orm/better-sqlite3'
import {mayBeAlive} from '../../core/holder.js'
import type {JobRecord, JobStore} from '../../services/ports/index.js'
import {job} from './schema-of-work.js'
import type {Session} from './session.js'

type Claim = Parameters<JobStore['claim']>[0]
type End = Parameters<JobStore['finish']>[2]
type JobRow = typeof job.$inferSelect

export class SqliteJobs implements JobStore {
  /** @param alive whether the holder of a lease may still be at work; by its process, when left out */
  constructor(
    private readonly session: Session,
    private readonly alive: (holder: string) => boolean = mayBeAlive,
  ) {}

  plan(prefix: string, jobs: ReadonlyArray<{name: string; dueAt: Date}>): Promise<void> {
    return this.session.write((db) => {
      const names = jobs.map(({name}) => name)
      db.delete(job)
        .where(and(begins(prefix), isNull(job.leaseHolder), notInArray(job.name, names)))
        .run()
      for (const {name, dueAt} of jobs) db.insert(job).values({name, dueAt}).onConflictDoNothing().run()
    })
  }

  reschedule(name: string, dueAt: Date): Promise<void> {
    return this.session.write((db) => {
      db.update(job)
        .set({dueAt})
        .where(and(eq(job.name, name), isNull(job.leaseHolder)))
        .run()
    })
  }

  async claim(request: Claim): Promise<JobRecord | undefined> {
    // Looked at without the write lock first: most of the time nothing is due.
    if ((await this.session.read((db) => this.free(db, request))) === undefined) return undefined
    return this.session.write((db) => {
      const {holder, now, until} = request
      const found = this.free(db, request)
      if (found === undefined) return undefined
      const taken = {leaseHolder: holder, leaseExpiresAt: until, startedAt: now}
      db.update(job).set(taken).where(eq(job.name, found.name)).run()
      return record({...found, ...taken})
    })
  }

  prolong(name: string, holder: string, until: Date): Promise<boolean> {
    return this.session.write(
      (db) => db.update(job).set({leaseExpiresAt: until}).where(held(name, holder)).run().changes > 0,
    )
  }

  finish(name: string, holder: string, {outcome, errorCode, at, dueAt}: End): Promise<boolean> {
    return this.session.write((db) => {
      const failures = outcome === 'done' ? 0 : sql`${job.failures} + 1`
      const ended = {outcome, errorCode, failures, dueAt, finishedAt: at, ...freed}
      return db.update(job).set(ended).where(held(name, holder)).run().changes > 0
    })
  }

  release(name: string, holder: string): Promise<void> {
    return this.session.write((db) => {
      db.update(job).set(freed).where(held(name, holder)).run()
    })
  }

  list(): Promise<JobRecord[]> {
    return this.session.read((db) => db.select().from(job).orderBy(asc(job.name)).all().map(record))
  }

  nextDue(): Promise<Date | null> {
    return this.session.read((db) => {
      const row = db
        .select({dueAt: min(job.dueAt)})
        .from(job)
        .where(isNull(job.leaseHolder))
        .get()
      return row?.dueAt ?? null
    })
  }

  private free(db: BetterSQLite3Database, {prefix, holder, now}: Claim): JobRow | undefined {
    const due = and(begins(prefix), lte(job.dueAt, now))
    const rows = db.select().from(job).where(due).orderBy(asc(job.dueAt), asc(job.name)).all()
    return rows.find(({leaseHolder, leaseExpiresAt}) => {
      if (leaseHolder === null || leaseExpiresAt === null) return true
      // Whoever holds it is at it, even when a blocked process let its own lease run out.
      if (leaseHolder === holder) return false
      // A live process may hang for ever, and a job must not hang with it. Doing one twice does no harm.
      return leaseExpiresAt <= now || !this.alive(leaseHolder)
    })
  }
}

const freed = {leaseHolder: null, leaseExpiresAt: null}

function held(name: string, holder: string): SQL | undefined {
  return and(eq(job.name, name), eq(job.leaseHolder, holder))
}

function begins(prefix: string): SQL {
  return sql`substr(${job.name}, 1, ${prefix.length}) = ${prefix}`
}

function record({leaseHolder, leaseExpiresAt: _, ...row}: JobRow): JobRecord {
  return {...row, holder: leaseHolder}
}
