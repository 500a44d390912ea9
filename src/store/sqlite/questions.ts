import {and, asc, eq, getTableColumns, gte, isNull, or, type SQL} from 'drizzle-orm'
import type {LocalQuestions, Question, QuestionQuery, StoredQuestion} from '../../services/ports/index.js'
import {personal} from './buyers.js'
import {isAmong} from './columns.js'
import {type Chunk, newestFirst} from './newest-first.js'
import {SaleSink} from './sale-sink.js'
import {question} from './schema-of-sales.js'
import type {Session} from './session.js'

const {seen_run: _seenRun, ...stored} = getTableColumns(question)

type Row = Omit<typeof question.$inferInsert, 'user_id' | 'id' | 'synced_at' | 'seen_run'>

/** The questions that one seller received. One that was gone and comes again is back. */
export function questionSink(session: Session, userId: number): SaleSink<Question, Row> {
  return new SaleSink(session, userId, {table: question, row, isUndated, personal: personal.question})
}

/** What became of it has no date but that of an answer: one that was taken away leaves an older date behind. */
function isUndated({status}: Question): boolean {
  return status !== 'UNANSWERED' && status !== 'ANSWERED'
}

function row({id: _id, user_id: _userId, ...same}: Question): Row {
  return {...same, removed_at: null}
}

export class SqliteQuestions implements LocalQuestions {
  constructor(private readonly session: Session) {}

  questions(query: QuestionQuery): AsyncIterable<StoredQuestion> {
    return newestFirst(question, query.limit, (chunk) => this.chunk(query, chunk))
  }

  async count(query: QuestionQuery): Promise<number> {
    const all = await this.session.read((db) => db.$count(question, matching(query)))
    return Math.min(all, query.limit ?? all)
  }

  find(userId: number, id: string): Promise<StoredQuestion | undefined> {
    const one = and(eq(question.user_id, userId), eq(question.id, id))
    return this.session.read((db) => db.select(stored).from(question).where(one).get())
  }

  toReadAgain(userId: number): Promise<string[]> {
    const some = or(eq(question.status, 'UNANSWERED'), eq(question.partial, true))
    const open = and(matching({userId}), some)
    return this.session.read((db) =>
      db
        .select({id: question.id})
        .from(question)
        .where(open)
        .orderBy(asc(question.id))
        .all()
        .map(({id}) => id),
    )
  }

  remove(userId: number, ids: readonly string[], at: Date): Promise<number> {
    return this.session.write((db) => {
      const here = and(eq(question.user_id, userId), isAmong(question.id, ids), isNull(question.removed_at))
      return db.update(question).set({removed_at: at}).where(here).run().changes
    })
  }

  private chunk(query: QuestionQuery, {place, order, limit}: Chunk): Promise<StoredQuestion[]> {
    const wanted = and(matching(query), place)
    return this.session.read((db) =>
      db
        .select(stored)
        .from(question)
        .where(wanted)
        .orderBy(...order)
        .limit(limit)
        .all(),
    )
  }
}

function matching({userId, status, itemId, since, removed}: QuestionQuery): SQL | undefined {
  return and(
    eq(question.user_id, userId),
    removed === true ? undefined : isNull(question.removed_at),
    status === undefined ? undefined : eq(question.status, status),
    itemId === undefined ? undefined : eq(question.item_id, itemId),
    since === undefined ? undefined : gte(question.date_created, since),
  )
}
